// Notes are known by their names, which some disks list with other capitals or accents than they were given.
import { expect, it } from 'vitest'
import { claim, collectionId, document, finish, makeBed, scan, work } from './bed'

it('a note that is read is known however its disk lists its name, and goes by the name it was read by', () => {
  const bed = makeBed()
  const given = '/data/Notes/Über-2026-05-05.txt'
  const { job } = bed.run('jobs.create', {
    collectionId: collectionId(bed),
    key: null,
    label: 'note',
    request: { paths: [{ path: given }], globs: [], ignores: [] },
    scans: [scan('note')],
  })
  const [walk] = claim(bed, 'expand', 1)
  if (!walk) throw new Error('the scan was not claimed')
  const items = [document('Über-2026-05-05.txt', { locator: { location: given, entries: [] } })]
  bed.run('tasks.insert', { jobId: Number(job.id), parentId: walk.id, items })
  finish(bed, walk)
  const listed = ['über-2026-05-05.TXT', 'Über-2026-05-05.txt'.normalize('NFD'), 'another-2026-05-05.txt']
  // While a task is to read it, and when a document is.
  expect(bed.run('documents.unread', { names: listed })).toEqual(['another-2026-05-05.txt'])
  work(bed, Number(job.id))
  expect(bed.run('documents.unread', { names: listed })).toEqual(['another-2026-05-05.txt'])
  const id = collectionId(bed)
  expect(bed.run('documents.notes', { documentIds: null, collectionId: id })).toEqual(['Über-2026-05-05.txt'])
})

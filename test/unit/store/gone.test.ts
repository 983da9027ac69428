import { describe, expect, it } from 'vitest'
import type { NewTask } from '../../../src/main/store/contract'
import type { JobRequest } from '../../../src/main/store/contract'
import {
  archive,
  claim,
  collectionId,
  commit,
  document,
  factsOf,
  finish,
  found,
  makeBed,
  scan,
  work,
  type Bed,
} from './bed'

/** A file in the offered folder `/in/drop`. */
const inFolder = (path: string, more: Partial<NewTask> = {}): NewTask =>
  document(`drop/${path}`, { locator: { location: `/in/drop/${path}`, entries: [] }, ...more })

const entry = (file: string, index: number, name: string, more: Partial<NewTask> = {}): NewTask =>
  document(`drop/${file}!/${name}`, {
    locator: { location: `/in/drop/${file}`, entries: [{ index, name }] },
    depth: 1,
    ...more,
  })

/** Scans the folder as a job would, finds `items` in it, and leaves them queued. */
const scanFolder = (bed: Bed, items: NewTask[], request: Partial<JobRequest> = {}): number => {
  const { job } = bed.run('jobs.create', {
    collectionId: collectionId(bed),
    key: null,
    label: 'drop',
    request: { paths: [{ path: '/in/drop' }], globs: [], ignores: [], ...request },
    scans: [scan('drop')],
  })
  const [walk] = claim(bed, 'expand', 1)
  if (!walk) throw new Error('the scan was not claimed')
  bed.run('tasks.insert', { jobId: Number(job.id), parentId: walk.id, items })
  finish(bed, walk)
  return Number(job.id)
}

/** Stamps have milliseconds, tests have less. */
const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3))

const ingest = async (bed: Bed, items: NewTask[], request: Partial<JobRequest> = {}): Promise<number> => {
  await wait()
  const jobId = scanFolder(bed, items, request)
  work(bed, jobId)
  bed.tidy()
  return jobId
}

const goneOf = (bed: Bed, jobId: number): number | undefined =>
  bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })?.report.gone

const list = (bed: Bed, states: ('gone' | 'indexed')[] | null): string[] =>
  bed
    .run('documents.list', { collectionId: null, states, contains: null, offset: 0, limit: 100 })
    .documents.map(({ path }) => path)

describe('a document that its folder does not hold any more', () => {
  it('is gone: not found, not listed, not counted, said in the report', async () => {
    const bed = makeBed()
    expect(goneOf(bed, await ingest(bed, [inFolder('a'), inFolder('b')]))).toBe(0)
    const jobId = await ingest(bed, [inFolder('a')])
    expect(goneOf(bed, jobId)).toBe(1)
    expect(found(bed, '"text"')).toEqual(['drop/a'])
    expect(list(bed, null)).toEqual(['drop/a'])
    expect(list(bed, ['gone'])).toEqual(['drop/b'])
    expect(list(bed, ['indexed', 'gone'])).toEqual(['drop/a', 'drop/b'])
    expect(bed.run('collections.find', { name: 'default' })).toMatchObject({ documents: 1, chunks: 1, bytes: 120 })
    const [shown] = bed.run('documents.list', {
      collectionId: collectionId(bed),
      states: ['gone'],
      contains: null,
      offset: 0,
      limit: 1,
    }).documents
    expect(shown).toMatchObject({ state: 'gone', goneAt: expect.any(String) as string })
  })

  it('is unchanged when it comes back, with the text and the vectors it had', async () => {
    const bed = makeBed()
    await ingest(bed, [inFolder('a'), inFolder('b')])
    await ingest(bed, [inFolder('a')])
    await wait()
    const jobId = scanFolder(bed, [inFolder('a'), inFolder('b')])
    for (const task of claim(bed, 'extract')) {
      const { collectionId: id, locator, fingerprint } = task
      const same = bed.run('documents.unchanged', {
        collectionId: id,
        locator,
        fingerprint: fingerprint ?? '',
        settingsKey: 's1',
      })
      if (!same) throw new Error(`${task.path} was forgotten`)
      const attempt = { phase: task.phase, ms: 1, worker: null }
      bed.run('extract.link', { taskId: task.id, attempt, figures: {}, contentId: same.content.id, sizeBytes: 120 })
    }
    const report = bed.run('jobs.report', { id: jobId, model: 'm', dimensions: 1 })?.report
    expect(report?.documents).toMatchObject({ total: 2, unchanged: 2 })
    expect(report?.gone).toBe(0)
    expect(found(bed, '"text"').sort()).toEqual(['drop/a', 'drop/b'])
    expect(list(bed, ['gone'])).toEqual([])
  })

  it('is not where its text is found when the same text stands elsewhere', async () => {
    const bed = makeBed()
    const texts = { 'drop/a': ['the walrus'], 'drop/b': ['the walrus'], 'drop/c': ['the walrus'] }
    const first = scanFolder(bed, [inFolder('a'), inFolder('b')])
    work(bed, first, texts)
    expect(found(bed, '"walrus"').sort()).toEqual(['drop/a', 'drop/b'])
    await wait()
    const second = scanFolder(bed, [inFolder('b')])
    work(bed, second, texts)
    expect(goneOf(bed, second)).toBe(1)
    expect(found(bed, '"walrus"')).toEqual(['drop/b'])
    await wait()
    work(bed, scanFolder(bed, [inFolder('e')]), { 'drop/e': ['else'] })
    expect(found(bed, '"walrus"')).toEqual([])
    await wait()
    // Nothing else has this text any more: it is no duplicate of what is gone.
    const fourth = scanFolder(bed, [inFolder('e'), inFolder('c')])
    work(bed, fourth, { ...texts, 'drop/e': ['else'] })
    const report = bed.run('jobs.report', { id: fourth, model: 'm', dimensions: 1 })?.report
    expect(report?.documents).toMatchObject({ total: 2, indexed: 1, unchanged: 1, duplicate: 0 })
  })

  it('is forgotten after the days that were set, with its text and vectors', async () => {
    const bed = makeBed()
    await ingest(bed, [inFolder('a'), inFolder('b')])
    await ingest(bed, [inFolder('a')])
    expect(bed.run('documents.forgetGone', { days: 30 })).toEqual({ removed: 0, more: false })
    bed.session.db.run(`UPDATE documents SET gone_at = '2001-01-01T00:00:00.000Z' WHERE gone_at IS NOT NULL`)
    expect(bed.run('documents.forgetGone', { days: 30 })).toEqual({ removed: 1, more: false })
    bed.tidy()
    expect(list(bed, ['gone'])).toEqual([])
    expect(bed.run('health.figures', {})).toMatchObject({ documents: 1, contents: 1, chunks: 1 })
    expect(bed.run('embed.garbage', { limit: 10 })).toHaveLength(1)
  })
})

describe('what was only not looked at', () => {
  it('is kept when the folder itself is missing or cannot be read', async () => {
    const bed = makeBed()
    await ingest(bed, [inFolder('a')])
    await wait()
    const { job } = bed.run('jobs.create', {
      collectionId: collectionId(bed),
      key: null,
      label: 'drop',
      request: { paths: [{ path: '/in/drop' }], globs: [], ignores: [] },
      scans: [scan('drop')],
    })
    const [walk] = claim(bed, 'expand', 1)
    if (walk) finish(bed, walk, { outcome: 'failed', problem: { code: 'PATH_MISSING', details: {} } })
    expect(bed.run('jobs.find', { id: Number(job.id) })?.state).toBe('failed')
    expect(goneOf(bed, Number(job.id))).toBe(0)
    expect(list(bed, null)).toEqual(['drop/a'])
  })

  it('is kept below folders that could not be read or were left out', async () => {
    const bed = makeBed()
    await ingest(bed, [inFolder('locked/deep/a'), inFolder('ignored/b'), inFolder('open/c')])
    const unreadable = { outcome: 'failed', code: 'FILE_UNREADABLE', details: {} } as const
    const ignored = { outcome: 'skipped', code: 'IGNORED', details: {} } as const
    const jobId = await ingest(bed, [
      inFolder('locked', { kind: 'scan', lane: 'expand', phase: 'expand', problem: unreadable }),
      inFolder('ignored', { problem: ignored }),
    ])
    expect(goneOf(bed, jobId)).toBe(1)
    expect(list(bed, ['gone'])).toEqual(['drop/open/c'])
  })

  it('is kept by a job that takes only what matches, and by one that was cancelled', async () => {
    const bed = makeBed()
    await ingest(bed, [inFolder('a.txt'), inFolder('b.md')])
    expect(goneOf(bed, await ingest(bed, [inFolder('a.txt')], { globs: ['*.txt'] }))).toBe(0)
    await wait()
    const cancelled = scanFolder(bed, [inFolder('a.txt')])
    bed.run('jobs.cancel', { id: cancelled })
    bed.tidy()
    expect(goneOf(bed, cancelled)).toBe(0)
    expect(list(bed, null)).toEqual(['drop/a.txt', 'drop/b.md'])
  })

  it('is kept outside of the folder, however alike its name', async () => {
    const bed = makeBed()
    const twin = document('drop-2/a', { locator: { location: '/in/drop-2/a', entries: [] } })
    await ingest(bed, [inFolder('a'), twin, document('drop!', { locator: { location: '/in/drop!', entries: [] } })])
    expect(goneOf(bed, await ingest(bed, [inFolder('b')]))).toBe(1)
    expect(list(bed, ['gone'])).toEqual(['drop/a'])
  })

  it('is kept when another job met it while this one was at work', async () => {
    const bed = makeBed()
    await ingest(bed, [inFolder('a'), inFolder('b')])
    await wait()
    const slow = scanFolder(bed, [inFolder('a')])
    const other = bed.run('jobs.create', {
      collectionId: collectionId(bed),
      key: null,
      label: 'b',
      request: { paths: [{ path: '/in/drop/b' }], globs: [], ignores: [] },
      scans: [],
    })
    bed.run('tasks.insert', { jobId: Number(other.job.id), parentId: null, items: [inFolder('b')] })
    work(bed, slow)
    expect(goneOf(bed, slow)).toBe(0)
  })
})

describe('what archives and mails held', () => {
  const zip = (
    bed: Bed,
    jobId: number,
    entries: NewTask[],
    warnings: { code: 'ARCHIVE_TRUNCATED'; details: object }[] = [],
  ) => {
    const [task] = claim(bed, 'expand', 1)
    if (!task) throw new Error('the archive was not claimed')
    bed.run('tasks.insert', { jobId, parentId: task.id, items: entries })
    const figures = { entries: 1, bytesCompressed: 1, bytesExpanded: 1, skipped: 0, ms: 1 }
    finish(bed, task, { archive: figures, warnings: warnings as never })
  }
  const zipItem = archive('drop/a.zip', { locator: { location: '/in/drop/a.zip', entries: [] } })
  const ingestZip = async (bed: Bed, entries: NewTask[], warnings?: Parameters<typeof zip>[3]): Promise<number> => {
    await wait()
    const jobId = scanFolder(bed, [zipItem])
    zip(bed, jobId, entries, warnings)
    work(bed, jobId)
    return jobId
  }

  it('is gone with its archive, and when the archive does not hold it any more', async () => {
    const bed = makeBed()
    await ingestZip(bed, [entry('a.zip', 0, 'x'), entry('a.zip', 1, 'y'), entry('a.zip', 2, 'z')])
    expect(goneOf(bed, await ingestZip(bed, [entry('a.zip', 0, 'x'), entry('a.zip', 1, 'y')]))).toBe(1)
    expect(list(bed, ['gone'])).toEqual(['drop/a.zip!/z'])
    expect(goneOf(bed, await ingest(bed, [inFolder('other')]))).toBe(2)
    expect(list(bed, null)).toEqual(['drop/other'])
  })

  it('is kept when the archive could not be opened as a whole', async () => {
    const bed = makeBed()
    await ingestZip(bed, [entry('a.zip', 0, 'x'), entry('a.zip', 1, 'y')])
    const cut = await ingestZip(bed, [entry('a.zip', 0, 'x')], [{ code: 'ARCHIVE_TRUNCATED', details: {} }])
    expect(goneOf(bed, cut)).toBe(0)
    await wait()
    const broken = scanFolder(bed, [zipItem])
    const [task] = claim(bed, 'expand', 1)
    if (task) finish(bed, task, { outcome: 'failed', problem: { code: 'ARCHIVE_CORRUPT', details: {} } })
    expect(bed.run('jobs.find', { id: broken })?.state).toBe('completed_with_problems')
    expect(goneOf(bed, broken)).toBe(0)
    expect(list(bed, ['gone'])).toEqual([])
  })

  it('is gone with the attachment of a mail, which is opened again for that although it is unchanged', async () => {
    const bed = makeBed()
    const mail = inFolder('mail.eml')
    const readMail = async (attachments: NewTask[]): Promise<number> => {
      await wait()
      const jobId = scanFolder(bed, [mail])
      const [task] = claim(bed, 'extract', 1)
      if (!task) throw new Error('the mail was not claimed')
      if (attachments.length > 0) bed.run('tasks.insert', { jobId, parentId: task.id, items: attachments })
      commit(bed, task, ['dear walrus'], { facts: { ...factsOf(), kind: 'text' } })
      work(bed, jobId)
      return jobId
    }
    const first = await readMail([entry('mail.eml', 0, 'one.txt'), entry('mail.eml', 1, 'two.txt')])
    expect(goneOf(bed, first)).toBe(0)
    const { locator, fingerprint } = mail
    const asked = { collectionId: collectionId(bed), locator, fingerprint: fingerprint ?? '', settingsKey: 's1' }
    expect(bed.run('documents.unchanged', asked)).toBeNull()
    expect(goneOf(bed, await readMail([entry('mail.eml', 0, 'one.txt')]))).toBe(1)
    expect(list(bed, ['gone'])).toEqual(['drop/mail.eml!/two.txt'])
  })
})

describe('a large source', () => {
  it('is looked through in steps, and the job is over after the last', async () => {
    const bed = makeBed()
    const names = Array.from({ length: 4_100 }, (_, index) => inFolder(`f${index}`, { problem: skipped }))
    await ingest(bed, names)
    await wait()
    const jobId = scanFolder(bed, [])
    expect(bed.run('jobs.find', { id: jobId })?.state).toBe('running')
    bed.reopen()
    bed.run('tasks.recover', {})
    bed.tidy()
    expect(bed.run('jobs.find', { id: jobId })?.state).toBe('completed')
    expect(goneOf(bed, jobId)).toBe(4_100)
  })
  const skipped = { outcome: 'skipped', code: 'FILE_EMPTY', details: {} } as const
})

describe('a source on a disk that is not there', () => {
  it('is told by the file system that an empty folder lies on', () => {
    const bed = makeBed()
    const note = (device: string, isEmpty: boolean): boolean => {
      scanFolder(bed, [])
      const { id } = bed.session.db.one<{ id: number }>('SELECT max(id) AS id FROM tasks')
      return bed.run('sources.note', { taskId: id, device, isEmpty }).unmounted
    }
    expect(note('8', true)).toBe(false)
    expect(note('8', false)).toBe(false)
    expect(note('8', true)).toBe(false)
    expect(note('1', true)).toBe(true)
    expect(note('1', false)).toBe(false)
    expect(note('1', true)).toBe(false)
  })
})

// Documents inside archives as files of their own: unpacked for the preview under the limits, and never what is another one by now.
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { makeTempDir, startOwner, waitForJob } from '../support/engine'
import { forgeZip } from '../support/zip-forge'
import { forgeEncrypted } from '../support/zip-crypto'

const temp = makeTempDir('entries')
const dataDir = join(temp.path, 'data')
const archive = join(temp.path, 'outer.zip')
const PASSWORD = 'the heron flies at dusk'
let engine: Engine
let ids: ReadonlyMap<string, string>

const pack = (text: string): Buffer =>
  forgeZip([
    { name: 'letter.txt', data: text },
    { name: 'page.html', data: '<p>What the page says.</p>' },
    { name: 'long.txt', data: 'Word after word. '.repeat(200) },
    {
      name: 'inner.zip',
      data: forgeZip([{ name: 'deep/note.md', data: '# Note\n\nDeep in the archive.\n' }]),
      method: 0,
    },
  ])

/** The archive at its place; its time is set forward, as that of another file would be. */
const writeArchive = (bytes: Buffer, minutes: number): void => {
  writeFileSync(archive, bytes)
  const time = new Date(Date.now() + minutes * 60_000)
  utimesSync(archive, time, time)
}

const read = async (name: string): Promise<string> => {
  const { bytes } = await engine.call('documents.bytes', { id: ids.get(name) ?? '', offset: 0, length: 500_000 })
  return Buffer.from(bytes, 'base64').toString('utf8')
}
const refusal = (name: string, call: 'documents.bytes' | 'documents.copy' = 'documents.bytes'): Promise<string> =>
  engine.call(call, { id: ids.get(name) ?? '', offset: 0, length: 10 }).then(
    () => 'nothing was refused',
    (thrown: unknown) => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)),
  )

beforeAll(async () => {
  writeArchive(pack('The letter as it was.'), 0)
  const locked = join(temp.path, 'locked.zip')
  writeFileSync(locked, forgeZip([forgeEncrypted('locked.txt', 'Nobody reads this without the word.', PASSWORD)]))
  engine = await startOwner({ dataDir })
  const { job } = await engine.call('jobs.create', { paths: [{ path: archive }, { path: locked }] })
  await waitForJob(engine, job.id)
  const { documents } = await engine.call('documents.list', { states: ['indexed', 'partial', 'failed'] })
  ids = new Map(documents.map(({ path, id }) => [path.split('/').pop() ?? path, id]))
})
afterAll(async () => {
  await engine.close()
  expect(existsSync(join(dataDir, 'temp'))).toBe(false)
  temp.remove()
})

describe('a document inside an archive', () => {
  it('gives its bytes, from any depth and in pieces', async () => {
    expect(await read('letter.txt')).toBe('The letter as it was.')
    expect(await read('note.md')).toBe('# Note\n\nDeep in the archive.\n')
    const id = ids.get('letter.txt') ?? ''
    const piece = await engine.call('documents.bytes', { id, offset: 4, length: 6 })
    expect(piece).toEqual({ bytes: Buffer.from('letter').toString('base64'), sizeBytes: 21, changed: false })
  })

  it('is copied under its own name, so that it can be opened and not be changed; what could run or load more is not', async () => {
    const { path, changed } = await engine.call('documents.copy', { id: ids.get('note.md') ?? '' })
    expect([basename(path), changed]).toEqual(['note.md', false])
    expect(path.startsWith(join(dataDir, 'temp'))).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain('Deep in the archive.')
    expect(statSync(path).mode & 0o222).toBe(0)
    expect(await refusal('page.html', 'documents.copy')).toBe('ORIGINAL_INSIDE')
  })

  it('is not unpacked without its password, and is with it', async () => {
    expect(await refusal('locked.txt')).toBe('ARCHIVE_ENCRYPTED')
    const { job } = await engine.call('documents.password', { id: ids.get('locked.txt') ?? '', password: PASSWORD })
    await waitForJob(engine, job.id)
    expect(await read('locked.txt')).toBe('Nobody reads this without the word.')
  })

  it('is refused when it is larger than a document may be', async () => {
    await engine.call('settings.set', { name: 'document.bytes', value: 1_024 })
    // Another time of the archive: what was unpacked before is not that of now.
    writeArchive(pack('The letter as it was.'), 1)
    expect(await refusal('long.txt')).toBe('FILE_TOO_LARGE')
    await engine.call('settings.set', { name: 'document.bytes', value: null })
    expect(await read('long.txt')).toContain('Word after word.')
  })

  it('is told to be another one when the archive was made anew, and is missed when it is not in it any more', async () => {
    writeArchive(pack('The letter was written once more.'), 2)
    const id = ids.get('letter.txt') ?? ''
    const piece = await engine.call('documents.bytes', { id, offset: 0, length: 500 })
    expect(piece.changed).toBe(true)
    expect(Buffer.from(piece.bytes, 'base64').toString()).toBe('The letter was written once more.')
    writeArchive(forgeZip([{ name: 'other.txt', data: 'Something else.' }]), 3)
    expect(await refusal('letter.txt')).toBe('FILE_CHANGED')
    rmSync(archive)
    expect(await refusal('letter.txt')).toBe('ORIGINAL_MISSING')
    expect(await refusal('note.md', 'documents.copy')).toBe('ORIGINAL_MISSING')
  })
})

// A disk that is really full, in the middle of the work: a small file system of its own, which only the process with the engine sees.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeTempDir } from '../../support/engine'
import { openSmallDisk } from '../../support/faults/rights'
import { bundleOwner } from './support/bundle'
import { pathsOf, writeInput } from './support/inputs'
import { openThere, type StartProcess } from './support/owner'
import { offer, settle } from './support/scenarios'
import { findTrouble } from './support/verdict'

const DISK_BYTES = 48 * 1024 * 1024
/** Enough to note a job; not enough for what it makes. */
const LEFT_BYTES = 300_000
const temp = makeTempDir('full-disk')
const place = join(temp.path, 'disk')
const kept = join(temp.path, 'kept')
let bundled = { file: '', remove: (): void => undefined }

beforeAll(() => {
  bundled = bundleOwner()
})
afterAll(() => {
  bundled.remove()
  temp.remove()
})

it.runIf(process.platform === 'linux')(
  'a full disk stops the queue, which says so, loses nothing, and goes on when there is room',
  { timeout: 240_000 },
  async () => {
    const folders = ['before', 'meanwhile'].map((name) => join(temp.path, 'offered', name))
    folders.forEach((folder, n) => writeInput(folder, n, ['long']))
    const disk = await openSmallDisk(place, DISK_BYTES)
    const [program = '', ...prefix] = disk.prefix
    const start: StartProcess = (bundle, args) =>
      spawn(program, [...prefix, process.execPath, bundle, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const owner = openThere(bundled.file, join(place, 'data'), [], start)
    try {
      await owner.call('settings.set', { name: 'disk.freeBytes', value: 0 })
      await settle(owner, await offer(owner, folders[0] ?? '', 'before'))
      disk.fill(LEFT_BYTES)
      const id = await offer(owner, folders[1] ?? '', 'meanwhile')
      const block = async () => (await owner.call('queue.status', {})).block
      await expect.poll(async () => (await block())?.code, { timeout: 60_000 }).toBe('DISK_FULL')
      expect((await block())?.message).toContain('The disk is full')
      // What was found before is found all the while.
      const { results } = await owner.call('search', { query: 'ferry', mode: 'keyword' })
      expect(results.map(({ path }) => path)).toContain('before/note.txt')
      disk.empty()
      await settle(owner, id)
      expect(await block()).toBeNull()
      const { checks } = await owner.call('doctor', { repair: false, rebuild: false })
      expect(checks.filter(({ ok, name }) => !ok && name !== 'disk')).toEqual([])
    } finally {
      await owner.close()
      // Nobody else sees what is on that disk.
      execFileSync(program, [...prefix, 'cp', '-r', join(place, 'data'), kept])
      await disk.close()
    }
    const found = ['before', 'meanwhile'].map((name) => pathsOf(name, ['long']))
    const expected = {
      found: found.flatMap(({ found: paths }) => paths),
      failed: found.flatMap(({ failed }) => failed),
    }
    expect(await findTrouble(kept, expected)).toEqual([])
  },
)

// A disk of documents that is taken away while they are read, and comes back: a real file system, unmounted in a namespace that nobody else sees.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finalJobStates } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { openSmallDisk, type SmallDisk } from '../../support/faults/rights'
import { bundleOwner } from '../queue/support/bundle'
import { openThere, type OwnerProcess, type StartProcess } from '../queue/support/owner'

/** Many more than are read before somebody has looked. */
const DOCUMENTS = 400
const temp = makeTempDir('taken-away')
let bundled = { file: '', remove: (): void => undefined }
let nth = 0

beforeAll(() => {
  bundled = bundleOwner()
})
afterAll(() => {
  bundled.remove()
  temp.remove()
})

/** A disk that can be taken from the place where it is, and put back there. */
const openDisk = async (root: string) => {
  const [kept, place] = [join(root, 'kept'), join(root, 'disk')]
  mkdirSync(place, { recursive: true })
  const disk: SmallDisk = await openSmallDisk(kept, 8 * 1024 * 1024)
  const [program = '', ...prefix] = disk.prefix
  const within = (script: string): string =>
    execFileSync(program, [...prefix, 'sh', '-ec', script], { encoding: 'utf8', timeout: 20_000 })
  const start: StartProcess = (bundle, args) =>
    spawn(program, [...prefix, process.execPath, bundle, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    place,
    within,
    start,
    connect: () => within(`mount --bind '${kept}' '${place}'`),
    takeAway: () => within(`umount -l '${place}'`),
    close: disk.close,
  }
}

const stateOf = async (owner: OwnerProcess, id: string) => (await owner.call('jobs.progress', { id })).job.state
const isOver = async (owner: OwnerProcess, id: string): Promise<void> => {
  await expect.poll(async () => finalJobStates.includes(await stateOf(owner, id)), { timeout: 60_000 }).toBe(true)
}
const problemsOf = async (owner: OwnerProcess, id: string) =>
  (await owner.call('jobs.problems', { id, offset: 0, limit: 500 })).problems
const countRead = async (owner: OwnerProcess, id: string): Promise<number> =>
  (await owner.call('jobs.progress', { id })).phases.extract.done
const countFound = async (owner: OwnerProcess): Promise<number> =>
  (await owner.call('documents.list', { offset: 0, limit: 1, states: ['indexed'] })).total

describe.runIf(process.platform === 'linux')('a disk of documents that is taken away while they are read', () => {
  it.each([
    ['with the folder that was offered', 'papers'],
    ['and leaves the empty place at which it was mounted', '.'],
  ])('%s is told as what it is, and all is read when it is back', { timeout: 120_000 }, async (_what, folder) => {
    const root = join(temp.path, String((nth += 1)))
    const disk = await openDisk(root)
    const owner = openThere(bundled.file, join(root, 'data'), [], disk.start)
    try {
      disk.connect()
      const papers = join(disk.place, 'papers')
      disk.within(
        `mkdir '${papers}'; for n in $(seq ${DOCUMENTS}); do echo "The heron number $n stands in the water." > '${papers}'/$n.txt; done`,
      )
      const offered = join(disk.place, folder)
      const { job } = await owner.call('jobs.create', { paths: [{ path: offered }], collection: 'default' })
      await expect.poll(() => countRead(owner, job.id), { timeout: 60_000 }).toBeGreaterThan(0)
      // Paused, so that it is known which were read before.
      await owner.call('jobs.pause', { id: job.id })
      disk.takeAway()
      const read = await countRead(owner, job.id)
      expect(read).toBeLessThan(DOCUMENTS)
      await owner.call('jobs.resume', { id: job.id })
      await isOver(owner, job.id)
      // Each at its first try: nobody waits for what is not there.
      const lost = await problemsOf(owner, job.id)
      expect(lost).toHaveLength(DOCUMENTS - read)
      expect(new Set(lost.map(({ code, outcome, attempts }) => `${code} ${outcome} ${attempts}`))).toEqual(
        new Set(['SOURCE_UNMOUNTED failed 1']),
      )
      expect(lost[0]?.message).toBe(
        `The disk of "${offered}" is not there any more, or does not answer. What was read from it stays found. Connect it again, then retry.`,
      )
      expect(await countFound(owner)).toBe(read)
      // To offer it while it is away removes nothing either.
      const again = await owner.call('jobs.create', { paths: [{ path: offered }], collection: 'default' })
      await isOver(owner, again.job.id)
      expect((await problemsOf(owner, again.job.id)).map(({ code }) => code)).toEqual(['SOURCE_UNMOUNTED'])
      expect(await countFound(owner)).toBe(read)
      disk.connect()
      const filter = { code: 'SOURCE_UNMOUNTED' as const, rejected: false, discarded: false }
      await owner.call('deadLetters.replay', { filter, settings: {} })
      await isOver(owner, job.id)
      await isOver(owner, again.job.id)
      expect(await problemsOf(owner, job.id)).toEqual([])
      expect(await countFound(owner)).toBe(DOCUMENTS)
    } finally {
      await owner.close()
      await disk.close()
    }
  })
})

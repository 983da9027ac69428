// Every fault short of the owner's death, at every boundary of the pipeline: whatever fails there, all documents are found once in the end.
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { faultPoints, faultSides, type FaultPoint, type FaultSide } from '../../../src/shared/fault-points'
import { makeTempDir } from '../../support/engine'
import type { Fault } from './support/injector'
import { pathsOf, writeInput } from './support/inputs'
import { openHere, type Owner } from './support/owner'
import { offer, scenarios, settle } from './support/scenarios'
import { findTrouble } from './support/verdict'

const REST_MS = 60_000
const DAY_MS = 86_400_000
const TRIES = 3
const temp = makeTempDir('boundaries')

afterAll(() => {
  temp.remove()
})

type Kind = {
  readonly fault: Fault
  /** Where it can happen at all; everywhere without it. */
  readonly at?: (point: FaultPoint, side: FaultSide) => boolean
}

const INDEX: readonly FaultPoint[] = ['vectorsUndone', 'appended', 'merged', 'collected']
const WORK: readonly FaultPoint[] = ['unpacked', 'extracted', 'embedded']
const before = (_point: FaultPoint, side: FaultSide): boolean => side === 'before'
/** Steps of the database: what fails is rolled back, so it never fails afterwards. */
const inDatabase = (point: FaultPoint, side: FaultSide): boolean =>
  side === 'before' && !INDEX.includes(point) && !WORK.includes(point)

const kinds: Readonly<Record<string, Kind>> = {
  'an error that nobody foresaw': { fault: { kind: 'exception' } },
  'a worker that died': { fault: { kind: 'fail', code: 'WORKER_CRASHED' }, at: (point) => WORK.includes(point) },
  'a limit of time': { fault: { kind: 'fail', code: 'WORKER_TIMEOUT' }, at: (point) => WORK.includes(point) },
  'the death of every host': { fault: { kind: 'killHosts' }, at: before },
  'a full disk': {
    fault: { kind: 'fail', code: 'DISK_FULL' },
    at: (point, side) => before(point, side) && !WORK.includes(point),
  },
  'a busy database': { fault: { kind: 'fail', code: 'DATABASE_BUSY' }, at: inDatabase },
  'a conflict in the vector index': {
    fault: { kind: 'fail', code: 'VECTORS_CONFLICT' },
    at: (point) => INDEX.includes(point),
  },
  // Where there are no such signals, the clock alone.
  'a computer that sleeps for a day': {
    fault: { kind: process.platform === 'win32' ? 'clock' : 'sleep', ms: DAY_MS },
    at: (point) => WORK.includes(point),
  },
  'a clock that jumps forward by a day, and back': { fault: { kind: 'clock', ms: DAY_MS } },
}

/** A person, or a program, asks again when a call failed. */
const insist = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (thrown) {
      if (tries >= TRIES) throw thrown
    }
  }
}

/**
 * What was claimed is known to the claimer by the answer alone; when that is lost, only a start takes it back. In truth an answer is lost
 * only together with the thread of the store, and with it everything.
 */
const needsStart = (point: FaultPoint, side: FaultSide, { fault }: Kind): boolean =>
  point === 'claimed' && side === 'after' && fault.kind !== 'killHosts' && fault.kind !== 'clock'

it.each(Object.entries(kinds))('loses nothing to %s', { timeout: 400_000 }, async (name, kind) => {
  const dataDir = join(temp.path, name.replaceAll(' ', '-'))
  const expected = { found: [] as string[], failed: [] as string[] }
  const wrong: string[] = []
  let owner: Owner = await openHere(dataDir)
  for (const point of faultPoints) {
    for (const side of faultSides) {
      const scenario = scenarios[point]
      if (kind.at && !kind.at(point, side)) continue
      if (scenario.asks && side === 'after') continue
      const offered = `${point}-${side}-0`
      const folder = join(temp.path, `offered-${name.replaceAll(' ', '-')}`, offered)
      writeInput(folder, expected.failed.length, scenario.extras)
      const paths = pathsOf(offered, scenario.extras)
      expected.found.push(...paths.found)
      expected.failed.push(...paths.failed)
      // It comes back at the other side.
      const { fault } = kind
      const arming = {
        point,
        side,
        fault: fault.kind === 'clock' && side === 'after' ? { ...fault, ms: -fault.ms } : fault,
      }
      try {
        if (scenario.fresh) {
          await owner.close()
          owner = await insist(() => openHere(dataDir, [arming])).catch(() => openHere(dataDir))
        } else {
          if (scenario.first) await owner.arm(scenario.first)
          await owner.arm(arming)
        }
        const id = await insist(() => offer(owner, folder, offered))
        if (needsStart(point, side, kind)) {
          await owner.close()
          owner = await openHere(dataDir)
        }
        const { act } = scenario
        if (act) await insist(() => act(owner, id, folder))
        await insist(() => settle(owner, id))
        if (scenario.atRest) await expect.poll(async () => (await owner.pending()).length, { timeout: REST_MS }).toBe(0)
        if ((await owner.pending()).length > 0) wrong.push(`${point}/${side} was not passed`)
      } catch (thrown) {
        wrong.push(`${point}/${side}: ${String(thrown)}`)
      }
      await owner.disarm()
    }
  }
  const { checks } = await owner.call('doctor', { repair: false, rebuild: false })
  await owner.close()
  expect(wrong).toEqual([])
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  expect(await findTrouble(dataDir, expected)).toEqual([])
})

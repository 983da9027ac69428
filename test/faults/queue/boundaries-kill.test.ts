// The owner dies at every boundary of the pipeline, before and after the step; the next one goes on, and nothing is lost or there twice.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { faultPoints, faultSides, type FaultPoint, type FaultSide } from '../../../src/shared/fault-points'
import { makeTempDir } from '../../support/engine'
import { pathsOf, writeInput } from './support/inputs'
import { bundleOwner } from './support/bundle'
import { openThere, OwnerGone, type Owner, type OwnerProcess } from './support/owner'
import { offer, scenarios, settle } from './support/scenarios'
import { findTrouble } from './support/verdict'

const REST_MS = 60_000
const MOST_DEATHS = 4
const temp = makeTempDir('boundaries')
let bundled = { file: '', remove: (): void => undefined }

beforeAll(() => {
  bundled = bundleOwner()
})
afterAll(() => {
  bundled.remove()
  temp.remove()
})

type Run = { point: FaultPoint; side: FaultSide; name: string; folder: string }

const runs = faultPoints.flatMap((point) =>
  faultSides.filter((side) => side === 'after' || !scenarios[point].asks).map((side) => ({ point, side })),
)

/** Where nothing is lost by a kill, it must have struck: a boundary that nobody passes is not tested. */
const expectKilled = async (owner: OwnerProcess, run: Run): Promise<void> => {
  const { act, atRest, first } = scenarios[run.point]
  try {
    if (first) await owner.arm(first)
    const id = await offer(owner, run.folder, run.name)
    await act?.(owner, id, run.folder)
    await settle(owner, id)
  } catch (thrown) {
    if (!(thrown instanceof OwnerGone)) throw thrown
  }
  if (atRest) await expect.poll(owner.isGone, { timeout: REST_MS, message: `${run.point}/${run.side}` }).toBe(true)
  // Closing tidies: that passes a few of them, too.
  const unmet = owner.isGone() ? 0 : (await owner.pending()).length
  if (!owner.isGone()) await owner.close()
  expect(unmet, `${run.point}/${run.side} was not passed`).toBe(0)
}

const settleAll = async (owner: Owner, done: readonly Run[]): Promise<void> => {
  for (const { folder, name } of done) await settle(owner, await offer(owner, folder, name))
}

/** Kills at every second boundary of the list, from `from` on, in one data folder. */
const killAlong = async (from: number): Promise<void> => {
  const dataDir = join(temp.path, `data-${from}`)
  const expected = { found: [] as string[], failed: [] as string[] }
  const offered: Run[] = []
  let open: Run[] = []
  const missed: string[] = []
  for (const [n, { point, side }] of [...runs.entries()].filter(([at]) => at % 2 === from)) {
    const scenario = scenarios[point]
    const name = `in-${n}`
    const run: Run = { point, side, name, folder: join(temp.path, `offered-${from}`, name) }
    writeInput(run.folder, n, scenario.extras)
    const paths = pathsOf(name, scenario.extras)
    expected.found.push(...paths.found)
    expected.failed.push(...paths.failed)
    const arming = { point, side, fault: { kind: 'kill' } as const }
    const owner = openThere(bundled.file, dataDir, scenario.fresh ? [arming] : [])
    try {
      // Only so often can the owner die of a document before the document is blamed.
      if (!scenario.fresh && (open.length >= MOST_DEATHS || scenario.act || scenario.first)) {
        await settleAll(owner, open)
        open = []
      }
      if (!scenario.fresh) await owner.arm(arming)
      await expectKilled(owner, run)
    } catch (thrown) {
      missed.push(`${point}/${side}: ${String(thrown)}`)
      await owner.close()
    }
    offered.push(run)
    open.push(run)
  }
  const owner = openThere(bundled.file, dataDir)
  await settleAll(owner, offered)
  const { checks } = await owner.call('doctor', { repair: false, rebuild: false })
  await owner.close()
  expect(missed).toEqual([])
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  expect(await findTrouble(dataDir, expected)).toEqual([])
}

it.concurrent.each([0, 1])('loses nothing when its process is killed there (part %i)', { timeout: 400_000 }, killAlong)

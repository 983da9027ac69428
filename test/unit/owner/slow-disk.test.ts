// A disk on which everything takes its time: whoever comes second waits longer for an owner that is still starting.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLog, type LogFile } from '../../../src/main/observe/log'
import { openSession } from '../../../src/main/owner/session'

let dataDir = ''
let log: LogFile
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 's-'))
  log = openLog({ folder: dataDir, rotate: false })
})
afterEach(() => {
  log.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** How long it is asked for a lock that somebody has, when each time takes so long, in ms. */
const waitFor = async (lockMs: number): Promise<number> => {
  const begunMs = performance.now()
  const startEngine = async (): Promise<null> => {
    await new Promise((resolve) => setTimeout(resolve, lockMs))
    return null
  }
  const opening = openSession({ dataDir, version: '1.0.0', log, busyMs: 1, startEngine })
  await expect(opening).rejects.toMatchObject({ code: 'OWNER_BUSY' })
  return performance.now() - begunMs
}

it('is given a hundred times as long as asking for its lock takes', async () => {
  // A timer may ring a millisecond early, and the quickest of many counts.
  expect(await waitFor(10)).toBeGreaterThan(890)
})

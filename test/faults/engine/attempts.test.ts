import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTempDir, reportOf, startOwner, waitForJob } from '../../support/engine'

const temp = makeTempDir('attempts')
const faultsBefore = process.env['SLUICE_FAULTS']

beforeAll(() => {
  process.env['SLUICE_FAULTS'] = '1'
})
afterAll(() => {
  if (faultsBefore === undefined) delete process.env['SLUICE_FAULTS']
  else process.env['SLUICE_FAULTS'] = faultsBefore
  temp.remove()
})

describe('a document that fails for a passing reason', () => {
  it('is tried as often as the setting says', async () => {
    const dataDir = join(temp.path, 'data')
    const offered = join(temp.path, 'fault-throw-passing.txt')
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(offered, 'words')
    const engine = await startOwner({ dataDir, limits: { 'task.attempts': 1 } })
    try {
      const { job } = await engine.call('jobs.create', { paths: [{ path: offered }] })
      await waitForJob(engine, job.id)
      const { problems } = await reportOf(engine, job.id)
      expect(problems).toMatchObject([{ code: 'FILE_BUSY', outcome: 'failed', attempts: 1 }])
    } finally {
      await engine.close()
    }
  }, 60_000)
})

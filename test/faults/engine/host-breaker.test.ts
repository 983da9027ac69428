// A real engine whose hosts cannot start for a while: what waits says why, spends nothing, and goes on by itself.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/main/engine'
import { createForkLauncher } from '../../../src/main/pool/fork-launcher'
import type { LaunchHost } from '../../../src/main/pool/pool'
import { hostNames } from '../../../src/shared/workers'
import { makeTempDir, reportOf, startOwner, waitForJob } from '../../support/engine'
import { until } from '../../support/pool/hosts'

const temp = makeTempDir('host-breaker')
afterAll(() => temp.remove())

/** Why the queue waits, as soon as it does. */
const untilBlocked = async (engine: Engine): Promise<string> => {
  for (;;) {
    const { blocked } = await engine.call('queue.status', {})
    if (blocked !== null) return blocked
    await new Promise((wake) => setTimeout(wake, 20))
  }
}

describe('hosts that cannot be started', () => {
  it('hold their work without spending attempts, tell why and until when, and go on once they can', async () => {
    const dataDir = join(temp.path, 'data')
    const papers = join(temp.path, 'papers')
    mkdirSync(papers, { recursive: true })
    for (const name of ['a', 'b', 'c']) writeFileSync(join(papers, `${name}.txt`), `The words of document ${name}.`)
    const broken = join(temp.path, 'broken.js')
    writeFileSync(broken, 'process.exit(7)\n')
    let isBroken = true
    const fork = createForkLauncher({ onOutput: () => undefined })
    const launch: LaunchHost = (file, args, env) => fork(isBroken ? broken : file, args, env)
    // With one attempt, spending it would be the end.
    const limits = { 'task.attempts': 1, 'worker.breakerFailures': 2, 'worker.breakerMs': 2_000 }
    const engine = await startOwner({ dataDir, limits, launch })
    try {
      const topics = new Set<string>()
      engine.onEvent((event) => event.topics.forEach((topic) => topics.add(topic)))
      const { job } = await engine.call('jobs.create', { paths: [{ path: papers }] })
      const blocked = await untilBlocked(engine)
      expect(blocked).toContain('reading documents failed')
      const { breakers } = await engine.call('workers.list', {})
      expect(breakers.find(({ host }) => host === 'parse')).toMatchObject({ reason: 'exit code 7' })
      await until('the change is told', () => topics.has('workers'))
      isBroken = false
      await waitForJob(engine, job.id)
      const { documents, problems } = await reportOf(engine, job.id)
      expect(documents).toMatchObject({ total: 3, indexed: 3 })
      expect(problems).toEqual([])
      const after = await engine.call('workers.list', {})
      expect(after.breakers.map(({ state }) => state)).toEqual(hostNames.map(() => 'closed'))
    } finally {
      await engine.close()
    }
  }, 90_000)
})

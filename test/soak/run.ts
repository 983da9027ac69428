// Owns hours of mixed work on one engine: new, changed and removed documents, archives, faults, pauses, cancellations, dead hosts, searches.
// Refuses: a folder that grows; what is measured must not grow because the work does.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../src/main/engine'
import { finalJobStates } from '../../src/shared/domain'
import { startOwner, waitForJob } from '../support/engine'
import { createRandom, createWriter } from '../support/faults/corpus'
import { killHost, listHosts } from '../support/faults/processes'
import { forgeZip } from '../support/zip-forge'
import { measures, takeSample } from './gauges'
import { judgeGrowth, type Growth, type Sample } from './growth'

export type SoakOptions = { ms: number; seed: number; folder: string; say: (line: string) => void }
export type SoakSummary = { growth: Growth[]; work: Record<string, number>; troubles: string[]; samples: number }

const FOLDERS = 8
const FILES = 12
const SAMPLE_MS = 2_000
const TELL_EVERY = 30
const HEARTBEAT_MS = 3_000
const MEMORY_BYTES = 512 * 1024 * 1024
const QUERIES = ['copper kettle', 'the map of the marshes', 'who repairs bicycles', 'storm near the ferry']
const MODES = ['keyword', 'semantic', 'hybrid'] as const
const HARM = ['fault-throw', 'fault-exit', 'fault-throw-later', 'fault-hang']

/** Works on the engine until `ms` are over. */
export const runSoak = async ({ ms, seed, folder, say }: SoakOptions): Promise<SoakSummary> => {
  process.env['SLUICE_FAULTS'] = '1'
  const dataDir = join(folder, 'data')
  const random = createRandom(seed)
  const writer = createWriter(random)
  const work = { jobs: 0, documents: 0, failed: 0, cancelled: 0, pauses: 0, hostsKilled: 0, searches: 0, hits: 0 }
  const troubles: string[] = []
  const samples: Sample[] = []
  const startedMs = performance.now()
  const isOver = (): boolean => performance.now() - startedMs > ms
  const engine: Engine = await startOwner({
    dataDir,
    limits: {
      'task.heartbeatMs': HEARTBEAT_MS,
      'task.memoryBytes': MEMORY_BYTES,
      'worker.breakerMs': 500,
      'retry.extract.baseMs': 100,
      'documents.goneDays': 0,
      // Hosts come and go, as they do over hours.
      'worker.recycleTasks': 200,
    },
  })

  /** Other documents under the same names; some are gone. */
  const rewrite = (name: string, harmful: boolean): string => {
    const path = join(folder, name)
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path, { recursive: true })
    for (let n = 0; n < FILES; n += 1) {
      if (random() < 0.1) continue
      writeFileSync(join(path, `note-${n}.txt`), writer.paragraph(2 + Math.floor(random() * 6)))
    }
    writeFileSync(join(path, 'page.md'), `# Page\n\n${writer.paragraph(8)}\n`)
    writeFileSync(join(path, 'page.html'), `<html><body><p>${writer.paragraph(5)}</p></body></html>`)
    const inner = forgeZip([{ name: 'deep.txt', data: writer.paragraph(4) }])
    writeFileSync(
      join(path, 'letters.zip'),
      forgeZip([
        { name: 'a.txt', data: writer.paragraph(3) },
        { name: 'inner.zip', data: inner },
      ]),
    )
    if (harmful) writeFileSync(join(path, `${HARM[Math.floor(random() * HARM.length)] ?? ''}.txt`), 'Never read.')
    return path
  }

  const intake = async (): Promise<void> => {
    for (let round = 0; !isOver(); round += 1) {
      const path = rewrite(`folder-${round % FOLDERS}`, random() < 0.2)
      const { job } = await engine.call('jobs.create', {
        paths: [{ path }],
        collection: 'default',
        globs: [],
        ignores: [],
        key: null,
        confirmed: false,
        leaveOut: [],
        client: 'local',
        priority: 'normal',
      })
      const fate = random()
      if (fate < 0.1) {
        await engine.call('jobs.pause', { id: job.id }).then(() => engine.call('jobs.resume', { id: job.id }))
        work.pauses += 1
      } else if (fate < 0.2) {
        await engine.call('jobs.cancel', { id: job.id })
        work.cancelled += 1
      } else if (fate < 0.3) {
        for (const pid of listHosts(process.pid)) killHost(pid)
        work.hostsKilled += 1
      }
      const { documents } = await waitForJob(engine, job.id)
      work.jobs += 1
      work.documents += documents.total
      work.failed += documents.failed
    }
  }

  const searching = async (): Promise<void> => {
    for (let turn = 0; !isOver(); turn += 1) {
      const query = QUERIES[turn % QUERIES.length] ?? ''
      const mode = MODES[turn % MODES.length] ?? 'hybrid'
      // A host that was just killed fails the search it was making.
      const found = await engine.call('search', { query, mode, limit: 10 }).catch(() => null)
      work.searches += 1
      work.hits += found === null ? 0 : found.results.length
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  const sampling = async (): Promise<void> => {
    while (!isOver()) {
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS))
      const values = takeSample(dataDir)
      samples.push({ atMs: performance.now() - startedMs, values })
      if (samples.length % TELL_EVERY === 0)
        say(
          `${Math.round((performance.now() - startedMs) / 1_000)} s: ${work.jobs} jobs, ${work.searches} searches, ${Math.round(values['resident, owner'] ?? 0)} MB`,
        )
    }
  }

  try {
    await Promise.all([intake(), searching(), sampling()])
    const { jobs } = await engine.call('jobs.list', { offset: 0, limit: 1_000 })
    const open = jobs.filter(({ state }) => !finalJobStates.includes(state))
    if (open.length > 0) troubles.push(`${open.length} jobs are not over`)
    const { checks } = await engine.call('doctor', { repair: false, rebuild: false })
    troubles.push(...checks.filter(({ ok }) => !ok).map(({ name, detail }) => `doctor, ${name}: ${detail}`))
  } finally {
    await engine.close()
  }
  return { growth: judgeGrowth(samples, measures), work, troubles, samples: samples.length }
}

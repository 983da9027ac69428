/**
 * Owns the health checks: what is looked at, in which order, and the remedy that is offered for each.
 * Refuses: repairing without being asked. A check that throws is a failed check, never a crash.
 */
import { statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { AppError, formatBytes, toAppError } from '../../shared/errors'
import type { DoctorReport } from '../../shared/domain'
import {
  collectGarbage,
  compare,
  rebuild as rebuildVectors,
  repair as repairVectors,
  undoIntents,
} from '../ingest/reconcile'
import type { EmbeddingProvider } from '../providers/provider'
import type { Store } from '../store/contract'
import type { Vectors } from '../vectors'

export type DoctorParts = {
  store: Store
  vectors: () => Promise<Vectors>
  /** Takes the vector index away, sound or not. */
  resetVectors: () => Promise<void>
  provider: () => EmbeddingProvider
  dataDir: string
  /** Runs `work` while no task runs and none starts. */
  whileQuiet: <T>(work: () => Promise<T>) => Promise<T>
}

type Finding = { ok: boolean; detail: string; fix: string | null }
type Check = { name: string; run: (parts: DoctorParts, options: DoctorOptions) => Promise<Finding> }
export type DoctorOptions = { repair: boolean; rebuild: boolean }

const LOW_DISK_BYTES = 500 * 1024 * 1024
const REPAIR = 'Run "sluice doctor --repair".'

const fine = (detail: string): Finding => ({ ok: true, detail, fix: null })

const vectorIndex = async (parts: DoctorParts, { repair, rebuild }: DoctorOptions): Promise<Finding> => {
  if (rebuild) {
    const documents = await parts.whileQuiet(() => rebuildVectors(parts))
    return fine(
      `rebuilt from stored text: ${documents} document(s) queued for embedding; "sluice run" works until they are done`,
    )
  }
  return parts.whileQuiet(async () => {
    await undoIntents(parts)
    for (let more = true; more;) more = await collectGarbage(parts)
    const difference = await compare(parts)
    const { orphans, wrong } = difference
    const figures = await (await parts.vectors()).figures()
    const size = `${figures.rows} vectors, ${formatBytes(figures.bytes)}, ${figures.fragments} fragment(s)`
    if (orphans.length + wrong.length === 0) return fine(`${size}; agrees with the database`)
    const found = `${orphans.length} content(s) unknown to the database, ${wrong.length} with missing or surplus vectors`
    if (!repair) return { ok: false, detail: `${size}; ${found}`, fix: REPAIR }
    await repairVectors(parts, difference)
    return fine(`${size}; repaired: ${found}`)
  })
}

const checks: readonly Check[] = [
  {
    name: 'disk',
    run: async ({ dataDir }) => {
      const { bavail, bsize } = await statfs(dataDir)
      const free = bavail * bsize
      const detail = `${formatBytes(free)} free at ${dataDir}`
      return free < LOW_DISK_BYTES ? { ok: false, detail, fix: 'Free some disk space.' } : fine(detail)
    },
  },
  {
    name: 'database',
    run: async ({ store }) => {
      const { ok, detail } = await store.run('health.check', {})
      if (!ok) return { ok, detail, fix: 'Restore a backup of the data folder, or start with a new one.' }
      const figures = await store.run('health.figures', {})
      const counts = `${figures.collections} collection(s), ${figures.documents} document(s), ${figures.chunks} chunk(s)`
      return fine(`${detail}; schema ${figures.schemaVersion}, ${counts}, ${formatBytes(figures.databaseBytes)}`)
    },
  },
  {
    name: 'full-text index',
    run: async ({ store }, { repair, rebuild }) => {
      const { ok, detail } = await store.run('health.fulltext', { repair: repair || rebuild })
      return ok ? fine(detail) : { ok, detail, fix: REPAIR }
    },
  },
  { name: 'vector index', run: vectorIndex },
  {
    name: 'pending vectors',
    run: async ({ store }) => {
      const { pendingChunks } = await store.run('health.figures', {})
      return fine(
        pendingChunks === 0
          ? 'none'
          : `${pendingChunks} chunk(s) are waiting for their vectors; "sluice run" works on them`,
      )
    },
  },
  {
    name: 'embedding model',
    run: async ({ provider }) => {
      const model = provider()
      const { vector } = await model.embedQuery('the quick brown fox')
      const length = Math.hypot(...vector)
      if (Math.abs(length - 1) > 0.01)
        throw new AppError('EMBEDDING_INVALID', { reason: `length ${length.toFixed(3)}` })
      return fine(`${model.model}, ${model.dimensions} dimensions, answers`)
    },
  },
]

/** Runs all checks. Each failure says what it is and what helps. */
export const runDoctor = async (parts: DoctorParts, options: DoctorOptions): Promise<DoctorReport> => {
  const results: DoctorReport['checks'] = []
  for (const { name, run } of checks) {
    const startedMs = performance.now()
    const finding = await run(parts, options).catch((thrown: unknown): Finding => {
      const { code, message } = toAppError(thrown)
      const fix = code === 'VECTORS_CORRUPT' ? 'Run "sluice doctor --rebuild".' : null
      return { ok: false, detail: message, fix }
    })
    results.push({ name, ...finding, ms: Math.round((performance.now() - startedMs) * 10) / 10 })
  }
  return { ok: results.every(({ ok }) => ok), checks: results }
}

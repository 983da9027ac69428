/**
 * Owns the health checks: what is looked at, in which order, and the remedy that is offered for each.
 * Refuses: repairing without being asked. A check that throws is a failed check, never a crash.
 */
import { statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { AppError, commandOf, formatBytes, toAppError } from '../../shared/errors'
import { finalJobStates, type DoctorReport } from '../../shared/domain'
import type { CacheTotal } from '../../shared/calls'
import type { CacheCounter } from './cache-figures'
import { listOutdated } from './reading-calls'
import { collectGarbage, dropVectors } from '../ingest/clearing'
import type { Intents } from '../ingest/intents'
import { listStale } from '../ingest/models'
import { compare, rebuild as rebuildVectors, repair as repairVectors } from '../ingest/reconcile'
import { jobTempBytes, listJobTemp, removeJobTemp } from '../ingest/temp'
import { isChangeableHere } from '../settings/policy-file'
import { POLICY_VARIABLE } from '../settings/policy-place'
import type { Policy } from '../../shared/policy'
import { describePolicy } from '../../shared/policy-summary'
import { textsOf } from '../../shared/remarks'
import { sayBreaker } from '../../shared/providers'
import type { EmbeddingProvider } from '../providers/provider'
import type { Providers } from '../providers/registry'
import { listBackups } from '../store/backups'
import { readFeedFile } from '../updates/feed-file'
import type { Store } from '../store/contract'
import type { VectorIndex } from '../vectors'

export type DoctorParts = {
  store: Store
  vectors: () => Promise<VectorIndex>
  intents: Intents
  /** Takes the vector index away, sound or not. */
  resetVectors: () => Promise<void>
  provider: (ref?: string) => EmbeddingProvider
  providers: Pick<Providers, 'list' | 'problem'>
  cacheFigures: CacheCounter['figures']
  /** Names how texts are summarized by themselves now; `null` where the model for it is not there. */
  summaryMaker: (mode: 'extractive' | 'provider') => string | null
  /** What of the settings is not used, and why; looks at the file again. */
  settingProblems: () => readonly string[]
  /** As it was read at the start. */
  policy: Policy
  dataDir: string
  tempRoot: string
  /** The version by which texts are read now. */
  textVersion: number
  /** Runs `work` while no task runs and none starts. */
  whileQuiet: <T>(work: () => Promise<T>) => Promise<T>
}

type Finding = { ok: boolean; detail: string; fix: string | null }
type Check = { name: string; run: (parts: DoctorParts, options: DoctorOptions) => Promise<Finding> }
export type DoctorOptions = { repair: boolean; rebuild: boolean }

const LOW_DISK_BYTES = 500 * 1024 * 1024
const REPAIR = 'Run "sluice doctor --repair".'

const fine = (detail: string): Finding => ({ ok: true, detail, fix: null })

/** Each table with its model, what is in it, and whose it is. */
const describeTables = async ({ store, vectors }: DoctorParts): Promise<string> => {
  const generations = await store.run('generations.list', { collectionId: null })
  const tables: string[] = []
  for (const space of await store.run('spaces.list', {})) {
    const figures = await (await (await vectors()).space(space)).figures()
    const { rows, bytes, fragments, versions, indexed, unindexed, parts } = figures
    const size = `${rows} vectors, ${formatBytes(bytes)}, ${fragments} fragment(s), ${versions} version(s)`
    const search =
      indexed + unindexed > 0
        ? `${indexed} indexed in ${parts} parts and ${unindexed} not`
        : 'searched without an index'
    const users = generations.filter((generation) => generation.space.id === space.id)
    const names = users.map(({ collection, state }) => (state === 'serving' ? collection : `${collection} (${state})`))
    const use = names.length > 0 ? `for ${names.join(', ')}` : 'for no collection'
    tables.push(`${space.model} (${space.dimensions} dimensions) ${use}: ${size}, ${search}`)
  }
  return tables.length > 0 ? tables.join('; ') : 'no vectors yet'
}

const vectorIndex = async (parts: DoctorParts, { repair, rebuild }: DoctorOptions): Promise<Finding> => {
  if (rebuild) {
    const documents = await parts.whileQuiet(() => rebuildVectors(parts))
    return fine(
      `rebuilt from stored text: ${documents} document(s) queued for embedding; "sluice run" works until they are done`,
    )
  }
  return parts.whileQuiet(async () => {
    await parts.intents.undo()
    for (let more = true; more;) more = await collectGarbage(parts)
    await dropVectors(parts)
    const differences = await compare(parts)
    const orphans = differences.reduce((sum, difference) => sum + difference.orphans.length, 0)
    const wrong = differences.reduce(
      (sum, difference) => sum + difference.wrong.length + difference.wrongBuilt.length,
      0,
    )
    const size = await describeTables(parts)
    if (orphans + wrong === 0) return fine(`${size}; agrees with the database`)
    const found = `${orphans} content(s) unknown to the database, ${wrong} with missing or surplus vectors`
    if (!repair) return { ok: false, detail: `${size}; ${found}`, fix: REPAIR }
    await repairVectors(parts, differences)
    return fine(`${size}; repaired: ${found}`)
  })
}

const checkPolicy = (policy: Policy): Finding => {
  if (policy.path === null) return fine('none: nobody manages this computer')
  const { organization, contact, problems } = policy
  const whose = organization === null ? '' : ` of ${organization}`
  const asks = contact === null ? '' : ` (${contact})`
  const managed = textsOf(describePolicy(policy))
  const said = `${policy.path}${whose}: ${managed.length === 0 ? 'manages nothing' : managed.join('; ')}`
  if (policy.broken) {
    const detail = `${said}. It cannot be followed whole, so it is followed in its strictest reading: ${textsOf(problems).join(' ')}`
    return { ok: false, detail, fix: `Have the policy mended by who keeps it${asks}, then start Sluice again.` }
  }
  if (isChangeableHere(policy))
    return {
      ok: false,
      detail: `${said}. This account can change it, so it binds nobody.`,
      fix: 'Let only administrators write the file and its folder.',
    }
  return fine(policy.place === 'variable' ? `${said} (named by the variable ${POLICY_VARIABLE})` : said)
}

/** Which feed the window asks, and how that went. It is never asked from here. */
const checkUpdates = (policy: Policy, dataDir: string): Finding => {
  if (policy.updates === 'none') return fine('turned off by the policy of this computer')
  let isBroken = false
  const { feed: own, lastCheck } = readFeedFile(dataDir, () => (isBroken = true))
  const feed = policy.updateFeed ?? own
  if (isBroken)
    return {
      ok: false,
      detail: 'what is kept about the feed of updates cannot be read',
      fix: 'Set the feed again in the settings of the window, under Updates.',
    }
  if (feed === '') return fine('no feed is set: nobody is asked for updates')
  if (lastCheck === null) return fine(`${feed}: not asked yet`)
  const { at, version, error } = lastCheck
  const said = `${feed}, asked last on ${at.slice(0, 10)}`
  if (error === null) return fine(`${said}: it has version ${version ?? '?'}`)
  const { message } = new AppError(error.code, error.details)
  return { ok: false, detail: `${said}: ${message}`, fix: 'Check for updates again, in the settings of the window.' }
}

/** Jobs that are over, or unknown, and still have a temp folder. */
const findLeftTemp = async (store: Store, tempRoot: string): Promise<number[]> => {
  const left: number[] = []
  for (const id of listJobTemp(tempRoot)) {
    const job = await store.run('jobs.find', { id })
    if (job === null || finalJobStates.includes(job.state)) left.push(id)
  }
  return left
}

const sayRate = ({ hits, misses }: { hits: number; misses: number }): string =>
  `${Math.round((100 * hits) / (hits + misses))}% of ${hits + misses} known`

const describeRate = (asked: { hits: number; misses: number; total: CacheTotal }): string => {
  const { total } = asked
  if (total.since === null || total.hits + total.misses === 0) return 'not asked yet'
  const ever = `${sayRate(total)} since ${total.since.slice(0, 10)}`
  return asked.hits + asked.misses === 0 ? ever : `${sayRate(asked)} since the start, ${ever}`
}

const checks: readonly Check[] = [
  { name: 'policy', run: async ({ policy }) => checkPolicy(policy) },
  {
    name: 'settings',
    run: async ({ settingProblems }) => {
      const problems = settingProblems()
      if (problems.length === 0) return fine('every value that was given is used')
      return { ok: false, detail: problems.join(' '), fix: 'Mend what is named; until then the defaults hold.' }
    },
  },
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
    name: 'backups',
    run: async ({ dataDir }) => {
      const backups = listBackups(dataDir)
      const said = backups.map(
        ({ id, schema, bytes }) => `${id} (version ${schema} of the data, ${formatBytes(bytes)})`,
      )
      return fine(said.length === 0 ? 'none: no upgrade needed one yet' : said.join(', '))
    },
  },
  { name: 'updates', run: async ({ policy, dataDir }) => checkUpdates(policy, dataDir) },
  {
    name: 'queue',
    run: async ({ store, whileQuiet }, { repair, rebuild }) => {
      const { ok, detail } = await whileQuiet(() => store.run('health.queue', { repair: repair || rebuild }))
      return ok ? fine(detail) : { ok, detail, fix: REPAIR }
    },
  },
  {
    name: 'temp',
    run: async ({ store, tempRoot }, { repair, rebuild }) => {
      const left = await findLeftTemp(store, tempRoot)
      const bytes = left.reduce((sum, id) => sum + jobTempBytes(tempRoot, id), 0)
      if (left.length === 0) return fine('nothing left over')
      const detail = `${formatBytes(bytes)} left over from ${left.length} job(s)`
      if (!repair && !rebuild) return { ok: false, detail, fix: REPAIR }
      for (const id of left) await removeJobTemp(tempRoot, id)
      return fine(`removed: ${detail}`)
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
    name: 'models of collections',
    run: async (parts) => {
      const stale = await listStale(parts)
      if (stale.length === 0) return fine('the vectors of every collection are of the model it has now')
      return {
        ok: false,
        detail: stale.map(({ error }) => error.message).join(' '),
        fix: `Agree to making them anew: ${stale.map(({ error }) => `"${commandOf(error.code, error.details) ?? ''} --yes"`).join(', ')}.`,
      }
    },
  },
  {
    name: 'summaries',
    run: async ({ store, summaryMaker }) => {
      const makers = { extractive: summaryMaker('extractive'), provider: summaryMaker('provider') }
      const lacking = await store.run('summaries.lacking', { makers })
      if (lacking.length === 0) return fine('every collection that wants summaries has them')
      const detail = lacking.map(({ collection, texts, waiting }) => {
        const rest = waiting < texts ? `, ${texts - waiting} of them not queued` : ''
        return `"${collection}": ${texts} text(s) lack the summary they are to have${rest}`
      })
      // What is queued is being made; the rest was cancelled, failed, or made otherwise than it would be now.
      const isQueued = lacking.every(({ texts, waiting }) => waiting === texts)
      const fix = isQueued ? null : 'Queue them: "sluice collections check --kind summary --repair".'
      return { ok: true, detail: detail.join('; '), fix }
    },
  },
  {
    name: 'texts of collections',
    run: async ({ store, textVersion }) => {
      const outdated = [...(await listOutdated(store, textVersion)).values()]
      if (outdated.length === 0) return fine('all were read by this version')
      return {
        ok: false,
        detail: outdated.map(({ message }) => message).join(' '),
        fix: 'Agree to reading them anew: "sluice collections rebuild NAME --yes".',
      }
    },
  },
  {
    name: 'embedding cache',
    run: async ({ cacheFigures }) => {
      const { evictions, bytes, ...asked } = (await cacheFigures()).embeddings
      return fine(`${formatBytes(bytes)}, ${describeRate(asked)}, ${evictions} let go`)
    },
  },
  {
    name: 'query cache',
    run: async ({ cacheFigures }) => {
      const { queries, results } = await cacheFigures()
      const vectors = `vectors of ${queries.entries} queries, ${formatBytes(queries.bytes)}, ${describeRate(queries)}`
      if (results.maxBytes === 0) return fine(`${vectors}; answers are not kept`)
      return fine(
        `${vectors}; answers to ${results.entries} searches, ${formatBytes(results.bytes)}, ${describeRate(results)}`,
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
  {
    name: 'providers',
    run: async ({ providers }) => {
      const problem = providers.problem()
      if (problem) return { ok: false, detail: problem.message, fix: 'Mend the file, or move it away.' }
      const configured = providers.list().filter(({ kind }) => kind !== 'local')
      const lacking = configured.flatMap(({ problem: lack }) => lack ?? [])
      if (lacking.length > 0)
        return { ok: false, detail: lacking.join(' '), fix: 'Give the key, or remove the provider.' }
      const left = configured.flatMap(({ name, breaker }) => sayBreaker(name, breaker) ?? [])
      if (left.length > 0)
        return { ok: false, detail: left.join(' '), fix: 'Wait, or try "sluice providers test NAME".' }
      const told = configured.map(
        ({ name, place, key }) => `${name} (${place ?? '?'}; key: ${key?.detail ?? 'none needed'})`,
      )
      return fine(told.length === 0 ? 'none: nothing leaves this computer' : told.join('; '))
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

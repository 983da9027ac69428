/**
 * Owns the check of collections: what is stale, empty, partial, without vectors, read by another version or of a model that is not there;
 * and queueing what mends it.
 * Refuses: mending anything itself, and taking a source that cannot be looked at for gone.
 */
import { lstat } from 'node:fs/promises'
import type { CallHandlers } from '../../shared/calls'
import {
  findingKinds,
  findingTable,
  type CheckResult,
  type Finding,
  type FindingKind,
} from '../../shared/collection-check'
import type { Collection } from '../../shared/domain'
import { AppError, isErrorCode, sentenceOf, toAppError } from '../../shared/errors'
import { fingerprintOf, hasVanished } from '../ingest/walk-stat'
import type { CheckedDocument, Store } from '../store/contract'

export type CheckCalls = Pick<CallHandlers, 'collections.check'>

type CheckParts = {
  readonly store: Store
  /** How documents are read now. */
  readonly settingsKey: (collection: Collection) => string
  /** The vector space that a model reference names now. @throws where there is no such model */
  readonly modelOf: (ref: string) => { model: string; dimensions: number }
  /** Looks through places again. */
  readonly scan: (collection: string, paths: readonly string[]) => Promise<string>
  /** Runs work while nothing is written. */
  readonly whileQuiet: <T>(work: () => Promise<T>) => Promise<T>
  /** Names how a text is summarized by itself now; `null` where the model for it is not there. */
  readonly summaryMaker: (mode: 'extractive' | 'provider') => string | null
  readonly onRepair: () => void
}

const PAGE = 500
/** Paths of one job. */
const SCAN_PATHS = 1_000
const REPAIR_CONTENTS = 200

/** What became of the file of a document: `null` when it cannot be told, for example because a disk is not there. */
const lookAt = async (
  document: CheckedDocument,
  known: Map<string, string | null>,
): Promise<'gone' | 'changed' | null> => {
  const { location, locationBytes, isEntry, fingerprint } = document
  const at = locationBytes === null ? location : Buffer.from(locationBytes, 'base64')
  const key = locationBytes ?? location
  let now = known.get(key)
  if (now === undefined) {
    try {
      now = fingerprintOf(await lstat(at, { bigint: true }))
    } catch (thrown) {
      now = hasVanished(thrown) ? '' : null
    }
    known.set(key, now)
  }
  if (now === null) return null
  if (now === '') return 'gone'
  // The fingerprint of an entry begins with another's: its archive tells whether it changed.
  if (fingerprint === null || isEntry) return null
  return now === fingerprint ? null : 'changed'
}

/** Whether it lacks the summary that its collection wants, or has one that was made otherwise. */
const lacksSummary = ({ chunks, isGone, summaryMaker }: CheckedDocument, wanted: WantedSummary | null): boolean =>
  wanted !== null &&
  (chunks ?? 0) > 0 &&
  !isGone &&
  (summaryMaker === null || (wanted.maker !== null && summaryMaker !== wanted.maker))

const messageOf = (kind: FindingKind, code: string | null): string =>
  kind === 'partial' && isErrorCode(code)
    ? sentenceOf(code)
    : `${findingTable[kind].label}.`.replace(/^./, (c) => c.toUpperCase())

/** What a collection wants made of its documents. */
type WantedSummary = { readonly maker: string | null }

const settingsOf = (key: string): string => key.slice(key.indexOf(':'))

/** With other settings, which a scan mends, or by an older version, to which a person agrees first. */
const readOtherwise = ({ settingsKey: key }: CheckedDocument, now: string): FindingKind | null => {
  if (key === null || key === now) return null
  if (settingsOf(key) !== settingsOf(now)) return 'outdated'
  return Number.parseInt(key, 10) < Number.parseInt(now, 10) ? 'version' : null
}

const kindsOf = async (
  document: CheckedDocument,
  settingsKey: string,
  wanted: WantedSummary | null,
  known: Map<string, string | null>,
): Promise<FindingKind[]> => {
  const file = document.isGone ? 'gone' : await lookAt(document, known)
  const kinds: (FindingKind | null)[] = [
    file,
    document.state === 'partial' && document.code !== 'VECTORS_MISSING' ? 'partial' : null,
    (document.chunks ?? 0) === 0 ? 'empty' : null,
    (document.pending ?? 0) > 0 ? 'vectors' : null,
    readOtherwise(document, settingsKey),
    lacksSummary(document, wanted) ? 'summary' : null,
  ]
  return kinds.filter((kind) => kind !== null)
}

/** What repairing will do, gathered while looking. */
type Plan = { sources: Set<string>; contents: Set<number>; summaries: Set<number> }

export const createCheckCalls = (parts: CheckParts): CheckCalls => {
  const { store } = parts

  const collectionsOf = async (name: string | null): Promise<Collection[]> => {
    if (name === null) return store.run('collections.list', {})
    const found = await store.run('collections.find', { name })
    if (found === null) throw new AppError('NOT_FOUND', { what: 'collection', id: name })
    return [found]
  }

  /** Whether the model that serves a collection is there and still makes the same vectors. */
  const checkModel = async (collection: Collection): Promise<Finding[]> => {
    const generations = await store.run('generations.list', { collectionId: Number(collection.id) })
    const serving = generations.find(({ state }) => state === 'serving')
    if (serving === undefined) return []
    const finding = (message: string): Finding[] => [
      { kind: 'model', collection: collection.name, documentId: null, path: null, message },
    ]
    try {
      const now = parts.modelOf(serving.ref)
      const isSame = now.model === serving.space.model && now.dimensions === serving.space.dimensions
      return isSame
        ? []
        : finding(`Its vectors are of ${serving.space.model}; "${serving.ref}" is ${now.model} by now.`)
    } catch (thrown) {
      return finding(toAppError(thrown).message)
    }
  }

  const repairAll = async (plans: ReadonlyMap<string, Plan>): Promise<CheckResult['repair']> => {
    const jobs: string[] = []
    let documents = 0
    for (const [collection, { sources, contents, summaries }] of plans) {
      const paths = [...sources]
      for (let from = 0; from < paths.length; from += SCAN_PATHS)
        jobs.push(await parts.scan(collection, paths.slice(from, from + SCAN_PATHS)))
      const ids = [...contents]
      for (let from = 0; from < ids.length; from += REPAIR_CONTENTS) {
        const contentIds = ids.slice(from, from + REPAIR_CONTENTS)
        // Not while vectors are written: what is declared missing then would be undone together with them.
        documents += (await parts.whileQuiet(() => store.run('embed.invalidate', { contentIds }))).documents
      }
      const unsummarized = [...summaries]
      for (let from = 0; from < unsummarized.length; from += REPAIR_CONTENTS) {
        const contentIds = unsummarized.slice(from, from + REPAIR_CONTENTS)
        const queued = await store.run('summaries.queue', { contentIds })
        documents += queued.documents
        for (const id of queued.jobs) if (!jobs.includes(String(id))) jobs.push(String(id))
      }
    }
    parts.onRepair()
    return { jobs, documents }
  }

  const plan = (into: Plan, document: CheckedDocument, kind: FindingKind): void => {
    const { repair } = findingTable[kind]
    if (repair === 'scan' && document.source !== null) into.sources.add(document.source)
    if (repair === 'embed' && document.contentId !== null) into.contents.add(document.contentId)
    if (repair === 'summarize' && document.contentId !== null) into.summaries.add(document.contentId)
  }

  return {
    'collections.check': async ({ name, kinds, offset, limit, repair }) => {
      const collections = await collectionsOf(name)
      const counts = Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Record<FindingKind, number>
      const findings: Finding[] = []
      const plans = new Map<string, Plan>()
      let total = 0
      let documents = 0
      const find = (finding: Finding): void => {
        counts[finding.kind] += 1
        if (kinds !== undefined && !kinds.includes(finding.kind)) return
        if (total >= offset && findings.length < limit) findings.push(finding)
        total += 1
      }
      for (const collection of collections) {
        const settingsKey = parts.settingsKey(collection)
        const known = new Map<string, string | null>()
        const { summaries: wish = 'off' } = collection
        const wanted = wish === 'off' ? null : { maker: parts.summaryMaker(wish) }
        const gathered: Plan = { sources: new Set(), contents: new Set(), summaries: new Set() }
        plans.set(collection.name, gathered)
        for (const finding of await checkModel(collection)) find(finding)
        let seen = 0
        for (let afterId = 0; ;) {
          const page = await store.run('collections.checked', {
            collectionId: Number(collection.id),
            afterId,
            limit: PAGE,
          })
          for (const document of page) {
            const { id, path, code } = document
            for (const kind of await kindsOf(document, settingsKey, wanted, known)) {
              find({ kind, collection: collection.name, documentId: String(id), path, message: messageOf(kind, code) })
              if (kinds === undefined || kinds.includes(kind)) plan(gathered, document, kind)
            }
            afterId = id
          }
          seen += page.length
          if (page.length < PAGE) break
        }
        documents += seen
        if (seen === 0)
          find({
            kind: 'empty',
            collection: collection.name,
            documentId: null,
            path: null,
            message: 'It has no documents.',
          })
      }
      const ok = findingKinds.every((kind) => counts[kind] === 0)
      const repaired = repair ? await repairAll(plans) : null
      return { ok, collections: collections.length, documents, counts, findings, total, repair: repaired }
    },
  }
}

/**
 * Owns what the phases of the pipeline are given to work with.
 * Refuses: wiring; the engine fills these in, tests fill in their own.
 */
import { createHash } from 'node:crypto'
import type { Log } from '../../shared/log'
import type { Lane } from '../../shared/phases'
import type { Provider } from '../../shared/providers'
import type { EmbeddingProvider } from '../providers/provider'
import type { VisionProvider } from '../providers/vision'
import type { ClaimedTask, Store } from '../store/contract'
import type { VectorIndex } from '../vectors'
import { OCR_VERSION } from '../../shared/kinds'
import type { Gate } from './gate'
import type { Intents } from './intents'
import type { Passwords } from './passwords'
import type { Limits } from '../../shared/limits'
import type { WorkName, WorkTable } from '../../shared/work'

export type RunOptions<N extends WorkName> = {
  signal: AbortSignal
  label: string
  /** Runs with nothing else in its host. */
  alone: boolean
  /** Instead of those of the host, where a person allowed this task more. */
  timeoutMs?: number | undefined
  memoryBytes?: number | undefined
  onMessage?: (message: WorkTable[N]['message']) => Promise<WorkTable[N]['reply']>
}

/** Runs a task on a worker thread of the parsing host. */
export type RunParsing = <N extends 'expand' | 'extract'>(
  name: N,
  params: WorkTable[N]['params'],
  options: RunOptions<N>,
) => Promise<WorkTable[N]['result']>

export type AutomaticSummaries = {
  /** Names how a text is summarized now; `null` where the model for it is not there. */
  makerOf: (mode: 'extractive' | 'provider') => string | null
  /** Makes and keeps the summary of a document's text; `null` when it has none any more. @throws CHAT_MISSING, what the provider throws */
  keepFor: (asked: {
    documentId: number
    mode: 'extractive' | 'provider'
    jobId: number
    signal: AbortSignal
  }) => Promise<{ contentId: number; maker: string; key: string } | null>
  /** What a summary by the chat model takes of a text of so many characters, about; `null` without one. */
  expect: (chars: number, limits: Limits) => { inputTokens: number; outputTokens: number } | null
}

/** Whatever does the work of a task: its resident memory as last seen, where it is a process of this computer. */
export type WorkedBy = { worker: string; peakRssBytes: number | null }

export type IngestParts = {
  store: Store
  /** Who works for a lane right now, for the record of an attempt; vectors are made by the model of `ref`, `local` without it. */
  describeWorker: (lane: Lane, ref?: string) => WorkedBy
  parse: RunParsing
  /** The same in the host that reads pictures of text, one at a time. */
  readPictures: RunParsing
  /** The embedding model of a reference (`local` or a provider's name); without one, the built-in. */
  provider: (ref?: string) => EmbeddingProvider
  /** Every model there is, described. */
  providers: () => Provider[]
  /** The model that a person chose for reading pictures; `null` without one. */
  vision: () => VisionProvider | null
  vectors: () => Promise<VectorIndex>
  /** What is said before vectors are written. */
  intents: Intents
  /** Queries that a person keeps for a collection; by these, models are compared. */
  savedQueries: (collectionId: number) => Promise<string[]>
  /** Summaries that are made by themselves. */
  summaries: AutomaticSummaries
  limits: () => Limits
  /** The version by which texts are read now. */
  textVersion: number
  passwords: Passwords
  /** Between two rounds of embedding. */
  gate: Gate
  dataDir: string
  /** Folder in which every job has a temp folder of its own, cleared at each start. */
  tempRoot: string
  /** Monotonic milliseconds, for durations. */
  nowMs: () => number
  log: Log
  /** Another model serves a collection now: jobs that waited for the one before may go on. */
  onModelSwitched?: () => void
  /** Something of this job changed; hints only. `lane`: a run of that lane got a part of its work done and goes on. */
  onChange: (jobId: number, lane?: Lane) => void
}

type ReadersOf<S, F> = { readonly scans: S | null; readonly figures: F | null }
/** The models that read the pictures of a collection; `null`: OCR reads its scans, nobody its figures. */
export type Eyes = ReadersOf<VisionProvider, VisionProvider>

/**
 * Names what a document's text depends on beside its bytes: the version that reads it, and after the colon the limits that cut it and the model
 * that reads its pictures, if one does. What differs in the version alone is good until a person agrees to read it anew.
 */
export const settingsKeyOf = (
  limits: Limits,
  textVersion: number,
  eyes: ReadersOf<Pick<VisionProvider, 'reader'>, Pick<VisionProvider, 'figureReader'>> = {
    scans: null,
    figures: null,
  },
): string => {
  const shaping = [
    limits['document.chars'],
    limits['document.chunks'],
    limits['pdf.pages'],
    limits['document.xmlDepth'],
    ...(limits['ocr.enabled'] === 1 ? [OCR_VERSION, limits['image.pixels'], limits['image.frames']] : []),
    ...(limits['ocr.enabled'] === 1 && eyes.scans !== null ? [eyes.scans.reader, limits['vision.pixels']] : []),
    ...(limits['ocr.enabled'] === 1 && eyes.figures !== null
      ? [
          eyes.figures.figureReader,
          limits['vision.pixels'],
          limits['vision.figures'],
          limits['vision.figurePixels'],
          limits['vision.figureBytes'],
        ]
      : []),
  ]
  const hash = createHash('sha256').update(JSON.stringify(shaping)).digest('hex')
  return `${textVersion}:${hash.slice(0, 16)}`
}

/** The limits for one task: those in force, but for what a person allowed it alone. */
export const limitsFor = (parts: Pick<IngestParts, 'limits'>, task: Pick<ClaimedTask, 'settings'>): Limits => ({
  ...parts.limits(),
  ...task.settings,
})

/** Whether pictures are read in it. */
const isReading = (lane: Lane): boolean => lane === 'ocr' || lane === 'vision'

/** What a person allowed this task alone of what is capped from outside. */
export const capsFor = (task: Pick<ClaimedTask, 'settings' | 'lane'>): { timeoutMs?: number; memoryBytes?: number } => {
  const { settings = {}, lane } = task
  const timeoutMs = settings[isReading(lane) ? 'ocr.timeMs' : 'task.timeMs']
  const memoryBytes = settings[isReading(lane) ? 'ocr.memoryBytes' : 'task.memoryBytes']
  return { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(memoryBytes === undefined ? {} : { memoryBytes }) }
}

/** Milliseconds since `startedMs`, for a record. */
export const elapsedSince = (parts: { nowMs: () => number }, startedMs: number): number =>
  Math.max(0, Math.round((parts.nowMs() - startedMs) * 100) / 100)

/** The chain of a file on disk: it is within no archive. */
export const ROOT_LOCATOR_ENTRIES: readonly { index: number; name: string }[] = []

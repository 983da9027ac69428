/**
 * Owns what the phases of the pipeline are given to work with.
 * Refuses: wiring; the engine fills these in, tests fill in their own.
 */
import { createHash } from 'node:crypto'
import type { Log } from '../../shared/log'
import type { Lane } from '../../shared/phases'
import type { EmbeddingProvider } from '../providers/provider'
import type { Store } from '../store/contract'
import type { Vectors } from '../vectors'
import { EXTRACTOR_VERSION, OCR_VERSION } from '../../shared/kinds'
import type { Gate } from './gate'
import type { Passwords } from './passwords'
import type { Limits } from '../../shared/limits'
import type { WorkName, WorkTable } from '../../shared/work'

export type RunOptions<N extends WorkName> = {
  signal: AbortSignal
  label: string
  /** Runs with nothing else in its host. */
  alone: boolean
  onMessage?: (message: WorkTable[N]['message']) => Promise<WorkTable[N]['reply']>
}

/** Runs a task on a worker thread of the parsing host. */
export type RunParsing = <N extends 'expand' | 'extract'>(
  name: N,
  params: WorkTable[N]['params'],
  options: RunOptions<N>,
) => Promise<WorkTable[N]['result']>

export type IngestParts = {
  store: Store
  parse: RunParsing
  /** The same in the host that reads pictures of text, one at a time. */
  readPictures: RunParsing
  provider: () => EmbeddingProvider
  vectors: () => Promise<Vectors>
  limits: () => Limits
  passwords: Passwords
  /** Between two rounds of embedding. */
  gate: Gate
  dataDir: string
  /** Folder in which every job has a temp folder of its own, cleared at each start. */
  tempRoot: string
  /** Monotonic milliseconds, for durations. */
  nowMs: () => number
  log: Log
  /** Something of this job changed; hints only. `lane`: a run of that lane got a part of its work done and goes on. */
  onChange: (jobId: number, lane?: Lane) => void
}

/** Names what a document's text depends on beside its bytes: the version of the extractors and the limits that cut it. */
export const settingsKeyOf = (limits: Limits): string => {
  const shaping = [
    limits['document.chars'],
    limits['document.chunks'],
    limits['pdf.pages'],
    limits['document.xmlDepth'],
    ...(limits['ocr.enabled'] === 1 ? [OCR_VERSION, limits['image.pixels'], limits['image.frames']] : []),
  ]
  return createHash('sha256')
    .update(JSON.stringify([EXTRACTOR_VERSION, shaping]))
    .digest('hex')
    .slice(0, 16)
}

/** Milliseconds since `startedMs`, for a record. */
export const elapsedSince = (parts: { nowMs: () => number }, startedMs: number): number =>
  Math.max(0, Math.round((parts.nowMs() - startedMs) * 100) / 100)

/** The chain of a file on disk: it is within no archive. */
export const ROOT_LOCATOR_ENTRIES: readonly { index: number; name: string }[] = []

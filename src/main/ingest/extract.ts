/**
 * Owns the phases extract, chunk and index of one document: they share a claim, so that text flows from the worker into staged
 * rows and is found by keyword the moment its last chunk is stored.
 * Refuses: parsing (workers do) and vectors (the embed phase does).
 */
import { AppError } from '../../shared/errors'
import type { Chunk, Coverage, ExtractMessage, ExtractReply, ExtractResult, Warning } from '../../shared/work'
import type { AttemptRecord, ClaimedTask, KnownContent, PhaseFigures } from '../store/contract'
import { insertEntries } from './expand'
import { problemOfKind } from './left-out'
import type { InflateBudget } from './inflate-budget'
import { countPictures, mayBePicture, picturesMissing, withSettings } from './ocr'
import { capsFor, elapsedSince, limitsFor, settingsKeyOf, type IngestParts, type RunParsing } from './parts'
import { jobTempDir } from './temp'
import { createVisionReader, eyesOfTask } from './vision'

/** Contents being read right now, by collection and hash: a second copy waits for the first instead of being read beside it. */
export type InFlight = Map<string, Promise<void>>

/** What one extraction has come to; filled by the dialogue with the worker. */
type Progress = {
  known: KnownContent | null
  /** It is of a kind that the job leaves out. */
  leftOut: Warning | null
  contentId: number | null
  indexMs: number
  /** Names of what it holds as items of their own. */
  items: Set<string>
  release: () => void
}

/** Its own parts. What became of an item of its own is known only when that was read, and stands in the item's receipt. */
const ownParts = (coverage: readonly Coverage[], items: ReadonlySet<string>): Coverage[] => {
  const own = coverage.filter(({ unit, name }) => unit !== 'attachment' || name === null || !items.has(name))
  return own.length > 0 ? own : [{ unit: 'document', from: 1, to: 1, name: null, state: 'empty', reason: null }]
}

const claimContent = async (inFlight: InFlight, key: string): Promise<() => void> => {
  for (let other = inFlight.get(key); other !== undefined; other = inFlight.get(key)) await other
  let done = (): void => undefined
  inFlight.set(
    key,
    new Promise((resolve) => {
      done = resolve
    }),
  )
  return () => {
    inFlight.delete(key)
    done()
  }
}

/** How documents of a lane are read. */
type Reading = {
  readonly phase: 'extract' | 'ocr'
  /** The host, as attempts are recorded. */
  readonly run: RunParsing
}

export type ReadDocument = (
  parts: IngestParts,
  shared: { inFlight: InFlight; budget: InflateBudget },
  task: ClaimedTask,
  signal: AbortSignal,
) => Promise<void>

/** Runs a claimed document until its text is committed, or it turned out to be known, an archive, or one with pictures to be read. */
export const runExtract: ReadDocument = (parts, shared, task, signal) =>
  readDocument(parts, { phase: 'extract', run: parts.parse }, shared, task, signal)

/** Reads a document once more, pictures and all; what it gives takes the place of the text that was found without them. */
export const runOcr: ReadDocument = (parts, shared, task, signal) =>
  readDocument(parts, { phase: 'ocr', run: parts.readPictures }, shared, task, signal)

const readDocument = async (
  parts: IngestParts,
  reading: Reading,
  shared: { inFlight: InFlight; budget: InflateBudget },
  task: ClaimedTask,
  signal: AbortSignal,
): Promise<void> => {
  const { phase } = reading
  const ocr = phase === 'ocr'
  const { store } = parts
  const startedMs = parts.nowMs()
  const limits = limitsFor(parts, task)
  const eyes = eyesOfTask(parts, task)
  const isSeen = eyes.scans !== null || eyes.figures !== null
  const settingsKey = settingsKeyOf(limits, parts.textVersion, eyes)
  const reader = ocr && isSeen ? createVisionReader(parts, task, eyes, limits, signal) : null
  const attempt = (): AttemptRecord => ({ phase, ms: elapsedSince(parts, startedMs), ...parts.describeWorker(phase) })

  const link = async (content: KnownContent, sizeBytes: number, figures: PhaseFigures): Promise<void> => {
    await store.run('extract.link', { taskId: task.id, attempt: attempt(), figures, contentId: content.id, sizeBytes })
  }

  if (task.fingerprint !== null) {
    const { collectionId, locator, fingerprint } = task
    const same = await store.run('documents.unchanged', { collectionId, locator, fingerprint, settingsKey })
    if (same) return link(same.content, task.sizeBytes, {})
    const textless = mayBePicture(task.path)
      ? await store.run('documents.withoutText', { collectionId, locator, fingerprint, settingsKey })
      : null
    if (textless) throw new AppError(textless.code, textless.details)
  }

  const progress: Progress = {
    known: null,
    leftOut: null,
    contentId: null,
    indexMs: 0,
    items: new Set(),
    release: () => undefined,
  }
  let sha256 = ''
  let kind = ''

  /** Reading pictures takes long and is not waited for when the index has to be quiet: what they say waits instead. */
  const atTurn = <T>(work: () => Promise<T>): Promise<T> => (ocr ? parts.gate.write(signal, work) : work())

  const stage = async (chunks: Chunk[]): Promise<void> => {
    const stagedMs = parts.nowMs()
    const { collectionId } = task
    progress.contentId ??= (
      await store.run('contents.stage', { taskId: task.id, collectionId, sha256, settingsKey, kind })
    ).contentId
    await store.run('contents.addChunks', { contentId: progress.contentId, chunks, title: null })
    progress.indexMs += elapsedSince(parts, stagedMs)
  }

  const onMessage = async (message: ExtractMessage): Promise<ExtractReply> => {
    if (message.type === 'chunks') {
      await atTurn(() => stage(message.chunks))
      return { proceed: true }
    }
    if (message.type === 'picture') return reader ? reader(message) : { proceed: true }
    if (message.type === 'entries') {
      if (progress.leftOut === null) await atTurn(() => insertEntries(parts, task, message.entries))
      for (const { name } of message.entries) progress.items.add(name)
      return { proceed: true }
    }
    ;({ sha256, kind } = message)
    progress.leftOut = problemOfKind(message.archive ? 'archive' : kind, task.leaveOut)
    if (message.archive || progress.leftOut !== null) return { proceed: false }
    progress.release = await claimContent(shared.inFlight, `${task.collectionId}:${phase}:${sha256}`)
    progress.known = await store.run('contents.find', { collectionId: task.collectionId, sha256, settingsKey })
    return { proceed: progress.known === null }
  }

  const commit = async (result: ExtractResult): Promise<void> => {
    if (result.facts === null) throw new Error('the worker returned no facts of a document it was told to read')
    const figures: PhaseFigures = {
      [phase]: { ms: result.extractMs, items: 1 },
      chunk: { ms: result.chunkMs, items: 1 },
      index: { ms: progress.indexMs, items: 1 },
    }
    const count = ocr ? 0 : countPictures(result, limits)
    const pictures = count > 0
    const { facts } = result
    const warnings = pictures ? [picturesMissing(count), ...facts.warnings] : facts.warnings
    await store.run(pictures ? 'extract.toOcr' : 'extract.commit', {
      taskId: task.id,
      attempt: attempt(),
      figures,
      contentId: progress.contentId,
      sha256: result.sha256,
      settingsKey,
      sizeBytes: result.sizeBytes,
      facts: { ...facts, warnings, coverage: ownParts(facts.coverage, progress.items) },
      chars: result.chars,
      chunks: result.lastChunks,
      chunkCount: result.chunkCount,
      ...(pictures && isSeen ? { lane: 'vision' as const } : {}),
    })
    // It is in another lane now.
    if (pictures) parts.onChange(task.jobId)
  }

  const conclude = async (result: ExtractResult): Promise<void> => {
    if (progress.leftOut !== null) {
      await store.run('tasks.finish', {
        taskId: task.id,
        outcome: 'skipped',
        problem: progress.leftOut,
        warnings: [],
        attempt: attempt(),
        figures: {},
        archive: null,
      })
    } else if (result.archive) {
      await store.run('tasks.becomeArchive', {
        taskId: task.id,
        attempt: attempt(),
        figures: {},
        fingerprint: task.fingerprint,
      })
      // It is in another lane now.
      parts.onChange(task.jobId)
    } else if (progress.known) {
      await link(progress.known, result.sizeBytes, { [phase]: { ms: result.extractMs, items: 1 } })
    } else {
      await commit(result)
    }
  }

  try {
    const inflateBudgetBytes = await shared.budget.reserve(task, limits)
    const name = task.path.slice(task.path.lastIndexOf('/') + 1)
    const tempDir = jobTempDir(parts.tempRoot, task.jobId)
    const passwords = parts.passwords.of(task.locator)
    const params = {
      locator: task.locator,
      name,
      limits,
      tempDir,
      inflateBudgetBytes,
      passwords,
      ocr,
      vision: reader !== null && eyes.scans !== null,
      figures: eyes.figures !== null,
    }
    const result = await reading.run('extract', params, {
      signal,
      label: task.path,
      alone: task.alone,
      ...capsFor(task),
      onMessage,
    })
    shared.budget.spend(task, result.sizeBytes)
    await atTurn(() => conclude(result))
  } catch (thrown) {
    if (progress.contentId !== null) await store.run('contents.drop', { contentId: progress.contentId })
    throw ocr ? withSettings(thrown, settingsKey) : thrown
  } finally {
    progress.release()
  }
}

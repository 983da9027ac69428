/**
 * Owns the look before a job: what is in what was offered, what it will take and what it needs, in seconds.
 * Refuses: inflating, indexing, and taking long.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Estimate } from '../../shared/domain'
import { AppError, told } from '../../shared/errors'
import type { ListedArchive } from './estimate-archives'
import { EstimateCount, type EstimateParts, type EstimateRequest } from './estimate-count'
import { expectModels, sumCosts, type ModelEstimateParts } from './estimate-models'
import { expectText, expectTime, type KindLoad } from './estimate-rates'

/** Archives that an estimate lists at most. */
const MAX_ARCHIVES = 500

const confirmationOf = (listed: readonly ListedArchive[], limitBytes: number): Estimate['confirmation'] => {
  const large = listed.map(({ stats }) => stats).filter(({ bytesExpanded }) => bytesExpanded > limitBytes)
  if (large.length === 0) return null
  const bytes = large.reduce((sum, { bytesExpanded }) => sum + bytesExpanded, 0)
  const entries = large.reduce((sum, archive) => sum + archive.entries, 0)
  return {
    archives: large
      .slice(0, MAX_ARCHIVES)
      .map(({ path, entries, bytesExpanded }) => ({ path, entries, bytesExpanded })),
    bytes,
    entries,
    limitBytes,
    ...told('ARCHIVE_CONFIRM', {
      actual: bytes,
      entries,
      limit: limitBytes,
      setting: 'archive.confirmBytes',
    }),
  }
}

/** USD for so many pictures; `null`: not known. */
const costOfMany = (count: number, eachUsd: number | null): number | null =>
  count === 0 ? 0 : eachUsd === null ? null : eachUsd * count

/**
 * Looks at what ingesting these paths would do. Long work runs on the pool; nothing here holds up the calling thread.
 * @throws CANCELLED when `signal` was aborted
 */
export const estimate = async (
  parts: EstimateParts & ModelEstimateParts,
  request: EstimateRequest,
  name: string,
  signal: AbortSignal,
): Promise<Estimate> => {
  const startedMs = parts.nowMs()
  const limits = parts.limits()
  const tempDir = join(parts.tempRoot, `estimate-${name}`)
  const look = new EstimateCount(parts, request, signal)
  const requireGoingOn = (): void => {
    if (signal.aborted) throw signal.reason instanceof AppError ? signal.reason : new AppError('CANCELLED')
  }
  try {
    await mkdir(tempDir, { recursive: true, mode: 0o700 })
    await look.walkAll()
    await look.tellKinds()
    requireGoingOn()
    const [listed] = await Promise.all([look.listArchives(tempDir), look.findDuplicates(), look.findNeeds(tempDir)])
    await look.findFigures(tempDir)
    requireGoingOn()
    const loads = [...look.loads].map(([kind, load]): KindLoad => ({ kind, ...load }))
    const work = look.documents - look.unchanged
    const temp = listed.map(({ tempBytes }) => tempBytes).sort((left, right) => right - left)
    const threads = limits['worker.parseThreads']
    const eyes = await look.eyes()
    const vision = eyes.scans ?? eyes.figures
    const embedShare = work === 0 ? 0 : Math.max(0, 1 - look.duplicates / work)
    const text = expectText(loads, limits['document.chars'])
    const share = { embedShare, documents: Math.max(0, work - look.duplicates) }
    const models = await expectModels(parts, request, text, share, limits)
    const sampled = [...look.sampled].sort()
    return {
      documents: look.documents,
      byKind: Object.fromEntries([...look.byKind].sort()),
      bytes: look.bytes,
      archives: listed.slice(0, MAX_ARCHIVES).map(({ stats }) => stats),
      archivesTotal: listed.length,
      duplicates: look.duplicates,
      unchanged: look.unchanged,
      needPassword: look.needPassword,
      needOcr: look.needOcr,
      leftOut: look.leftOut,
      expectedMs: expectTime(loads, embedShare, {
        threads,
        chunkMs: models.chunkMs ?? (await parts.store.run('jobs.chunkMs', {})),
        maxCharsPerDocument: limits['document.chars'],
        unchanged: look.unchanged,
      }),
      tempDiskBytes: temp.slice(0, threads).reduce((sum, bytes) => sum + bytes, 0),
      ...(eyes.figures ? { figures: look.figures } : {}),
      ...sumCosts([
        eyes.scans ? costOfMany(look.needOcr, eyes.scans.pageUsd) : 0,
        eyes.figures ? costOfMany(look.figures, eyes.figures.figureUsd) : 0,
        models.embedding === null ? 0 : models.embedding.costUsd,
        models.summaries ? models.summaries.costUsd : 0,
      ]),
      embedding: models.embedding,
      summaries: models.summaries,
      vision: vision && {
        provider: vision.name,
        model: vision.model,
        isLocal: vision.isLocal,
        pageUsd: vision.pageUsd,
        figureUsd: vision.figureUsd,
        scans: eyes.scans !== null,
      },
      confirmation: request.confirmed ? null : confirmationOf(listed, limits['archive.confirmBytes']),
      exact: sampled.length === 0,
      sampled,
      elapsedMs: Math.round(parts.nowMs() - startedMs),
    }
  } finally {
    await rm(tempDir, { recursive: true, force: true, maxRetries: 3 })
  }
}

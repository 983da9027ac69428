/**
 * Owns the pictures of one document that a provider's model reads: each is asked for once, whatever dies; while the provider is away, or its
 * budget is used up, the document waits; where the model cannot read it, OCR does, and that is said.
 * Refuses: sending anything of a collection that does not ask for it, at the moment it would be sent.
 */
import { createHash } from 'node:crypto'
import type { Collection } from '../../shared/domain'
import { AppError, dispositionOf, quoteOf, toAppError } from '../../shared/errors'
import { triesOf, type Limits } from '../../shared/limits'
import type { ExtractMessage, ExtractReply, Warning } from '../../shared/work'
import { blockOf } from '../jobs/settle'
import type { PictureRole, VisionProvider } from '../providers/vision'
import type { ClaimedTask } from '../store/contract'
import type { Eyes, IngestParts } from './parts'

type Parts = Pick<IngestParts, 'store' | 'log'>
type PictureMessage = Extract<ExtractMessage, { type: 'picture' }>

/** The models that a collection asks for, as far as there are some. */
export const eyesOf = (
  parts: Pick<IngestParts, 'vision'>,
  { scans, figures }: Pick<Collection, 'scans' | 'figures'>,
): Eyes => ({
  scans: scans === 'vision' ? parts.vision() : null,
  figures: figures === 'vision' ? parts.vision() : null,
})

/** The models that read the pictures of this task, as far as is known now. What is in the lane of OCR was left to OCR before. */
export const eyesOfTask = (
  parts: Pick<IngestParts, 'vision'>,
  task: Pick<ClaimedTask, 'lane' | 'scans' | 'figures'>,
): Eyes => (task.lane === 'extract' || task.lane === 'vision' ? eyesOf(parts, task) : { scans: null, figures: null })

/** Answers what a worker shows. @throws CANCELLED, what the store throws, and what the document waits for */
export type VisionReader = (message: PictureMessage) => Promise<ExtractReply>

const notes = {
  page: { read: 'VISION_READ', fallback: 'VISION_FALLBACK' },
  figure: { read: 'FIGURE_READ', fallback: 'FIGURE_FALLBACK' },
} as const satisfies Record<PictureRole, unknown>

/** What a person mends, or time: the task is put back, and its job waits, as for a model of embedding. */
const isWaitedFor = ({ code }: AppError): boolean => blockOf(code) === 'jobs'

/** Whether it may be gone at another try, of which there is one. */
const isPassing = ({ code }: AppError, { attempts }: ClaimedTask, limits: Limits): boolean =>
  dispositionOf(code) === 'retry' && attempts + 1 < triesOf(limits, 'extract')

export const createVisionReader = (
  parts: Parts,
  task: ClaimedTask,
  eyes: Eyes,
  limits: Limits,
  signal: AbortSignal,
): VisionReader => {
  const leaveToOcr = (
    role: PictureRole,
    provider: string,
    why: { reason: string; because?: string },
  ): ExtractReply => ({
    proceed: true,
    text: null,
    note: { code: notes[role].fallback, details: { provider, ...why, reason: why.reason.replace(/\.$/, '') } },
  })

  const take = (
    { name, model }: VisionProvider,
    role: PictureRole,
    page: number | null,
    { text, cut }: { text: string; cut: boolean },
  ): ExtractReply => {
    const read: Warning = { code: notes[role].read, details: { model, provider: name } }
    const pages = page === null ? {} : { pages: String(page) }
    return { proceed: true, text, note: cut ? { code: 'VISION_CUT', details: { provider: name, ...pages } } : read }
  }

  const ask = async (
    provider: VisionProvider,
    role: PictureRole,
    { picture, page }: PictureMessage,
    hash: Buffer,
  ): Promise<ExtractReply> => {
    const { name } = provider
    if (typeof picture === 'string') return leaveToOcr(role, name, { reason: picture })
    const { jobId, collectionId } = task
    let answer: Awaited<ReturnType<VisionProvider['read']>>
    try {
      answer = await provider.read(picture, { purpose: 'vision', jobId, collectionId }, signal, role)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (signal.aborted || dispositionOf(error.code) === 'cancel' || error.code === 'INTERNAL_BUG') throw error
      if (isWaitedFor(error) || isPassing(error, task, limits)) throw error
      parts.log.info('vision-fallback', { provider: name, code: error.code, path: task.path, page })
      return leaveToOcr(role, name, quoteOf(error, error.message))
    }
    await parts.store.run('vision.keep', { taskId: task.id, hash, text: answer.text, cut: answer.cut })
    return take(provider, role, page, answer)
  }

  return async (message) => {
    if (signal.aborted) throw new AppError('CANCELLED')
    const { picture, page, figure = false } = message
    const role = figure ? 'figure' : 'page'
    const provider = figure ? eyes.figures : eyes.scans
    if (provider === null) return { proceed: true }
    const reader = figure ? provider.figureReader : provider.reader
    const bytes = typeof picture === 'string' ? picture : picture.bytes
    const hash = createHash('sha256').update(`${reader}\n`).update(bytes).digest()
    const { id: taskId, collectionId } = task
    const known = await parts.store.run('vision.find', { taskId, collectionId, hash, figure })
    if (known.page) return take(provider, role, page, known.page)
    if (known.wanted) return ask(provider, role, message, hash)
    // Nobody reads a figure that is not asked for; a page of text somebody has to.
    return figure
      ? { proceed: true, text: '', note: null }
      : leaveToOcr(role, provider.name, { reason: 'the collection does not ask for it any more' })
  }
}

/**
 * Owns how documents are read that have pictures of text: in which host, under which limits, and that text found without pictures is
 * found at once.
 * Refuses: recognition (workers do it), and what becomes of a document whose pictures cannot be read (the store does).
 */
import { AppError } from '../../shared/errors'
import { kindOfType } from '../../shared/kinds'
import type { Limits } from '../../shared/limits'
import type { ExtractResult, Warning } from '../../shared/work'
import type { HostOptions } from '../pool/contract'

/** A picture that is looked through for lines of text gives no sign of life; the largest take this long beyond the time of a page. */
const SILENCE_MS = 60_000

/** The host that reads pictures: one at a time unless told otherwise, giving way to everything else. `shared` holds what it has in common with others. */
export const ocrHostOptions = (shared: HostOptions, limits: Limits): HostOptions => ({
  ...shared,
  // Who waits for a model does not keep others from OCR.
  threads: limits['lane.ocr.concurrency'] + limits['lane.vision.concurrency'],
  background: true,
  memoryBytes: limits['ocr.memoryBytes'],
  heartbeatMs: Math.max(limits['task.heartbeatMs'], limits['ocr.pageMs'] + SILENCE_MS),
  // When its own time is over, a document keeps what was read of it; this limit is for what does not stop then.
  timeMs: limits['ocr.timeMs'] + limits['task.timeMs'],
})

/** Pictures and pages with figures for which a document goes on to be read once more. */
export const countPictures = ({ ocrPages, figurePages = 0 }: ExtractResult, limits: Limits): number =>
  limits['ocr.enabled'] === 1 ? ocrPages + figurePages : 0

/** What is said of a document while the text of its pictures is missing. */
export const picturesMissing = (count: number): Warning => ({
  code: 'OCR_MISSING',
  details: { count },
})

/** Whether a name is one of a picture, or of a document that often is nothing else. A hint: what it is, its bytes say. */
export const mayBePicture = (path: string): boolean => {
  const kind = kindOfType(path.slice(path.lastIndexOf('.') + 1))
  return kind === 'image' || kind === 'pdf'
}

/** That OCR found no text holds for the settings it was done with: they are kept with it. */
export const withSettings = (thrown: unknown, settingsKey: string): unknown =>
  thrown instanceof AppError && thrown.code === 'DOCUMENT_NO_TEXT'
    ? new AppError(thrown.code, { ...thrown.details, settingsKey }, { cause: thrown })
    : thrown

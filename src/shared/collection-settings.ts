/**
 * Owns the settings of a collection that a person may choose, and the file they are exported to and imported from.
 * Refuses: documents and keys; a file of settings holds neither. A model is named as it is called here: elsewhere it may not exist.
 */
import { z } from 'zod'
import { summaryWishes } from './answers'
import { collectionColors, figureReadings, scanReadings, type Collection } from './domain'
import { sayIssue } from './schema-issues'
import { AppError } from './errors'

/** What may be changed of a collection at any time. */
export const collectionChoices = {
  /** `null`: none. */
  color: z.enum(collectionColors).nullable().optional(),
  weight: z.number().min(0.01).max(100).optional(),
  tasksPerMinute: z.number().int().min(0).max(1_000_000).nullable().optional(),
  /** Patterns of what is left out from now on; these take the place of those before. */
  ignores: z.array(z.string().min(1).max(1_000)).max(1_000).optional(),
  /** What is there already and lacks one is queued. */
  summaries: z.enum(summaryWishes).optional(),
  /** `vision`: pictures of text leave this computer, to the provider that is chosen for it. @throws VISION_MISSING */
  scans: z.enum(scanReadings).optional(),
  /** `vision`: figures of documents that have text leave this computer, to the same provider. @throws VISION_MISSING */
  figures: z.enum(figureReadings).optional(),
}

/** By which name a model is asked for: `local`, or a provider. */
export const modelRef = z.string().trim().min(1).max(200)

const choices = z.strictObject({ ...collectionChoices, model: modelRef.nullable().optional() })
export type CollectionSettings = z.infer<typeof choices>

/** Of the file; a newer one is not guessed at. */
export const COLLECTION_FILE_VERSION = 1
/** Larger is no file of settings: a thousand patterns of a thousand characters are. */
export const MAX_COLLECTION_FILE_BYTES = 2_000_000

export const collectionFileSchema = z.strictObject({
  /** Says what the file is, and how it is read. */
  sluiceCollection: z.literal(COLLECTION_FILE_VERSION),
  name: z.string().trim().min(1).max(200),
  settings: choices,
})
export type CollectionFile = z.infer<typeof collectionFileSchema>

/** The settings of a collection as they can be given to another one. */
export const settingsOf = (collection: Collection): CollectionSettings => ({
  color: collection.color ?? null,
  weight: collection.weight ?? 1,
  tasksPerMinute: collection.tasksPerMinute ?? null,
  ignores: collection.ignores ?? [],
  summaries: collection.summaries ?? 'off',
  scans: collection.scans ?? 'ocr',
  figures: collection.figures ?? 'off',
  model: collection.model?.ref ?? null,
})

export const fileOf = (collection: Collection): CollectionFile => ({
  sluiceCollection: COLLECTION_FILE_VERSION,
  name: collection.name,
  settings: settingsOf(collection),
})

export const writeCollectionFile = (collection: Collection): string =>
  `${JSON.stringify(fileOf(collection), null, 2)}\n`

const versionOf = (value: unknown): number | null => {
  const version = typeof value === 'object' && value !== null && 'sluiceCollection' in value && value.sluiceCollection
  return typeof version === 'number' && Number.isInteger(version) && version > 0 ? version : null
}

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new AppError('COLLECTION_FILE_INVALID', { path, reason: 'it is not JSON' }, { cause })
  }
}

/**
 * Reads a file of settings whole, or not at all. `path` is for the sentence.
 * @throws COLLECTION_FILE_INVALID, COLLECTION_FILE_NEWER
 */
export const readCollectionFile = (text: string, path: string): CollectionFile => {
  const value = parseJson(text, path)
  const version = versionOf(value)
  if (version === null)
    throw new AppError('COLLECTION_FILE_INVALID', { path, reason: 'it does not say that it is one' })
  if (version > COLLECTION_FILE_VERSION) throw new AppError('COLLECTION_FILE_NEWER', { path, version })
  const parsed = collectionFileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('COLLECTION_FILE_INVALID', { path, reason: sayIssue(parsed.error.issues[0]) })
}

/**
 * Owns the shapes of what is stored as JSON, and its reading: stored data is parsed like anything else that comes from outside.
 * Refuses: rows of plain columns.
 */
import { z } from 'zod'
import { AppError, isErrorCode, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import { isRemarkCode, remarkSchema, type Remark } from '../../shared/remarks'
import { coverageParts, coverageStates, type Coverage, type Locator, type Warning } from '../../shared/work'
import type { ArchiveFigures } from './contract'

const errorCode = z.custom<ErrorCode>(isErrorCode)
const detailsSchema: z.ZodType<ErrorDetails> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
)
const warningSchema: z.ZodType<Warning> = z.object({ code: errorCode, details: detailsSchema })

const coverageSchema: z.ZodType<Coverage> = z.object({
  unit: z.enum(coverageParts),
  from: z.number(),
  to: z.number(),
  name: z.string().nullable(),
  state: z.enum(coverageStates),
  reason: warningSchema.nullable(),
})

const locatorSchema: z.ZodType<Locator> = z.object({
  location: z.string(),
  locationBytes: z.string().optional(),
  entries: z.array(z.object({ index: z.number(), name: z.string(), byIndex: z.boolean().optional() })),
})
const archiveSchema: z.ZodType<ArchiveFigures> = z.object({
  entries: z.number(),
  bytesCompressed: z.number(),
  bytesExpanded: z.number(),
  skipped: z.number(),
  ms: z.number(),
  kind: z.string().optional(),
})
const patternsSchema = z.object({
  globs: z.array(z.string()),
  ignores: z.array(z.string()),
  leaveOut: z.array(z.string()).default([]),
})

/** @throws DATABASE_CORRUPT */
export const parseJson = <T>(schema: z.ZodType<T>, json: string): T => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (thrown) {
    throw new AppError('DATABASE_CORRUPT', { reason: 'stored JSON cannot be read' }, { cause: thrown })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('DATABASE_CORRUPT', { reason: 'stored JSON has another shape' }, { cause: parsed.error })
}

export const parseTexts = (json: string): string[] => parseJson(z.array(z.string()), json)

const settingsSchema = z.record(z.string(), z.number())
/** Settings that hold for one task alone; names that are none any more change nothing. */
export const parseSettings = (json: string | null): Readonly<Record<string, number>> =>
  json === null ? {} : parseJson(settingsSchema, json)
export const parseLocator = (json: string): Locator => parseJson(locatorSchema, json)
export const parseDetails = (json: string | null): ErrorDetails => (json === null ? {} : parseJson(detailsSchema, json))
export const parseWarning = (json: string | null): Warning | null =>
  json === null ? null : parseJson(warningSchema, json)
export const parseWarnings = (json: string | null): Warning[] =>
  json === null ? [] : parseJson(z.array(warningSchema), json)
export const parseCoverage = (json: string): Coverage[] => parseJson(z.array(coverageSchema), json)
export const parseArchive = (json: string): ArchiveFigures => parseJson(archiveSchema, json)
export const parsePatterns = (json: string): z.output<typeof patternsSchema> => parseJson(patternsSchema, json)
export const parseIds = (json: string): number[] => parseJson(z.array(z.number()), json)

/** What a label is made of; `null` where it is only known as text. One of a newer version says nothing to this one. */
export const parseRemark = (json: string | null): Remark | null => {
  if (json === null) return null
  const { code, details } = parseJson(remarkSchema, json)
  return isRemarkCode(code) ? { code, details } : null
}

/** The stored code of an error. */
export const parseCode = (code: string): ErrorCode => parseJson(errorCode, JSON.stringify(code))

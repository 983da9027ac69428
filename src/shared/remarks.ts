/**
 * Owns what the engine says to people that is no error: notes beside an answer, names of jobs, what is wrong with settings. Each is a code with its
 * facts; its English sentence is here, other languages have tables of their own (remarks-de.ts). A sentence may quote an error.
 * Refuses: what errors say (errors.ts), and what the window itself says (texts).
 */
import { z } from 'zod'
import { errorDetails } from './error-details'
import { isErrorCode, reasonOf, sentenceOf, type AppError, type ErrorCode, type ErrorDetails } from './errors'
import { withSystemReason } from './system-reasons'
import { formatSetting, isSettingUnit } from './setting-format'

/** What is quoted within a remark: the whole sentence, and without its remedy. */
export type Quoted = { readonly sentence: string; readonly reason: string; readonly code: string }

type Say = (d: ErrorDetails, quoted: Quoted) => string

const text = (value: ErrorDetails[string], otherwise = '?'): string =>
  value === undefined || value === null || value === '' ? otherwise : String(value)

const plural = (count: ErrorDetails[string], one: string, more = `${one}s`): string =>
  `${text(count)} ${count === 1 ? one : more}`

const amount = (value: ErrorDetails[string], unit: ErrorDetails[string]): string =>
  typeof value === 'number' && isSettingUnit(unit) ? formatSetting(value, unit) : text(value)

/** Where a key is, for each place there is; `at` is a variable or a file. */
const keyAt = (place: ErrorDetails[string], at: ErrorDetails[string]): string => {
  if (place === 'environment') return `in the variable ${text(at)}`
  if (place === 'keychain') return `encrypted by the keychain of this account, in ${text(at)}`
  return place === 'file' ? `in ${text(at)}, readable by this account only` : 'nowhere'
}

/** What a filter of a query takes, for those that do not take every text. */
export const filterValues = {
  type: 'a kind like pdf, docx or image',
  lang: 'a code like en',
  after: 'a date like 2024, 2024-01 or 2024-01-31',
  before: 'a date like 2024, 2024-01 or 2024-01-31',
  size: 'a size like >1mb',
} as const
export type FilterValue = keyof typeof filterValues

export const isFilterValue = (name: unknown): name is FilterValue =>
  typeof name === 'string' && Object.hasOwn(filterValues, name)

const budgetParts = (d: ErrorDetails): string[] =>
  (['run', 'day', 'month'] as const).flatMap((period) => [
    ...(d[`${period}Usd`] === undefined ? [] : [`${text(d[`${period}Usd`])} USD a ${period}`]),
    ...(d[`${period}Tokens`] === undefined ? [] : [`${text(d[`${period}Tokens`])} tokens a ${period}`]),
  ])

export const remarkTable = {
  // Searches
  SAID_CUT: (d) => {
    const cuts = [
      ...(d.chars === undefined ? [] : [`its first ${Number(d.chars).toLocaleString('en')} characters`]),
      ...(d.words === undefined ? [] : [`the first ${text(d.words)} of its different words`]),
    ]
    return `The query is very long: only ${cuts.join(', and of these ')} were looked for.`
  },
  SAID_MISREAD: (d) =>
    `“${text(d.text)}” was looked for as words: as a filter it takes ${isFilterValue(d.filter) ? filterValues[d.filter] : 'another value'}.`,
  SAID_NO_COLLECTION: (d) => `There is no collection “${text(d.name)}”.`,
  SAID_LATE: () => 'Results by meaning took too long and are missing.',
  SAID_KEYWORD_ONLY: (_, { sentence }) => `Only keyword results: ${sentence}`,
  SAID_SOME_KEYWORD_ONLY: (_, { sentence }) => `Some collections were searched by keyword only: ${sentence}`,
  SAID_ENGLISH_MODEL: () => 'The offline model reads English: what it serves was searched by keyword only.',
  SAID_UNKNOWN_SCRIPT: () => 'The model cannot read the script of this query, so it was searched by keyword only.',
  SAID_COMMON_WORDS: () => 'These words are in very many passages: only the newest of them were ranked.',
  SAID_CORRECTED: (d) => `“${text(d.typed)}” is nowhere; “${text(d.meant)}” was looked for, too.`,
  SAID_ONLY_FILTERS: () => 'The query has only filters: these are the newest documents that fit.',
  SAID_UNNOTED: (_, { sentence }) => `That this was looked for could not be noted: ${sentence}`,
  // Reports
  SAID_WITHIN: (d, { sentence }) => `${text(d.path)}: ${sentence}`,
  // Answers and summaries
  SAID_NOT_FOUND: () => 'Not found in your documents.',
  SAID_ANSWERED_WITHOUT: (d, { sentence }) => `Answered without "${text(d.provider)}": ${sentence}`,
  SAID_LINK_LEFT_OUT: () => 'The model wrote a link that stands in no document; it was left out.',
  SAID_CITED_NOTHING: (d) => `${text(d.count)} citation(s) named no passage and were dropped.`,
  SAID_CITED_UNPROVEN: (d) =>
    `${text(d.count)} citation(s) quoted what does not stand in the document and were dropped.`,
  SAID_CITED_BESIDE: (d) =>
    `${text(d.count)} citation(s) stood behind what their passage does not say and were dropped.`,
  SAID_UNPROVEN_LEFT_OUT: (d) => `${text(d.count)} sentence(s) that no document proves were left out.`,
  SAID_ANSWER_CUT: () => 'The answer was cut: it became longer than the setting answers.tokens allows.',
  SAID_NOTHING_PROVEN: () => 'What the model wrote is not shown: nothing of it could be found in the documents.',
  SAID_SUMMED_WITHOUT: (d, { sentence }) => `Made without "${text(d.provider)}": ${sentence}`,
  SAID_LONGEST_ONLY: (d) =>
    `Made of the ${text(d.count)} longest of ${text(d.total)} documents (setting summaries.documents).`,
  SAID_SAMPLED: () => 'Long texts were read in samples from all of them.',
  SAID_SUMMARY_CUT: () => 'The summary was cut: it became longer than the setting summaries.tokens allows.',
  SAID_JOB_TITLE: (d) => `Job ${text(d.id)}`,
  // Names of jobs
  JOB_OF_MANY: (d) => `${text(d.names)} and ${text(d.more)} more`,
  JOB_VECTORS: (d) => `Vectors by ${text(d.model, 'the built-in model')}`,
  JOB_READ_ANEW: () => 'Texts read anew',
  JOB_READ_AGAIN: (d) => `${plural(d.count, 'document')} read again`,
  JOB_REPAIR: () => 'Repair of vectors',
  JOB_SUMMARIES: () => 'Summaries',
  // Settings
  WRONG_VARIABLE_NEAR: (d, { sentence, code }) =>
    `The variable ${text(d.variable)}: ${sentence} The nearest value that is possible is used. (${code})`,
  WRONG_VARIABLE: (d, { sentence, code }) => `The variable ${text(d.variable)}: ${sentence} It is not used. (${code})`,
  WRONG_ENTRY_NAME: (d) =>
    `The settings file names "${text(d.name)}", which is no setting of this version; it is left alone.`,
  WRONG_ENTRY: (_, { sentence }) => `In the settings file: ${sentence} The default is used.`,
  WRONG_FILE_DAMAGED: (d) => {
    const { count } = d
    const used =
      count === 0
        ? 'the defaults are used'
        : `${count === 1 ? '1 value that stands' : `${text(count)} values that stand`} whole in it ${count === 1 ? 'is' : 'are'} used, the defaults for the rest`
    return `The settings file ${text(d.path)} is damaged (${text(d.reason)}); ${used}. The file is kept.`
  },
  WRONG_FILE_FORM: (d) =>
    `The settings file ${text(d.path)} says in "${text(d.mark)}" of which form it is, but not with a number; it is read as it always was.`,
  WRONG_FILE_NEWER: (d) =>
    `The settings file ${text(d.path)} was written by a newer version of Sluice (form ${text(d.form)}): what this version understands is used, the defaults for the rest. The file is kept.`,
  // The policy of an organization
  POLICY_UNUSABLE: (d) => `The file cannot be used: ${text(d.reason)}.`,
  POLICY_NEWER: (d) =>
    `"${text(d.mark)}" is ${text(d.version)}: it was written for a newer version of Sluice, this one knows ${text(d.known)}.`,
  POLICY_UNMARKED: (d) =>
    `"${text(d.mark)}": ${text(d.known)} is missing, which says what the file is and how it is read.`,
  POLICY_SECTION: (d) => `"${text(d.name)}" is nothing that a policy says in this version.`,
  POLICY_FIELD: (d) => `${text(d.where)}: ${text(d.message)}.`,
  POLICY_NO_NAMES: () => 'settings: is no object from names to values.',
  POLICY_NO_SETTING: (d) => `settings.${text(d.name)}: is no setting of this version.`,
  POLICY_NO_RULE: (d) => `settings.${text(d.name)}: is neither a value nor an object of default, min and max.`,
  POLICY_TWICE: (d) => `${text(d.where)} and settings.${text(d.name)} both say what ${text(d.name)} is; only one may.`,
  POLICY_VALUE: (d, { sentence }) => `${text(d.where)}: ${sentence}`,
  POLICY_MIN_ABOVE: (d) =>
    `${text(d.where)}: its min ${amount(d.min, d.unit)} is above its max ${amount(d.max, d.unit)}.`,
  POLICY_DEFAULT_ABOVE: (d) =>
    `${text(d.where)}: its default ${amount(d.default, d.unit)} is above its own max ${amount(d.max, d.unit)}.`,
  POLICY_DEFAULT_BELOW: (d) =>
    `${text(d.where)}: its default ${amount(d.default, d.unit)} is below its own min ${amount(d.min, d.unit)}.`,
  MANAGES_EVERYTHING: () => 'every setting fixed',
  MANAGES_FIXED: (d) => `${plural(d.count, 'setting')} fixed (${text(d.names)})`,
  MANAGES_BOUNDS: (d) => `${plural(d.count, 'setting')} with bounds of its own`,
  MANAGES_NO_PROVIDERS: () => 'no providers',
  MANAGES_PROVIDERS: (d) =>
    `only providers of ${[...(d.folders === true ? ['folders'] : []), ...(d.hosts ? [text(d.hosts)] : [])].join(', ')}`,
  MANAGES_BUDGETS: (d) => `at most ${budgetParts(d).join(', ')}`,
  MANAGES_DATA_DIR: (d) => `the data folder ${text(d.path)}`,
  MANAGES_UPDATES: (d) => `updates: ${text(d.channel)}`,
  MANAGES_UPDATE_FEED: (d) => `updates from ${text(d.feed)}`,
  MANAGES_UPDATE_KEY: () => 'a key of its own for updates',
  MANAGES_TELEMETRY: () => 'no telemetry',
  // Providers
  KEY_IS: (d) =>
    [
      keyAt(d.place, d.at),
      ...(['second', 'third'] as const).flatMap((rank) =>
        d[`${rank}Place`] === undefined
          ? []
          : [`; another one, ${keyAt(d[`${rank}Place`], d[`${rank}At`])}, is not used`],
      ),
    ].join(''),
  KEY_OF_EARLIER: (d) => `A key of an earlier "${text(d.name)}" was still kept and is forgotten: give the one for it.`,
  KEY_FORGOTTEN: (d) => `Its key was for ${text(d.before)} and is forgotten: give the one for ${text(d.origin)}.`,
  KEY_SENT_ON: (d) => `The key in the variable ${text(d.variable)} is sent to ${text(d.origin)} from now on.`,
  FAILED_BECAUSE: (_, { reason }) => reason,
  FAILED_SO: (d) => text(d.reason),
  MODEL_READ_AS: (d) =>
    [
      text(d.file),
      d.pooling ? `${text(d.pooling)} pooling of ${text(d.output)}` : `pooled by itself (${text(d.output)})`,
      `${text(d.tokens)} tokens a window`,
      ...(d.query ? [`queries begin with ${text(d.query)}`] : []),
      ...(d.document ? [`documents begin with ${text(d.document)}`] : []),
    ].join(', '),
  // The shortcut that works in other programs
  SHORTCUT_ALONE: (d) => `${text(d.accelerator)} is not a shortcut: hold Ctrl, Alt or the like with a key.`,
  SHORTCUT_TAKEN: (d) =>
    `${text(d.accelerator)} is not available: another program uses it, or the system does not allow it.`,
  SHORTCUT_NONE: (d) => `${text(d.accelerator)} is not a shortcut (${text(d.reason)}).`,
} as const satisfies Record<string, Say>

export type RemarkCode = keyof typeof remarkTable

export const remarkCodes = Object.keys(remarkTable) as readonly RemarkCode[]

export const isRemarkCode = (value: unknown): value is RemarkCode =>
  typeof value === 'string' && Object.hasOwn(remarkTable, value)

const causeSchema = z.object({ code: z.string(), details: errorDetails })

/** A code of a remark, or of an error whose sentence stands there alone; the facts; the error that it quotes. */
export const remarkSchema = z.object({ code: z.string(), details: errorDetails, cause: causeSchema.optional() })
export type Remark = {
  readonly code: RemarkCode | ErrorCode
  readonly details: ErrorDetails
  readonly cause?: { readonly code: ErrorCode; readonly details: ErrorDetails } | undefined
}

/**
 * What stands in fields of the same object as text, by their names: one remark for a text, a list for a list of texts, so that each can be said in
 * another language. A text that has none, and an answer of an older version, stay as they are.
 */
export const toldSchema = z.record(z.string(), z.union([remarkSchema, z.array(remarkSchema)]))
export type Told = z.infer<typeof toldSchema>

/** A remark with these facts; `cause`: the error that it quotes. */
export const remark = (code: RemarkCode, details: ErrorDetails = {}, cause?: AppError): Remark => ({
  code,
  details,
  ...(cause === undefined ? {} : { cause: { code: cause.code, details: cause.details } }),
})

/** An error whose sentence stands for itself. */
export const remarkOf = ({ code, details }: AppError): Remark => ({ code, details })

const NOTHING: Quoted = { sentence: '', reason: '', code: '' }

const quote = (cause: Remark['cause']): Quoted => {
  if (cause === undefined) return NOTHING
  const sentence = sentenceOf(cause.code, cause.details)
  return { sentence, reason: reasonOf({ message: sentence }), code: cause.code }
}

/** The English sentence of a remark. */
export const textOf = ({ code, details, cause }: Remark): string =>
  isErrorCode(code) ? sentenceOf(code, details) : remarkTable[code](withSystemReason(details, 'en'), quote(cause))

export const textsOf = (remarks: readonly Remark[]): string[] => remarks.map(textOf)

/** The texts of an answer with what is told of them: `notes` as the English sentences, and the remarks that they are. */
export const withNotes = (remarks: readonly Remark[]): { notes: string[]; told?: Told } =>
  remarks.length === 0 ? { notes: [] } : { notes: textsOf(remarks), told: { notes: [...remarks] } }

/** The remarks that an answer tells of its notes; those of another version of Sluice are left out. */
export const notesOf = ({ told }: { readonly told?: Told | undefined }): Remark[] => {
  const notes = told?.notes
  return (Array.isArray(notes) ? notes : []).flatMap(({ code, details, cause }) => {
    if (!isErrorCode(code) && !isRemarkCode(code)) return []
    const quoted =
      cause !== undefined && isErrorCode(cause.code) ? { code: cause.code, details: cause.details } : undefined
    return [{ code, details, cause: quoted }]
  })
}

/**
 * Owns the calls that only the window has: dialogs, opening originals, appearance, the state of the start.
 * Refuses: anything the command line can do too; that is in `calls.ts`.
 */
import { z } from 'zod'
import { errorCodes, type ErrorCode } from './errors'

const none = z.object({})
const done = z.object({})
const id = z.string().min(1).max(100)
const errorCode = z.custom<ErrorCode>((value) => errorCodes.some((code) => code === value))

/** `system` follows the operating system. */
export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

export const pickKinds = ['files', 'folders'] as const
export type PickKind = (typeof pickKinds)[number]

/**
 * What was put before the person: the original itself, the archive that contains it, or (for a file that could run as a program) the
 * folder with the file selected.
 */
export const shownThings = ['document', 'archive', 'folder'] as const
export type ShownThing = (typeof shownThings)[number]

const themeState = z.object({ choice: z.enum(themeChoices), dark: z.boolean() })

export const appStatusSchema = z.object({
  state: z.enum(['starting', 'ready', 'failed']),
  /** `client` when another Sluice owns the data folder and does the work. */
  role: z.enum(['owner', 'client']).nullable(),
  error: z.object({ code: errorCode, message: z.string() }).nullable(),
  version: z.string(),
  dataDir: z.string(),
})
export type AppStatus = z.infer<typeof appStatusSchema>

export const appCallTable = {
  /** How far the start of the engine is. Changes are told by the topic `owner`. */
  'app.status': { params: none, result: appStatusSchema },
  /** Tries the start again after it failed. */
  'app.restart': { params: none, result: done },
  'app.quit': { params: none, result: done },
  /** Shows the system's dialog. `paths` is empty when the person cancelled. */
  'dialog.pick': { params: z.object({ kind: z.enum(pickKinds) }), result: z.object({ paths: z.array(z.string()) }) },
  /** Opens the original with the program of the system, or shows where it is; `message` says which when it is not the plain case. */
  'documents.open': {
    params: z.object({ id }),
    result: z.object({ shown: z.enum(shownThings), message: z.string().nullable() }),
  },
  /** Selects the original, or the archive that contains it, in the file manager. */
  'documents.reveal': { params: z.object({ id }), result: z.object({ shown: z.enum(shownThings) }) },
  /** Asks for a place and writes the whole job report there as JSON. `file` is null when the person cancelled. */
  'report.export': { params: z.object({ jobId: id }), result: z.object({ file: z.string().nullable() }) },
  'theme.get': { params: none, result: themeState },
  'theme.set': { params: z.object({ choice: z.enum(themeChoices) }), result: themeState },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type AppCallName = keyof typeof appCallTable
export type AppCallParams<N extends AppCallName> = z.input<(typeof appCallTable)[N]['params']>
export type ParsedAppParams<N extends AppCallName> = z.output<(typeof appCallTable)[N]['params']>
export type AppCallResult<N extends AppCallName> = z.output<(typeof appCallTable)[N]['result']>
/** The app's side: one function a call. */
export type AppCallHandlers = { [N in AppCallName]: (params: ParsedAppParams<N>) => Promise<AppCallResult<N>> }

export const isAppCallName = (value: unknown): value is AppCallName =>
  typeof value === 'string' && Object.hasOwn(appCallTable, value)

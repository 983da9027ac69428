/**
 * Owns the calls that only the window has: dialogs, opening originals, appearance, the state of the start.
 * Refuses: anything the command line can do too; that is in `calls.ts`.
 */
import { z } from 'zod'
import { backupSchema } from './backups'
import { collectionFileSchema } from './collection-settings'
import { documentFilterShape, documentOrders } from './document-lists'
import { errorDetails } from './error-details'
import { offeredPathSchema } from './calls'
import { toldSchema } from './remarks'
import { settingEntries } from './settings-exchange'
import { MAX_NOTE_PIECE_BYTES, noteKinds } from './notes'
import { keptParts, keptPlaces } from './removal'
import { errorCodes, type ErrorCode } from './errors'
import { languageChoices, languageTable, type Language } from './languages'
import { themeChoices } from './desktop-choices'
import { updateStateSchema } from './updates'

const none = z.object({})
const done = z.object({})
const id = z.string().min(1).max(100)
const errorCode = z.custom<ErrorCode>((value) => errorCodes.some((code) => code === value))

/** `system` follows the operating system. */

/** `model`: one folder, that of a model. */
export const pickKinds = ['files', 'folders', 'model'] as const
export type PickKind = (typeof pickKinds)[number]

/**
 * What was put before the person: the original itself, a copy of what is inside an archive, the archive that contains it, or (for a file that could run as a program) the
 * folder with the file selected.
 */
export const shownThings = ['document', 'copy', 'archive', 'folder'] as const
export type ShownThing = (typeof shownThings)[number]

/** As a table for any program, or with everything there is to say. */
export const exportFormats = ['csv', 'json'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Of what receipts are exported. */
export const receiptOwners = ['document', 'job'] as const
export type ReceiptOwner = (typeof receiptOwners)[number]

/** What drawing PDFs may need beside them. */
export const pdfResourceFolders = ['cmaps', 'standard_fonts'] as const
export type PdfResourceFolder = (typeof pdfResourceFolders)[number]

/** By this an export that is under way is stopped. */
const run = z.string().min(1).max(100).optional()
const exported = z.object({ file: z.string().nullable() })
const accelerator = z.string().min(1).max(60).nullable()
const shortcutState = z.object({
  accelerator,
  /** Whether the system gave it to this app. */
  active: z.boolean(),
  /** Why it does not work, in plain words. */
  problem: z.string().nullable(),
  told: toldSchema.optional(),
})
export type ShortcutState = z.infer<typeof shortcutState>

const language = z.custom<Language>((value) => Object.keys(languageTable).some((known) => known === value))
const languageState = z.object({ choice: z.enum(languageChoices), language })

const themeState = z.object({ choice: z.enum(themeChoices), dark: z.boolean() })

/** Where a notification or a link leads: nothing but ids and words that the engine checks like any others. */
const wantedPlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('search'), query: z.string().max(1_000) }),
  z.object({ kind: z.literal('document'), id }),
  z.object({ kind: z.literal('job'), id }),
])
export type WantedPlace = z.infer<typeof wantedPlaceSchema>

/** An error beside an answer. */
const toldErrorSchema = z.object({ code: errorCode, message: z.string(), details: errorDetails.optional() })

export const appStatusSchema = z.object({
  state: z.enum(['starting', 'ready', 'failed']),
  /** `client` when another Sluice owns the data folder and does the work. */
  role: z.enum(['owner', 'client']).nullable(),
  error: toldErrorSchema.nullable(),
  version: z.string(),
  dataDir: z.string(),
  /** While it is `starting`: the folder is being brought up to date, which takes half a minute a gigabyte. */
  upgrading: z.boolean(),
})
export type AppStatus = z.infer<typeof appStatusSchema>

/**
 * Documents that a person removed. `waiting`: until `dueAt` it can be taken back; `removing`: not any more; `removed`: done; `failed`: they are still there, for this
 * reason; `kept`: the app ended before, and they are still there; `cutOff`: it ended in the middle, and those that were not reached are still there.
 */
const removalStates = ['gathering', 'waiting', 'removing', 'removed', 'failed', 'kept', 'cutOff'] as const
export const waitingRemovalSchema = z.object({
  id,
  /** Of the first of them. */
  name: z.string(),
  count: z.number().int(),
  /** Ids, as far as an answer holds them; none of what is only told. */
  documents: z.array(z.string()),
  state: z.enum(removalStates),
  /** ISO-8601. */
  dueAt: z.string().nullable(),
  error: toldErrorSchema.nullable(),
})
export type WaitingRemoval = z.infer<typeof waitingRemovalSchema>

/** Of one call. */
export const REMOVAL_STEP = 10_000

export const appCallTable = {
  /** How far the start of the engine is. Changes are told by the topic `owner`. */
  /** The page is painted: what would have held it up may begin. */
  'app.shown': { params: none, result: done },
  'app.status': { params: none, result: appStatusSchema },
  /** Tries the start again after it failed. */
  'app.restart': { params: none, result: done },
  'app.quit': { params: none, result: done },
  /** Backups of the data folder, newest first; also when it cannot be opened. @throws DATA_DIR_UNWRITABLE */
  'backups.list': { params: none, result: z.object({ backups: z.array(backupSchema) }) },
  /**
   * Puts a backup back while the folder is not open; what it replaces becomes a backup itself. Start again after it. `vectorsMissing`: they are to be made
   * again (`doctor` with `repair`). `unpruned`: why older backups could not be taken away; the backup is back all the same.
   * @throws DATA_DIR_IN_USE, NOT_FOUND, BACKUP_UNUSABLE, UPGRADE_NO_ROOM, DATA_DIR_UNWRITABLE
   */
  'backups.restore': {
    params: z.object({ id: z.string().min(1).max(200) }),
    result: z.object({ vectorsMissing: z.boolean(), unpruned: toldErrorSchema.nullable() }),
  },
  /** Shows the system's dialog. `paths` is empty when the person cancelled. */
  'dialog.pick': { params: z.object({ kind: z.enum(pickKinds) }), result: z.object({ paths: z.array(z.string()) }) },
  /** Asks for a file that the settings of a collection were exported to, and reads it. `null` when the person cancelled. @throws COLLECTION_FILE_INVALID, COLLECTION_FILE_NEWER */
  'collections.openFile': { params: none, result: z.object({ file: collectionFileSchema.nullable() }) },
  /** Asks for a place and writes the settings of a collection there. `null` when the person cancelled. @throws NOT_FOUND, FILE_UNWRITABLE */
  'collections.saveFile': {
    params: z.object({ name: z.string().min(1).max(200) }),
    result: z.object({ file: z.string().nullable() }),
  },
  /** Asks for a file that settings were exported to, and reads it; nothing is changed. `null` when the person cancelled. @throws SETTINGS_FILE_INVALID, SETTINGS_FILE_NEWER */
  'settings.openFile': {
    params: none,
    result: z.object({ file: z.object({ name: z.string(), settings: settingEntries }).nullable() }),
  },
  /** Asks for a place and writes the changed settings there. `null` when the person cancelled. @throws FILE_UNWRITABLE */
  'settings.saveFile': { params: none, result: z.object({ file: z.string().nullable() }) },
  /** Where the data folder is; what is left in its old place, once that may go; how far a move is. */
  'dataFolder.state': {
    params: none,
    result: z.object({
      dataDir: z.string(),
      /** An organization has set it. */
      isManaged: z.boolean(),
      old: z.string().nullable(),
      move: z
        .object({
          phase: z.enum(['copying', 'comparing', 'switching']),
          doneBytes: z.number(),
          totalBytes: z.number(),
        })
        .nullable(),
    }),
  },
  /**
   * Asks for a folder and looks whether the data folder may go there. `null` when the person cancelled.
   * @throws DATA_DIR_MANAGED, MOVE_IN_USE, MOVE_INSIDE, MOVE_NOT_EMPTY, MOVE_READ_ONLY, MOVE_NO_ROOM
   */
  'dataFolder.choose': {
    params: none,
    result: z.object({
      target: z.object({ to: z.string(), bytes: z.number(), freeBytes: z.number(), isNetwork: z.boolean() }).nullable(),
    }),
  },
  /** Moves it to the folder that was chosen; then the app starts anew. @throws as `dataFolder.choose`, and MOVE_FAILED, CANCELLED */
  'dataFolder.move': { params: none, result: done },
  /** Takes a move back that has not switched yet. */
  'dataFolder.cancel': { params: none, result: done },
  /** Removes what is left in the old place. @throws MOVE_NOT_OPENED, DATA_DIR_UNWRITABLE, MOVE_FAILED */
  'dataFolder.removeOld': { params: none, result: done },
  /** What Sluice keeps for this account, all of it: what removing it would take away, and which files would stay. */
  'removal.survey': {
    params: none,
    result: z.object({
      bytes: z.number(),
      folders: z.array(z.string()),
      parts: z.array(z.object({ part: z.enum(keptParts), bytes: z.number() })),
      places: z.array(z.object({ kind: z.enum(keptPlaces), name: z.string() })),
      foreign: z.array(z.string()),
    }),
  },
  /** Removes it and ends the app. `word` is what the person typed. @throws USAGE for another word, REMOVE_IN_USE, REMOVE_NOT_OURS, REMOVE_FAILED */
  'removal.run': { params: z.object({ word: z.string().max(50) }), result: done },
  /** What is known of updates. Changes are told by the topic `updates`. */
  'updates.state': { params: none, result: updateStateSchema },
  /** Where updates are asked for; empty: nowhere. @throws UPDATE_FEED_INVALID, SETTING_LOCKED, SETTINGS_UNWRITABLE */
  'updates.setFeed': { params: z.object({ feed: z.string().max(2_000) }), result: done },
  /** Asks the feed; `updates.state` says what it found. @throws as `Updater.check` */
  'updates.check': { params: none, result: done },
  /** Fetches the version that was found: the person named it. @throws as `Updater.download`, UPDATE_NOTHING when it is another one now */
  'updates.download': { params: z.object({ version: z.string().max(60) }), result: done },
  /** Ends what is under way; a download goes on from there. */
  'updates.cancel': { params: none, result: done },
  /**
   * Closes the engine in order, installs what was downloaded and starts anew. What fails after the engine was closed is told in a dialog, and the
   * version that was there starts again. @throws UPDATE_NOTHING, UPDATE_DAMAGED, UPDATE_IN_USE, UPDATE_BY_HAND
   */
  'updates.install': { params: z.object({ version: z.string().max(60) }), result: done },
  /** Puts the sample documents where they stay, and says where. @throws NOT_FOUND, FILE_UNWRITABLE */
  'samples.prepare': { params: none, result: z.object({ path: z.string() }) },
  /** Opens the original with the program of the system, or shows where it is; `message` says which when it is not the plain case. */
  'documents.open': {
    params: z.object({ id }),
    result: z.object({ shown: z.enum(shownThings), message: z.string().nullable() }),
  },
  /**
   * Removes documents once the time has passed in which it can be taken back (setting `desktop.undoMs`); with `last` it begins. `id` is chosen by the
   * page, `name` is that of the first. Changes are told by the topic `documents`. @throws FILE_UNWRITABLE
   */
  'removals.add': {
    params: z.object({
      id,
      name: z.string().max(1_000),
      documents: z.array(z.string().max(20)).max(REMOVAL_STEP),
      last: z.boolean(),
    }),
    result: done,
  },
  /** Takes one back, or lets go of one that was told. `undone`: whether its documents stay, as far as that is known. @throws FILE_UNWRITABLE */
  'removals.undo': { params: z.object({ id }), result: z.object({ undone: z.boolean() }) },
  'removals.list': { params: none, result: z.object({ removals: z.array(waitingRemovalSchema) }) },
  /** Selects the original, or the archive that contains it, in the file manager. */
  'documents.reveal': { params: z.object({ id }), result: z.object({ shown: z.enum(shownThings) }) },
  /**
   * Asks for a place and writes the documents there that the filter leaves, all of them, in this order. `file` is null when the person cancelled
   * or stopped it; then nothing is left of it. @throws FILE_UNWRITABLE
   */
  'documents.export': {
    params: z.object({
      run,
      format: z.enum(exportFormats),
      ...documentFilterShape,
      sort: z.enum(documentOrders).default('name'),
      descending: z.boolean().default(false),
    }),
    result: exported,
  },
  /** Asks for a place and writes the whole job report there: as JSON, or its problems as a table. `file` as above. @throws NOT_FOUND, FILE_UNWRITABLE */
  'report.export': {
    params: z.object({ run, jobId: id, format: z.enum(exportFormats).default('json') }),
    result: exported,
  },
  /** Asks for a place and writes what became of each part there, of a document or of all that a job has counted. `file` as above. @throws NOT_FOUND, FILE_UNWRITABLE */
  'receipts.export': {
    params: z.object({ run, of: z.enum(receiptOwners), id, format: z.enum(exportFormats) }),
    result: exported,
  },
  /** Asks for a place and prints what the window shows there as PDF. `name`: words for the name of the file. @throws FILE_UNWRITABLE */
  'view.print': { params: z.object({ name: z.string().min(1).max(200) }), result: exported },
  /** Ends an export that is under way, if it still is. */
  'export.stop': { params: z.object({ run: z.string().min(1).max(100) }), result: done },
  /** Asks for a place and writes the dead letters there, all of them. `file` is null when the person cancelled. */
  'deadLetters.export': {
    params: z.object({
      format: z.enum(exportFormats),
      collection: z.string().max(200).optional(),
      rejected: z.boolean().default(false),
      discarded: z.boolean().default(false),
    }),
    result: z.object({ file: z.string().nullable() }),
  },
  /** Where the person wants to be, from a notification or a link; once, then `null`. */
  'place.take': { params: none, result: z.object({ place: wantedPlaceSchema.nullable() }) },
  /**
   * What was opened with the app from outside, once; again while there is `more`. `missing`: names of some that are not there, `missingCount` of all.
   * @throws what could not be taken in
   */
  'intake.take': {
    params: none,
    result: z.object({
      paths: z.array(offeredPathSchema),
      missing: z.array(z.string()),
      missingCount: z.number().int(),
      more: z.boolean(),
    }),
  },
  /** Which of these addresses are files of this computer; `others` are not, and are not fetched. `missing`: names of those that are not there. */
  'intake.addresses': {
    params: z.object({ addresses: z.array(z.string().max(32_768)).max(2_000) }),
    result: z.object({ paths: z.array(offeredPathSchema), missing: z.array(z.string()), others: z.number().int() }),
  },
  /**
   * Keeps a piece (base64) of what has no file of its own; with the last one it is a file at `path`. `id` is chosen by the page.
   * @throws NOTE_EMPTY, NOTE_TOO_LARGE, FILE_UNWRITABLE
   */
  'notes.add': {
    params: z.object({
      id,
      kind: z.enum(noteKinds),
      name: z.string().max(1_000).nullable(),
      bytes: z.string().max(Math.ceil(MAX_NOTE_PIECE_BYTES / 3) * 4),
      last: z.boolean(),
    }),
    result: z.object({ path: z.string().nullable() }),
  },
  /** Notes in the log of the app what went wrong in the page. */
  'problem.tell': {
    params: z.object({ where: z.string().max(100), message: z.string().max(2_000), stack: z.string().max(8_000) }),
    result: done,
  },
  /** Asks for a place and writes the report file there, with `what` at its head. `file` is null when the person cancelled. @throws FILE_UNWRITABLE */
  'problem.export': {
    params: z.object({ what: z.string().max(4_000) }),
    result: z.object({ file: z.string().nullable() }),
  },
  /** Puts text on the clipboard. */
  'clipboard.write': { params: z.object({ text: z.string().min(1).max(400_000) }), result: done },
  /** A character map or a font for drawing PDFs, as base64. @throws NOT_FOUND */
  'pdf.resource': {
    params: z.object({
      folder: z.enum(pdfResourceFolders),
      name: z
        .string()
        .regex(/^[\w-]+(\.[a-z]+)?$/i)
        .max(100),
    }),
    result: z.object({ bytes: z.string() }),
  },
  'shortcut.get': { params: none, result: shortcutState },
  /** Kept also when the system does not give it: it may at the next start. */
  'shortcut.set': { params: z.object({ accelerator }), result: shortcutState },
  'language.get': { params: none, result: languageState },
  /** Another language loads the page anew. */
  'language.set': { params: z.object({ choice: z.enum(languageChoices) }), result: languageState },
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

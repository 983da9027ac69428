/**
 * Owns the list of commands: names, arguments, options, help. Public: people script them; rows and options are only ever added.
 * Refuses: running them; each names the file that does.
 */
import type { CommandRun } from './context'

type OptionSpec = {
  readonly flags: string
  readonly description: string
  readonly choices?: readonly string[]
  /** May be given several times. */
  readonly isList?: boolean
}

export type CommandSpec = {
  /** One word, or a group and a word. */
  readonly name: string
  /** What the group is about, in the first row of a group. */
  readonly group?: string
  readonly description: string
  readonly arguments?: readonly { readonly words: string; readonly description: string }[]
  readonly options?: readonly OptionSpec[]
  /** Printed after the help. */
  readonly after?: string
  /** It finishes what runs when it is interrupted, and ends by itself then. */
  readonly endsItself?: boolean
  readonly load: () => Promise<{ readonly run: CommandRun }>
}

const PATHS = { words: '<path...>', description: 'files, folders, archives' }
const COLLECTION: OptionSpec = { flags: '--collection <name>', description: 'the collection' }
const PAGE: readonly OptionSpec[] = [
  { flags: '--limit <n>', description: 'how many, at most' },
  { flags: '--offset <n>', description: 'how many to leave out first' },
]
const JOBS = { words: '[job...]', description: 'ids of jobs' }
const CSV: OptionSpec = { flags: '--csv', description: 'print CSV, one record for each line' }
const ALL: OptionSpec = { flags: '--all', description: 'every job it applies to' }

export const commandTable: readonly CommandSpec[] = [
  {
    name: 'ingest',
    description: 'read and index files, folders and archives; print the job report',
    arguments: [PATHS],
    options: [
      { flags: '--collection <name>', description: 'where to; made when it does not exist (default: "default")' },
      { flags: '--glob <pattern>', description: 'only files that match; may be repeated', isList: true },
      { flags: '--ignore <pattern>', description: 'leave out what matches; may be repeated', isList: true },
      { flags: '--job-key <key>', description: 'name the job: the same key again is the same job' },
      {
        flags: '--leave-out <kind>',
        description: 'leave out this kind (pdf, image, archive, …); may be repeated',
        isList: true,
      },
      { flags: '--detach', description: 'queue the job and do not wait for it' },
      { flags: '--yes', description: 'confirm whatever would be asked' },
    ],
    after: 'The first Ctrl-C finishes what is running and keeps everything; "sluice run" goes on from there.',
    endsItself: true,
    load: () => import('./commands/ingest'),
  },
  {
    name: 'extract',
    description: 'print what ingesting would read, without indexing it',
    arguments: [PATHS],
    options: [
      { flags: '--ndjson', description: 'print one JSON object a line for each document' },
      { flags: '--text', description: 'print the text as well' },
      { flags: '--yes', description: 'open large archives without asking' },
    ],
    after: 'A password in $SLUICE_PASSWORD is tried for what is encrypted.',
    endsItself: true,
    load: () => import('./commands/extract'),
  },
  {
    name: 'estimate',
    description: 'look at what ingesting would do: counts, size, time, what needs a password, OCR or a confirmation',
    arguments: [PATHS],
    options: [
      { flags: '--collection <name>', description: 'where it would go to (default: "default")' },
      { flags: '--glob <pattern>', description: 'only files that match; may be repeated', isList: true },
      { flags: '--ignore <pattern>', description: 'leave out what matches; may be repeated', isList: true },
      { flags: '--leave-out <kind>', description: 'leave out this kind; may be repeated', isList: true },
    ],
    endsItself: true,
    load: () => import('./commands/estimate'),
  },
  {
    name: 'search',
    description: 'find passages by word and by meaning',
    arguments: [{ words: '[query...]', description: 'what to look for; "quoted words" are a phrase' }],
    options: [
      { flags: '--collection <name>', description: 'only there; may be repeated', isList: true },
      { flags: '--limit <n>', description: 'how many passages, at most (default: 10)' },
      { flags: '--mode <mode>', description: 'how to search', choices: ['hybrid', 'semantic', 'keyword'] },
      {
        flags: '--type <ext>',
        description: 'only this kind of document (pdf, docx, code, …) or extension (py, …); may be repeated',
        isList: true,
      },
      { flags: '--since <date>', description: 'only documents changed on this day or later (2026-01-31)' },
      { flags: '--until <date>', description: 'only documents changed on this day or earlier' },
      { flags: '--path <glob>', description: 'only documents whose path matches' },
      { flags: '--queries-file <file>', description: 'answer every line of a file ("-" is stdin), in order' },
      { flags: '--ndjson', description: 'print one JSON object a line for each query' },
    ],
    load: () => import('./commands/search'),
  },
  {
    name: 'collections list',
    group: 'knowledge bases',
    description: 'list the collections',
    load: () => import('./commands/collections').then(({ list }) => ({ run: list })),
  },
  {
    name: 'collections show',
    description: 'show one collection',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collections').then(({ show }) => ({ run: show })),
  },
  {
    name: 'collections create',
    description: 'make an empty collection',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collections').then(({ create }) => ({ run: create })),
  },
  {
    name: 'collections rename',
    description: 'give a collection another name',
    arguments: [
      { words: '<name>', description: 'its name' },
      { words: '<new-name>', description: 'its new name' },
    ],
    load: () => import('./commands/collections').then(({ rename }) => ({ run: rename })),
  },
  {
    name: 'collections remove',
    description: 'forget a collection and what was indexed in it; the files stay where they are',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collections').then(({ remove }) => ({ run: remove })),
  },
  {
    name: 'documents list',
    group: 'what is indexed',
    description: 'list documents',
    options: [
      COLLECTION,
      {
        flags: '--state <state>',
        description: 'only in this state; may be repeated (default: indexed and partial)',
        choices: ['queued', 'indexed', 'partial', 'skipped', 'rejected', 'failed', 'cancelled', 'gone'],
        isList: true,
      },
      { flags: '--contains <text>', description: 'only where the path contains this' },
      ...PAGE,
    ],
    load: () => import('./commands/documents').then(({ list }) => ({ run: list })),
  },
  {
    name: 'documents show',
    description: 'show one document',
    arguments: [{ words: '<id>', description: 'its id' }],
    options: [{ flags: '--text', description: 'print its text' }],
    load: () => import('./commands/documents').then(({ show }) => ({ run: show })),
  },
  {
    name: 'documents receipt',
    description: 'show what became of every page, sheet, slide, part and attachment of a document',
    arguments: [{ words: '<id>', description: 'its id' }],
    options: [CSV],
    load: () => import('./commands/receipts').then(({ ofDocument }) => ({ run: ofDocument })),
  },
  {
    name: 'documents remove',
    description: 'forget documents; the files stay where they are',
    arguments: [{ words: '<id...>', description: 'their ids' }],
    load: () => import('./commands/documents').then(({ remove }) => ({ run: remove })),
  },
  {
    name: 'documents password',
    description: 'unlock a document or an archive, and everything in it that waits for the same password',
    arguments: [{ words: '<id>', description: 'its id' }],
    options: [{ flags: '--password-stdin', description: 'read the password from stdin' }],
    after:
      'The password is asked for, or taken from stdin or from $SLUICE_PASSWORD. It is kept in memory only, never stored.\nExit codes: 0 it is indexed; 2 it is not, for example because the password is wrong.',
    endsItself: true,
    load: () => import('./commands/document-password'),
  },
  {
    name: 'jobs list',
    group: 'the queue',
    description: 'list jobs, newest first',
    options: [...PAGE],
    load: () => import('./commands/jobs').then(({ list }) => ({ run: list })),
  },
  {
    name: 'jobs show',
    description: 'show the report of one job',
    arguments: [{ words: '<job>', description: 'its id' }],
    load: () => import('./commands/jobs').then(({ show }) => ({ run: show })),
  },
  {
    name: 'jobs receipt',
    description: 'show what became of every part of every document of a job',
    arguments: [{ words: '<job>', description: 'its id' }],
    options: [CSV],
    load: () => import('./commands/receipts').then(({ ofJob }) => ({ run: ofJob })),
  },
  {
    name: 'jobs cancel',
    description: 'stop jobs; what is indexed already stays',
    arguments: [JOBS],
    options: [ALL],
    load: () => import('./commands/jobs').then(({ cancel }) => ({ run: cancel })),
  },
  {
    name: 'jobs confirm',
    description: 'agree to what the archives of jobs unpack to, and let them go on',
    arguments: [JOBS],
    options: [ALL],
    load: () => import('./commands/jobs').then(({ confirm }) => ({ run: confirm })),
  },
  {
    name: 'jobs retry',
    description: 'queue again what failed, was cancelled or lacks vectors',
    arguments: [JOBS],
    options: [ALL],
    load: () => import('./commands/jobs').then(({ retry }) => ({ run: retry })),
  },
  {
    name: 'run',
    description: 'work until nothing can go on: what a crash or a quit left, retries that wait, queued jobs',
    endsItself: true,
    load: () => import('./commands/run'),
  },
  {
    name: 'doctor',
    description: 'check the data folder, disk, database, indexes and model',
    options: [
      { flags: '--repair', description: 'mend what can be mended' },
      { flags: '--rebuild', description: 'make vectors and full-text index again from the stored text' },
    ],
    load: () => import('./commands/doctor'),
  },
]

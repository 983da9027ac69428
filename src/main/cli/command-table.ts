/**
 * Owns the list of commands: names, arguments, options, help. Public: people script them; rows and options are only ever added.
 * Refuses: running them; each names the file that does.
 */
import { answerModes, summaryWishes } from '../../shared/answers'
import { findingKinds } from '../../shared/collection-check'
import { collectionColors, jobPriorities, figureReadings, scanReadings } from '../../shared/domain'
import { documentOrders } from '../../shared/document-lists'
import { metricRanges } from '../../shared/metrics'
import { providerPresets } from '../../shared/providers'
import type { CommandRun } from './context'
import { serviceSystems } from './service/definition'

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
const SET: OptionSpec = {
  flags: '--set <name=value>',
  description: 'a setting for this run alone; may be repeated',
  isList: true,
}
const ALL: OptionSpec = { flags: '--all', description: 'every job it applies to' }
const OF_COLLECTION: OptionSpec = { flags: '--collection <name>', description: 'every job of this collection' }
const LETTER_IDS = { words: '[id...]', description: 'ids of dead letters' }
const ALL_LETTERS: OptionSpec = { flags: '--all', description: 'every dead letter' }
const LETTERS: readonly OptionSpec[] = [
  { flags: '--code <code>', description: 'only those that failed with this code' },
  { flags: '--job <job>', description: 'only those of this job' },
  { flags: '--collection <name>', description: 'only those of this collection' },
  { flags: '--rejected', description: 'what a guardrail refused as well' },
  { flags: '--discarded', description: 'what was put aside, instead' },
]

const PROVIDER = { words: '<name>', description: 'its name' }
const FIELD: OptionSpec = {
  flags: '--field <name=value>',
  description: 'any other field; may be repeated',
  isList: true,
}
const PROVIDER_FIELDS: readonly OptionSpec[] = [
  { flags: '--preset <preset>', description: 'what is usual with a well-known server', choices: providerPresets },
  { flags: '--kind <kind>', description: 'a server (usual), or a model in a folder', choices: ['openai', 'onnx'] },
  { flags: '--folder <folder>', description: 'of --kind onnx: the folder of a sentence-transformer' },
  { flags: '--url <url>', description: 'its address, ending in /v1 with most' },
  { flags: '--embedding-model <model>', description: 'the model that makes vectors' },
  { flags: '--dimensions <n>', description: 'the size of its vectors' },
  { flags: '--chat-model <model>', description: 'the model that writes' },
  { flags: '--chat', description: 'it is the one that answers' },
  { flags: '--vision-model <model>', description: 'the model that reads pictures of text' },
  { flags: '--vision', description: 'it is the one that reads pictures, of collections with "--scans vision"' },
  { flags: '--key', description: 'ask for its key, and keep it' },
  { flags: '--key-stdin', description: 'read its key from stdin, and keep it' },
  FIELD,
]
const COLOR = {
  flags: '--color <color>',
  description: 'by which it is told from others beside its name',
  choices: [...collectionColors, 'none'],
}
const PROVIDER_NOTE =
  'Fields: docs/providers.md has them all, for example --field budgets.day.usd=1 or --field requestsPerMinute=60.'

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
      { flags: '--priority <priority>', description: 'its share of the work', choices: jobPriorities },
      { flags: '--yes', description: 'confirm whatever would be asked' },
      SET,
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
      SET,
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
    arguments: [
      { words: '[query...]', description: 'what to look for; "a phrase", -not, type:pdf, in:folder, after:2024-01, …' },
    ],
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
      { flags: '--passages', description: 'every passage is a result of its own; nothing is folded' },
      { flags: '--queries-file <file>', description: 'answer every line of a file ("-" is stdin), in order' },
      { flags: '--ndjson', description: 'print one JSON object a line for each query' },
    ],
    load: () => import('./commands/search'),
  },
  {
    name: 'ask',
    description: 'answer a question from the documents, every claim with its place',
    arguments: [{ words: '<question...>', description: 'the question' }],
    options: [
      { flags: '--collection <name>', description: 'only from there; may be repeated', isList: true },
      {
        flags: '--limit <n>',
        description: 'how many sentences are quoted, at most, without a chat model (default: 3)',
      },
      {
        flags: '--mode <mode>',
        description: 'auto: by the chat model if one is configured; extractive: sentences of the documents only',
        choices: answerModes,
      },
    ],
    after:
      'Without a chat model the answer is made of sentences of the documents, on this computer.\nExit codes: 0 answered; 2 the documents do not say it.',
    load: () => import('./commands/ask'),
  },
  {
    name: 'summarize',
    description: 'say in a few sentences what documents, a job or a collection hold',
    arguments: [{ words: '[document...]', description: 'ids of documents' }],
    options: [
      { flags: '--job <job>', description: 'what a job has indexed' },
      { flags: '--collection <name>', description: 'a whole collection' },
      { flags: '--sentences <n>', description: 'how many, at most, without a chat model (default: 5)' },
      {
        flags: '--mode <mode>',
        description: 'auto: by the chat model if one is configured; extractive: sentences of the text only',
        choices: answerModes,
      },
    ],
    load: () => import('./commands/summarize'),
  },
  {
    name: 'similar',
    description: 'find what is like a document',
    arguments: [{ words: '<document>', description: 'its id' }],
    options: [
      { flags: '--chunk <n>', description: 'like this passage of it, from 0' },
      { flags: '--collection <name>', description: 'only there; may be repeated', isList: true },
      { flags: '--limit <n>', description: 'how many documents, at most (default: 10)' },
    ],
    load: () => import('./commands/searches').then(({ similar }) => ({ run: similar })),
  },
  {
    name: 'searches list',
    group: 'saved searches',
    description: 'list the saved searches',
    load: () => import('./commands/searches').then(({ list }) => ({ run: list })),
  },
  {
    name: 'searches save',
    description: 'save a search under a name; one of that name is replaced',
    arguments: [
      { words: '<name>', description: 'its name' },
      { words: '<query...>', description: 'what to look for' },
    ],
    options: [
      { flags: '--collection <name>', description: 'only there; may be repeated', isList: true },
      { flags: '--mode <mode>', description: 'how to search', choices: ['hybrid', 'semantic', 'keyword'] },
      {
        flags: '--type <ext>',
        description: 'only this kind of document (pdf, docx, code, …) or extension (py, …); may be repeated',
        isList: true,
      },
      { flags: '--since <date>', description: 'only documents changed on this day or later (2026-01-31)' },
      { flags: '--until <date>', description: 'only documents changed on this day or earlier' },
      { flags: '--path <glob>', description: 'only documents whose path matches' },
    ],
    load: () => import('./commands/searches').then(({ save }) => ({ run: save })),
  },
  {
    name: 'searches run',
    description: 'run a saved search',
    arguments: [{ words: '<name>', description: 'its name or id' }],
    options: [{ flags: '--limit <n>', description: 'how many documents, at most (default: 10)' }],
    load: () => import('./commands/searches').then(({ run }) => ({ run })),
  },
  {
    name: 'searches remove',
    description: 'remove a saved search',
    arguments: [{ words: '<name>', description: 'its name or id' }],
    load: () => import('./commands/searches').then(({ remove }) => ({ run: remove })),
  },
  {
    name: 'history list',
    group: 'what was searched',
    description: 'list what was searched, the newest first',
    options: [{ flags: '--limit <n>', description: 'how many, at most (default: 100)' }],
    load: () => import('./commands/searches').then(({ history }) => ({ run: history })),
  },
  {
    name: 'history clear',
    description: 'forget all of it; "sluice settings set search.history off" keeps none from then on',
    load: () => import('./commands/searches').then(({ clearHistory }) => ({ run: clearHistory })),
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
    options: [
      COLOR,
      { flags: '--model <name>', description: 'the model that makes its vectors: local, or a provider' },
      { flags: '--yes', description: 'agree that what is added is sent to a provider that is not on this computer' },
    ],
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
    name: 'collections update',
    description:
      'change the name of a collection, its turns beside others, or how many tasks of it may start in a minute',
    arguments: [{ words: '<name>', description: 'its name' }],
    options: [
      { flags: '--name <new>', description: 'another name' },
      COLOR,
      { flags: '--weight <n>', description: 'its turns beside other collections; 1 is usual' },
      {
        flags: '--ignore <pattern>',
        description: 'leave out what matches from now on; may be repeated, takes the place of those before',
        isList: true,
      },
      { flags: '--no-ignores', description: 'leave out nothing of its own any more' },
      { flags: '--tasks-per-minute <n>', description: 'a number, 0 for any, or "default" for the setting' },
      {
        flags: '--summaries <how>',
        description:
          'summarize its documents by themselves: off, extractive (their own sentences), provider (a chat model)',
        choices: summaryWishes,
      },
      {
        flags: '--scans <who>',
        description:
          'who reads its pictures of text: ocr, or vision: they are sent to the provider that is chosen for it',
        choices: scanReadings,
      },
      {
        flags: '--figures <who>',
        description:
          'who reads figures in documents that have text (PDF, Word, slides, e-books, web pages, mails): off, or vision: they are sent to that provider, and what it says is found beside the text',
        choices: figureReadings,
      },
      { flags: '--model <name>', description: 'make its vectors by another model: "local", or the name of a provider' },
      { flags: '--yes', description: 'with --model: agree to what it takes' },
      { flags: '--hold', description: 'with --model: switch only when told to ("collections switch")' },
    ],
    load: () => import('./commands/collections').then(({ update }) => ({ run: update })),
  },
  {
    name: 'collections export',
    description: 'write the settings of a collection as JSON, without its documents',
    arguments: [{ words: '<name>', description: 'its name' }],
    options: [{ flags: '--out <file>', description: 'a new file to write them to (default: standard output)' }],
    load: () => import('./commands/collection-files').then(({ exportSettings }) => ({ run: exportSettings })),
  },
  {
    name: 'collections import',
    description: 'make an empty collection with the settings of a file that "collections export" wrote',
    arguments: [{ words: '<file>', description: 'the file' }],
    options: [
      { flags: '--name <name>', description: 'another name than that in the file' },
      { flags: '--yes', description: 'agree that what is added is sent to a provider that is not on this computer' },
    ],
    load: () => import('./commands/collection-files').then(({ importSettings }) => ({ run: importSettings })),
  },
  {
    name: 'collections check',
    description: 'name what is stale, empty, partial, without vectors, or read otherwise than it would be now',
    arguments: [{ words: '[name]', description: 'its name; without it every collection' }],
    options: [
      {
        flags: '--kind <kind>',
        description: 'only findings of this kind; may be repeated',
        choices: findingKinds,
        isList: true,
      },
      { flags: '--repair', description: 'queue what mends them' },
      ...PAGE,
    ],
    after: 'Exit codes: 0 all is well; 2 something was found.',
    load: () => import('./commands/collections-check').then(({ check }) => ({ run: check })),
  },
  {
    name: 'collections rebuild',
    description: 'read anew what an earlier version of Sluice has read; every document is found as before until then',
    arguments: [{ words: '<name>', description: 'its name' }],
    options: [{ flags: '--yes', description: 'agree to it; without it only what it takes is told' }],
    after: 'Exit codes: 0 it began; 3 nobody has agreed to it yet.',
    load: () => import('./commands/collection-rebuild').then(({ rebuild }) => ({ run: rebuild })),
  },
  {
    name: 'collections models',
    description: 'show by which models a collection has vectors: in use, being made, kept',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collection-models').then(({ models }) => ({ run: models })),
  },
  {
    name: 'collections switch',
    description: 'use the new model of a collection that was held back',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collection-models').then(({ switchTo }) => ({ run: switchTo })),
  },
  {
    name: 'collections rollback',
    description: 'go back to the model before, while its vectors are kept',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collection-models').then(({ rollback }) => ({ run: rollback })),
  },
  {
    name: 'collections cleanup',
    description: 'let go of the vectors of the model before',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/collection-models').then(({ cleanup }) => ({ run: cleanup })),
  },
  {
    name: 'collections compare',
    description: 'compare what two models of a collection find, by queries that are named here or were saved',
    arguments: [
      { words: '<name>', description: 'its name' },
      { words: '[query...]', description: 'queries' },
    ],
    load: () => import('./commands/collection-models').then(({ compare }) => ({ run: compare })),
  },
  {
    name: 'collections remove',
    description: 'forget a collection and what was indexed in it; the files stay where they are',
    arguments: [{ words: '<name>', description: 'its name' }],
    options: [
      {
        flags: '--prove',
        description: 'also take it out of the files, look for it everywhere, and say what was found',
      },
    ],
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
      { flags: '--kind <kind>', description: 'only of this kind (pdf, markdown, …); may be repeated', isList: true },
      { flags: '--language <code>', description: 'only in this language (en, de, …); may be repeated', isList: true },
      {
        flags: '--order <order>',
        description: 'by what they are put in order (default: name)',
        choices: documentOrders,
      },
      { flags: '--descending', description: 'the other way round' },
      { flags: '--format <format>', description: 'print all of them, for a program', choices: ['csv', 'json'] },
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
    options: [
      {
        flags: '--prove',
        description: 'also take it out of the files, look for it everywhere, and say what was found',
      },
    ],
    load: () => import('./commands/documents').then(({ remove }) => ({ run: remove })),
  },
  {
    name: 'documents read-again',
    description: 'look at the originals of documents again, with the limits of now; what was read in part is read anew',
    arguments: [{ words: '[id...]', description: 'their ids' }],
    options: [
      COLLECTION,
      { flags: '--partial', description: 'every document that was read in part (of the collection)' },
    ],
    load: () => import('./commands/documents-again').then(({ readAgain }) => ({ run: readAgain })),
  },
  {
    name: 'documents removals',
    description: 'what was removed with proof, and the proofs; ends what was cut off',
    load: () => import('./commands/documents').then(({ removals }) => ({ run: removals })),
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
    name: 'jobs report',
    description: 'show the report of one job, or its problems as a table',
    arguments: [{ words: '<job>', description: 'its id' }],
    options: [
      {
        flags: '--format <format>',
        description: 'its problems as CSV, or the report as JSON',
        choices: ['csv', 'json'],
      },
    ],
    load: () => import('./commands/jobs').then(({ report }) => ({ run: report })),
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
    options: [ALL, OF_COLLECTION],
    load: () => import('./commands/jobs').then(({ cancel }) => ({ run: cancel })),
  },
  {
    name: 'jobs pause',
    description: 'interrupt what runs of jobs, and start nothing more of them',
    arguments: [JOBS],
    options: [ALL, OF_COLLECTION],
    load: () => import('./commands/jobs').then(({ pause }) => ({ run: pause })),
  },
  {
    name: 'jobs resume',
    description: 'let paused jobs go on',
    arguments: [JOBS],
    options: [ALL, OF_COLLECTION],
    load: () => import('./commands/jobs').then(({ resume }) => ({ run: resume })),
  },
  {
    name: 'jobs priority',
    description: 'change the share that a job gets: each step is four times as much',
    arguments: [
      { words: '<job>', description: 'its id' },
      { words: '<priority>', description: 'low, normal or high' },
    ],
    load: () => import('./commands/jobs').then(({ prioritize }) => ({ run: prioritize })),
  },
  {
    name: 'jobs move',
    description: 'move a queued job in the line: before another one, or to its end',
    arguments: [{ words: '<job>', description: 'its id' }],
    options: [{ flags: '--before <job>', description: 'the job that it comes before' }],
    load: () => import('./commands/jobs').then(({ move }) => ({ run: move })),
  },
  {
    name: 'jobs confirm',
    description: 'agree to what the archives of jobs unpack to, and let them go on',
    arguments: [JOBS],
    options: [ALL, OF_COLLECTION],
    load: () => import('./commands/jobs').then(({ confirm }) => ({ run: confirm })),
  },
  {
    name: 'jobs retry',
    description: 'queue again what failed, was cancelled or lacks vectors',
    arguments: [JOBS],
    options: [ALL, OF_COLLECTION],
    load: () => import('./commands/jobs').then(({ retry }) => ({ run: retry })),
  },
  {
    name: 'dead-letters list',
    group: 'what failed for good',
    description: 'list what failed for good, newest first, and what helps',
    options: [...LETTERS, ...PAGE, CSV],
    load: () => import('./commands/dead-letters').then(({ list }) => ({ run: list })),
  },
  {
    name: 'dead-letters show',
    description: 'show one with its attempts and what the log says of it',
    arguments: [{ words: '<id>', description: 'its id' }],
    load: () => import('./commands/dead-letters').then(({ show }) => ({ run: show })),
  },
  {
    name: 'dead-letters replay',
    description: 'queue dead letters again, with fresh attempts',
    arguments: [LETTER_IDS],
    options: [
      ...LETTERS,
      ALL_LETTERS,
      {
        flags: '--allow <name=value>',
        description: 'a setting for these alone, this once; may be repeated',
        isList: true,
      },
    ],
    load: () => import('./commands/dead-letters').then(({ replay }) => ({ run: replay })),
  },
  {
    name: 'dead-letters discard',
    description: 'put dead letters aside; nothing is deleted',
    arguments: [LETTER_IDS],
    options: [...LETTERS, ALL_LETTERS, { flags: '--yes', description: 'without asking first (a script is not asked)' }],
    load: () => import('./commands/dead-letters').then(({ discard }) => ({ run: discard })),
  },
  {
    name: 'dead-letters restore',
    description: 'take back what was put aside',
    arguments: [LETTER_IDS],
    options: [...LETTERS, ALL_LETTERS],
    load: () => import('./commands/dead-letters').then(({ restore }) => ({ run: restore })),
  },
  {
    name: 'run',
    description: 'work until nothing can go on: what a crash or a quit left, retries that wait, queued jobs',
    options: [
      {
        flags: '--stay',
        description: 'stay, and go on with whatever comes, until it is told to end (then exit code 0)',
      },
      SET,
    ],
    endsItself: true,
    load: () => import('./commands/run'),
  },
  {
    name: 'service print',
    group: 'the queue goes on by itself while no window is open, from login on',
    description: 'print what would be installed',
    options: [{ flags: '--system <system>', description: 'of another system', choices: serviceSystems }],
    load: () => import('./commands/service').then(({ print }) => ({ run: print })),
  },
  {
    name: 'service install',
    description: 'install it for this account and this data folder, and start it; again: with what holds now',
    load: () => import('./commands/service').then(({ install }) => ({ run: install })),
  },
  {
    name: 'service remove',
    description: 'stop it and take it away',
    load: () => import('./commands/service').then(({ remove }) => ({ run: remove })),
  },
  {
    name: 'service status',
    description: 'tell whether it is installed, starts by itself and runs',
    load: () => import('./commands/service').then(({ status }) => ({ run: status })),
  },
  {
    name: 'settings list',
    group: 'every limit and option',
    description: 'list the settings with their values and where these come from',
    load: () => import('./commands/settings').then(({ list }) => ({ run: list })),
  },
  {
    name: 'settings get',
    description: 'show one setting',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/settings').then(({ get }) => ({ run: get })),
  },
  {
    name: 'settings set',
    description: 'change a setting; it is in force at once',
    arguments: [
      { words: '<name>', description: 'its name, or NAME=VALUE' },
      { words: '[value]', description: 'a number in its unit, or with one: 200MiB, 5m, 30s, on, off' },
    ],
    after:
      'It is kept in settings.json of the data folder. What your organization has set goes before flags, these before environment variables, these before the file, and that before the default.',
    load: () => import('./commands/settings').then(({ set }) => ({ run: set })),
  },
  {
    name: 'settings unset',
    description: 'take a setting out of the file: the default is in force again',
    arguments: [{ words: '<name>', description: 'its name' }],
    load: () => import('./commands/settings').then(({ unset }) => ({ run: unset })),
  },
  {
    name: 'settings export',
    description: 'write what was changed of the settings as JSON, for another computer; keys are never among it',
    arguments: [{ words: '[file]', description: 'a new file; standard output without it' }],
    load: () => import('./commands/settings').then(({ exportAll }) => ({ run: exportAll })),
  },
  {
    name: 'settings import',
    description: 'say what a file that "settings export" wrote would change, and with --yes change it',
    arguments: [{ words: '<file>', description: 'the file' }],
    options: [{ flags: '--yes', description: 'agree to it; without it only what would change is told' }],
    after:
      'All of it is changed or nothing; settings that the file does not name stay.\nExit codes: 0 done, or nothing to do; 1 something in it is not possible here; 3 nobody has agreed to it yet.',
    load: () => import('./commands/settings').then(({ importAll }) => ({ run: importAll })),
  },
  {
    name: 'workers list',
    group: 'the processes that read and embed',
    description: 'list the hosts: what they do, what they may take, what is wrong with them',
    load: () => import('./commands/workers').then(({ list }) => ({ run: list })),
  },
  {
    name: 'workers recycle',
    description: 'replace hosts after what runs in them',
    arguments: [{ words: '[host]', description: 'parse, ocr or embed; all without it' }],
    load: () => import('./commands/workers').then(({ recycle }) => ({ run: recycle })),
  },
  {
    name: 'ledger',
    description: 'every connection that was ever made or refused, normally none: by host, then the newest one by one',
    options: PAGE,
    load: () => import('./commands/ledger').then(({ ledger }) => ({ run: ledger })),
  },
  {
    name: 'stats',
    description: 'what was done over time, and what stands now: queue, phases, failures, caches, memory, disk, cost',
    options: [{ flags: '--range <range>', description: 'how far back (day without it)', choices: metricRanges }],
    after: 'Each value is an average (of what there was) or a sum (of what was done).',
    load: () => import('./commands/stats').then(({ stats }) => ({ run: stats })),
  },
  {
    name: 'providers list',
    group: 'models of your choice: servers that speak as OpenAI does, and folders',
    description: 'list the providers, and where their keys are kept',
    load: () => import('./commands/providers').then(({ list }) => ({ run: list })),
  },
  {
    name: 'providers inspect',
    description: 'look at a folder with a model, and try it, before it is added',
    arguments: [{ words: '<folder>', description: 'the folder of a sentence-transformer as ONNX' }],
    options: [FIELD],
    after: PROVIDER_NOTE,
    load: () => import('./commands/providers').then(({ inspect }) => ({ run: inspect })),
  },
  {
    name: 'providers add',
    description: 'add a provider; nothing is sent to it until something uses it',
    arguments: [PROVIDER],
    options: [...PROVIDER_FIELDS],
    after: PROVIDER_NOTE,
    load: () => import('./commands/providers').then(({ add }) => ({ run: add })),
  },
  {
    name: 'providers update',
    description: 'change a provider; what is not named stays',
    arguments: [PROVIDER],
    options: [
      ...PROVIDER_FIELDS,
      { flags: '--no-chat', description: 'it is not the one that answers any more' },
      { flags: '--no-vision', description: 'it is not the one that reads pictures any more' },
      { flags: '--forget-key', description: 'forget its key' },
    ],
    after: PROVIDER_NOTE,
    load: () => import('./commands/providers').then(({ update }) => ({ run: update })),
  },
  {
    name: 'providers remove',
    description: 'remove a provider and its key',
    arguments: [PROVIDER],
    options: [{ flags: '--force', description: 'also if a collection, or answers, need it' }],
    load: () => import('./commands/providers').then(({ remove }) => ({ run: remove })),
  },
  {
    name: 'providers test',
    description: 'ask a provider for one vector, one answer and its models',
    arguments: [PROVIDER],
    load: () => import('./commands/providers').then(({ test }) => ({ run: test })),
  },
  {
    name: 'providers usage',
    description: 'what was used of providers: calls, tokens, cost, by day (UTC) and collection',
    options: [
      { flags: '--provider <name>', description: 'only of this provider' },
      { flags: '--since <day>', description: 'from this day on (2026-01-31)' },
      { flags: '--until <day>', description: 'up to and with this day' },
      { flags: '--job <job>', description: 'only for this job' },
      ...PAGE,
    ],
    load: () => import('./commands/providers').then(({ usage }) => ({ run: usage })),
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
  {
    name: 'data backups',
    group: 'the data folder: its backups from before upgrades, and its place',
    description: 'list the backups: when, of which version, why',
    load: () => import('./commands/data').then(({ backups }) => ({ run: backups })),
  },
  {
    name: 'data restore',
    description: 'put a backup back; what is replaced becomes a backup itself',
    arguments: [{ words: '<backup>', description: 'its name, as "sluice data backups" shows it' }],
    after: 'Close every other Sluice on the data folder first. See docs/upgrading.md.',
    load: () => import('./commands/data').then(({ restore }) => ({ run: restore })),
  },
  {
    name: 'data move',
    description: 'move the data folder to another place: copied, compared, then switched to; the old one is kept',
    arguments: [{ words: '<folder>', description: 'where to: an empty folder, or one that does not exist yet' }],
    options: [
      { flags: '--remove-old', description: 'remove the old one as soon as the new one has opened' },
      { flags: '--yes', description: 'also to a drive of a network' },
    ],
    after:
      'Ctrl-C takes it back. What was cut off otherwise goes on when it is asked for again. Open windows move it in their settings.',
    endsItself: true,
    load: () => import('./commands/data-move').then(({ move }) => ({ run: move })),
  },
  {
    name: 'data remove-old',
    description: 'remove what is left in the old place after a move',
    load: () => import('./commands/data-move').then(({ removeOld }) => ({ run: removeOld })),
  },
  {
    name: 'data remove',
    description:
      'remove everything that Sluice keeps: the data folder, its service, its start at login; documents stay',
    options: [
      { flags: '--dry-run', description: 'only show what would be removed' },
      { flags: '--yes', description: 'without asking' },
    ],
    after:
      'Documents stay where they are, and so does what Sluice did not make, even in the data folder: it is listed. Cut off, it goes on when it is asked for again.',
    load: () => import('./commands/data-remove').then(({ remove }) => ({ run: remove })),
  },
]

// Owns docs/queue.md and docs/error-handling.md: their tables are made from the code, the sentences stand here.
// `node scripts/queue-document.mjs` writes them.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadSource } from './setup/source.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const queueDocument = join(root, 'docs', 'queue.md')
export const errorsDocument = join(root, 'docs', 'error-handling.md')

/**
 * @typedef {{ from: string, to: string, when: string }} Step
 * @typedef {{ tries: number, baseMs: number, maxMs: number }} Policy
 * @typedef {{ code: string, disposition: string, transient: boolean, message: string, command: string | null }} CodeRow
 */

/** @param {readonly Step[]} steps */
const renderSteps = (steps) => steps.map(({ from, to, when }) => `| \`${from}\` | \`${to}\` | ${when} |`).join('\n')

/** A drawing of the steps; edges with the same ends meet once. @param {readonly Step[]} steps @param {readonly string[]} births */
const drawSteps = (steps, births) =>
  [
    'stateDiagram-v2',
    ...births.map((state) => `  [*] --> ${state}`),
    ...steps.map(({ from, to }) => `  ${from} --> ${to}`),
  ].join('\n')

/** @param {number} ms */
const seconds = (ms) => `${ms / 1000} s`

/** The longest wait before each try; the real one is a random share of it. @param {Policy} policy */
const waitsOf = ({ tries, baseMs, maxMs }) =>
  Array.from({ length: tries - 1 }, (_, at) => seconds(Math.min(maxMs, baseMs * 2 ** at)))

/** @param {{ tasks: readonly Step[], jobs: readonly Step[] }} steps */
export const renderQueue = ({ tasks, jobs }) => `# The queue

Everything that is offered becomes a **job**, every item of it a **task**. Both are rows in SQLite before anything is worked on: whatever dies, nothing
is lost. This page is made by \`node scripts/queue-document.mjs\`; its tables are those of \`src/shared/transitions.ts\`, and the database refuses every
other step (a trigger, migration 0004).

## States of a task

\`\`\`mermaid
${drawSteps(tasks, ['queued', 'ended'])}
\`\`\`

| from | to | when |
|---|---|---|
${renderSteps(tasks)}

A task that is \`queued\` may be claimed now, or from a moment on (\`run after\`, after a failure for a passing reason). A **dead letter** is a task that
\`ended\` as \`failed\`.

## States of a job

\`\`\`mermaid
${drawSteps(jobs, ['queued'])}
\`\`\`

| from | to | when |
|---|---|---|
${renderSteps(jobs)}

## Whose turn it is

- A claim covers one phase of one task in one **lane**: \`expand\`, \`extract\`, \`ocr\`, \`embed\`, \`summarize\` (\`lane.*.concurrency\`). Summaries come last: they wait while text is read or vectors can be begun. A summary that fails
  for good takes nothing from its document: the task ends as \`partial\` with the reason, the document stays as it is. Searching, and whatever else somebody waits
  for, goes ahead of all of them and has a thread of its own. Vectors and pictures yield to text.
- So many jobs with text to read are **active** at once, for each collection (\`queue.activeJobs\`) and each client (\`queue.clientJobs\`: the window, the command
  line); the others are \`queued\` and know their place in the line. A job that only waits for vectors holds up nobody.
- Among active jobs turns go round: over collections by their weight, within one over its jobs by priority (each step is four times the
  turns). A new job gets its share at once, but not what it missed (start-time fair queueing).
- A collection may be held to so many tasks a minute (\`queue.tasksPerMinute\`; embedding is not counted).
- Documents that are read at once are so many bytes at most (\`queue.inFlightBytes\`); a larger one starts when nothing else is in flight, and what comes
  behind it waits for it. Text goes to the database 200 passages at a time, and a reader that is faster than the disk waits.
- The same drop again, while the first works on it, joins it: the job looks through its paths once more, and what was found is left as it is.
  \`ingest --job-key K\` makes a repeated command the same job for ever.

## Progress and time left

**The share that is done** is weighed by phases (\`src/shared/phases.ts\`): looking through places and archives 2%, reading, splitting and indexing 28%, vectors 70%; where summaries are wanted, they are 15% of all.

- Reading counts documents, vectors count the passages of what has been read. Half of the weight of vectors counts only when the documents they belong to are through: to write that down takes hardly
  any time on most disks, and most of it on a slow one. So with all vectors made and 30 of 50 documents through it says 86%, not 99%.
- While places and archives are still being looked through, the share is that of what is known, times the part of them that was looked through (one at work counts half).
- It never goes back: when more is found than was expected, it stands until that is caught up with. 100% is said when the job is over.

**The time left** is what is left, at the pace of the last 15 seconds, or of the last eight steps forward where those took longer (\`src/main/calls/course.ts\`). The stretch ends now, not at the last step, so the time left grows while nothing
is done. It is never less than the time since the last step: what has taken so long takes as long again, at even odds (J. R. Gott, *Implications of the Copernican principle for our future prospects*, Nature 363, 1993).
It is not told before the first step, while more may be found, and for what does not run; time at rest does not count. With retries that wait longer than it says, the window tells the retry alone.

Tried with 40 ms added to every opening, reading, writing and flushing in the data folder, 50 documents in 4 min 47 s (one run): with all vectors made it said 66%, 39 s when 79 s were left; then 76%, 51 s of 57 s; 87%, 25 s of 34 s; 95%, 16 s of
11 s. While it read, it said 8 to 12 minutes: vectors weigh more than such a disk gives them to do. Before, it said 99% and one second, or nothing, for the last 80 s.

## In the window

- Every job in the queue takes the focus. \`↑\` \`↓\` \`Home\` \`End\` go from job to job, \`P\` pauses or resumes, \`Del\` cancels (a key is hit by mistake: it asks first), \`+\` and \`−\` change the
  priority, \`R\` tries again what did not work, \`Enter\` opens the report, \`Alt\` with an arrow moves a job in the line. The menu of each job has the same.
- Cancelling, and pausing, resuming or cancelling all, can be undone for some seconds: a job that was cancelled is taken up again (what had failed in it before is tried again,
  too), and one that was paused is paused again. Only what was done is taken back.
- **Tasks…** lists the items of a job: what runs first, then what waits for a person, what is queued, what has ended. The call \`jobs.tasks\` pages each of these from an index of its
  own; only the pages that are seen are asked for.
- **Lanes and workers** says of each lane what it does now, how many at once and what waits; of each worker its process and memory. One that is replaced finishes what runs in it.

## What happens when …

### … the computer loses power, or a process is killed?
At the next start, what was being worked on is queued again and its attempt recorded as \`INTERRUPTED\`, spending no try. Half-written text is
discarded; a document's last whole version stays found until the new one is. Vectors that were being written when it happened are undone by
their intent. Temp files go. After three such interruptions a task runs alone; after six the process itself is taken for its victim, and it is a dead letter.

### … a document crashes, hangs or bloats its reader?
The host process is killed from outside (memory, heartbeat, hard time), a new one takes over. What was in it is repeated one at a time, so that
the guilty one is found in one round: it ends as \`WORKER_POISON\`, \`WORKER_MEMORY\`, \`WORKER_TIMEOUT\` or \`WORKER_STALLED\`, and its neighbors succeed.

### … hosts, or the model, fail again and again?
A circuit breaker opens after \`worker.breakerFailures\` failures in a row. Tasks wait, spending no try; the window and \`sluice workers list\` say what is wrong
and when it is tried again. Then one task tries; if it is done, everything goes on.

### … the disk is full?
All lanes stand still (\`DISK_FULL\`), the window says so, and the queue looks every five seconds whether there is room again. Nothing is lost; what could not be
written is written then.

### … the disk of the documents is taken away?
When a document cannot be opened, its source is looked at: is the folder that was offered missing together with its disk, an empty place where a disk was mounted, or without an answer? Then the document fails at once with \`SOURCE_UNMOUNTED\`,
without further tries, and so do the others; what was read stays found. Connect the disk and replay what failed. A scan during which the disk goes fails, too, so that nothing that it did not meet is taken for gone.

### … the database is busy, or another write wins in the vector index?
It is tried again after a wait (see [error-handling.md](error-handling.md)).

### … the clock jumps?
Waits are shortened, never prolonged: a retry that seems to lie further ahead than the longest wait there is runs now. Limits of time count what was really
watched, so a computer that slept ages no task.

### … somebody pauses?
What runs is interrupted within a second and queued again, spending no try; nothing more of the job is started until it is resumed, over restarts too. Pausing
twice is pausing once. \`sluice run\` ends with exit code 3 and names what is paused.

### … somebody cancels?
What runs is stopped within a second, what it had half written is discarded, queued tasks end as \`cancelled\`. What was found before stays found; a document whose
vectors are missing then is \`partial\` with \`VECTORS_MISSING\`. \`jobs retry\` takes up what was cancelled.

### … Sluice is told to quit (the window, Ctrl-C, SIGTERM, the end of the session)?
Nothing new is started; what runs has five seconds to finish, then it is interrupted. A native call is never cut off. A second Ctrl-C interrupts at once.

### … something fails for good?
It is a dead letter: \`sluice dead-letters list\`, or the view in the window, groups them by cause and says what helps. \`replay\` queues one, a group or all again
with fresh tries, with other limits for this once where that helps (\`--allow document.bytes=2GiB\`). \`discard\` puts them aside; \`restore\` takes that back.
A dead letter is none any more when a later job looks at the same document or makes it good. Nothing is deleted by itself.

### … the history grows?
Attempts, and tasks of jobs that plainly went well, go after \`queue.keepDays\`; attempts also beyond \`queue.keepAttempts\`. Reports keep their figures, problems and
archives; dead letters and their attempts stay.

### … I do not trust any of this?
\`sluice doctor\` compares counters with what they count, claims with who holds them, documents with their versions, the full-text index with the
passages, the vector index with the database, and temp files with jobs. \`--repair\` puts right what differs.
`

/** @param {{ codes: readonly CodeRow[], policies: Readonly<Record<string, Policy>>, jobTries: number, askedMaxMs: number }} facts */
export const renderErrors = ({ codes, policies, jobTries, askedMaxMs }) => `# Errors and retries

An error is a code with details. The code alone decides what it leads to (its **disposition**) and the sentence that a person reads: the same in the
window, the report and on the command line. A sentence names no command; where one helps, the command line says it below. This page is made from \`src/shared/errors.ts\` by \`node scripts/queue-document.mjs\`.

## Dispositions

| disposition | leads to |
|---|---|
| \`retry\` | transient: tried again after a wait, then a dead letter |
| \`deadLetter\` | permanent: never tried again by itself; kept with its attempts |
| \`reject\` | a guardrail said no (outcome \`rejected\`); never tried again by itself |
| \`skip\` | nothing of ours to do (outcome \`skipped\`) |
| \`partial\` | a warning: indexed, with something named missing |
| \`note\` | said of a document that misses nothing |
| \`wait\` | parked until a person decides |
| \`interrupted\` | not its fault: queued again, spending no try |
| \`pause\` | its lane, or all of them, wait until the cause is gone; no try is spent |
| \`cancel\` | a person said stop |
| \`refuse\` | an error of a call, not of a task |

## Retries

What fails for a passing reason is tried again with exponential backoff and full jitter: the wait is a random share of at most the one in the table. It is stored
with the task (a restart changes nothing) and shown: "next try in 40 s, 2 of 5". The policy is that of the phase that failed: \`extract\` is all opening
and reading, \`index\` all storing (a busy database, a conflict in the vector index), \`embed\` is embedding.

| phase | tries | longest waits | settings |
|---|---|---|---|
${Object.entries(policies)
  .map(
    ([phase, policy]) =>
      `| ${phase} | ${policy.tries} | ${waitsOf(policy).join(', ')} | \`retry.${phase}.tries\`, \`retry.${phase}.baseMs\` |`,
  )
  .join('\n')}

No wait is longer than ${seconds(policies['extract']?.maxMs ?? 0)} (\`retry.maxMs\`), unless a provider asks for more (its Retry-After, at most ${seconds(askedMaxMs)}: \`retry.providerMaxMs\`).
One job has ${jobTries} retries in all (\`retry.jobTries\`); beyond them what fails is a dead letter at once. \`task.attempts\` above 0 is the number of tries in every phase.
Every setting has its environment variable: [settings.md](settings.md).

When several tasks ran together (a batch of embedding, a host that died) and nobody knows which of them is to blame, each is repeated alone first, spending no
try.

## Every code

| code | disposition | transient | what a person reads | on the command line also |
|---|---|---|---|---|
${codes.map(({ code, disposition, transient, message, command }) => `| \`${code}\` | ${disposition} | ${transient ? 'yes' : ''} | ${message.replaceAll('|', '\\|')} | ${command === null ? '' : `\`${command}\``} |`).join('\n')}
`

const main = async () => {
  const contents = `
    export { listSteps, taskTransitions, jobTransitions } from './src/shared/transitions'
    export { commandOf, errorCodes, dispositionOf, isTransient, sentenceOf } from './src/shared/errors'
    export { defaultRetries } from './src/main/jobs/retry'`
  const code = await loadSource('queue-document', contents)
  writeFileSync(
    queueDocument,
    renderQueue({ tasks: code.listSteps(code.taskTransitions), jobs: code.listSteps(code.jobTransitions) }),
  )
  writeFileSync(errorsDocument, renderErrors(gatherErrors(code)))
}

/**
 * @typedef {{ errorCodes: readonly string[], dispositionOf: (code: never) => string, isTransient: (code: never) => boolean,
 *   sentenceOf: (code: never) => string, commandOf: (code: never) => string | null, defaultRetries: (phase: 'extract' | 'index' | 'embed' | 'summarize') => Policy & { jobTries: number, askedMaxMs: number } }} Code
 */

/** What the page of errors tells, from the code. @param {Code} code the exports named in `main` */
export const gatherErrors = ({ errorCodes, dispositionOf, isTransient, sentenceOf, commandOf, defaultRetries }) => ({
  codes: errorCodes.map((code) => ({
    code,
    disposition: dispositionOf(code),
    transient: isTransient(code),
    message: sentenceOf(code),
    command: commandOf(code),
  })),
  policies: Object.fromEntries(
    ['extract', 'index', 'embed', 'summarize'].map((phase) => [phase, defaultRetries(phase)]),
  ),
  jobTries: defaultRetries('extract').jobTries,
  askedMaxMs: defaultRetries('extract').askedMaxMs,
})

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()

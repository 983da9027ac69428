/**
 * Owns the report of a job as a person reads it on the command line. Refuses: hiding anything; what is not listed is counted, and
 * the way to see it is named.
 */
import {
  outcomes,
  type JobReport,
  type JobState,
  type OutcomeCounts,
  type Problem,
  type Retry,
} from '../../../shared/domain'
import { formatBytes } from '../../../shared/errors'
import { describeStanding, type OpenJob, type StandingReason } from '../standing-reason'
import { toOneLine, wrapWords } from './display-text'
import { describeCommands } from './helpful-command'
import { describeCoverage } from './receipt'
import type { Style, Terminal } from './terminal'
import { formatCount, formatDuration, formatNoun } from './units'

const MAX_PROBLEMS = 50
const MAX_ARCHIVES = 10
const PLAIN_COLUMNS = 120

const stateTable: Record<JobState, { words: string; style: Style }> = {
  awaiting_confirmation: { words: 'waits for a confirmation', style: 'yellow' },
  queued: { words: 'is queued', style: 'bold' },
  running: { words: 'is running', style: 'bold' },
  paused: { words: 'is paused', style: 'yellow' },
  completed: { words: 'is complete', style: 'green' },
  completed_with_problems: { words: 'is complete, with problems', style: 'yellow' },
  failed: { words: 'failed', style: 'red' },
  cancelled: { words: 'was cancelled', style: 'yellow' },
}

/** `7 indexed, 1 skipped`; outcomes without a document are left out. */
export const describeCounts = (counts: OutcomeCounts): string =>
  outcomes
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${formatCount(counts[outcome])} ${outcome}`)
    .join(', ')

const describeWork = ({ chunks, tokens, bytes, embeddings }: JobReport): string =>
  [
    `${formatBytes(bytes)} in all`,
    formatNoun(chunks, 'passage'),
    formatNoun(tokens, 'token'),
    `${formatNoun(embeddings.computed, 'vector')} computed`,
    ...(embeddings.cached > 0 ? [`${formatCount(embeddings.cached)} from the cache`] : []),
  ].join(', ')

const formatArchives = (terminal: Terminal, { archives }: JobReport): string[] => {
  if (archives.length === 0) return []
  const columns = (terminal.columns ?? PLAIN_COLUMNS) - 4
  const shown = archives.slice(0, MAX_ARCHIVES)
  const lines = shown.flatMap((archive) => {
    const nested = archive.nested > 0 ? `, ${formatNoun(archive.nested, 'archive')} inside` : ''
    const size = `${formatBytes(archive.bytesCompressed)} unpacked to ${formatBytes(archive.bytesExpanded)}`
    const warnings = (archive.warnings ?? []).flatMap(({ code, message }) =>
      wrapWords(`${toOneLine(message)} (${code})`, columns).map((line) => `    ${line}`),
    )
    return [
      `  ${toOneLine(archive.path)}: ${formatNoun(archive.entries, 'entry', 'entries')}${nested}, ${size}`,
      ...warnings,
    ]
  })
  const rest = archives.length - shown.length
  return ['Archives:', ...lines, ...(rest > 0 ? [`  and ${formatCount(rest)} more`] : [])]
}

const formatWaiting = (terminal: Terminal, { job, waiting = [] }: JobReport): string[] => {
  if (waiting.length === 0) return []
  const columns = (terminal.columns ?? PLAIN_COLUMNS) - 4
  return [
    `Waiting for you (${formatCount(waiting.length)}); to let them go on: sluice jobs confirm ${job.id}`,
    ...waiting.flatMap(({ path, message, code }) => [
      `  ${terminal.style('yellow', toOneLine(path))}`,
      ...wrapWords(`${toOneLine(message)} (${code})`, columns).map((line) => `    ${line}`),
    ]),
  ]
}

/** What is tried again by itself: "next try in 40 s, 2 of 5". */
export const describeRetry = ({ path, at, attempt, of, message, code }: Retry, nowMs: number): string => {
  const inMs = Math.max(0, Date.parse(at) - nowMs)
  return `${toOneLine(path)}: next try in ${formatDuration(inMs)}, ${attempt} of ${of}: ${toOneLine(message)} (${code})`
}

const formatRetries = (terminal: Terminal, { retries = [] }: JobReport): string[] => {
  if (retries.length === 0) return []
  const columns = (terminal.columns ?? PLAIN_COLUMNS) - 4
  return [
    `Tried again by itself (${formatCount(retries.length)}):`,
    ...retries
      .slice(0, MAX_PROBLEMS)
      .flatMap((retry) => wrapWords(describeRetry(retry, Date.now()), columns).map((line) => `  ${line}`)),
  ]
}

const problemStyles: Record<Problem['outcome'], Style> = {
  failed: 'red',
  rejected: 'red',
  partial: 'yellow',
  skipped: 'dim',
  cancelled: 'dim',
}
/** What needs a person first. */
const problemOrder: readonly Problem['outcome'][] = ['failed', 'rejected', 'partial', 'cancelled', 'skipped']

const formatProblem = (terminal: Terminal, problem: Problem): string[] => {
  const { path, outcome, code, message, warnings = [] } = problem
  const columns = (terminal.columns ?? PLAIN_COLUMNS) - 4
  const sentences = [{ code, message }, ...warnings.filter((warning) => warning.code !== code)]
  return [
    `  ${terminal.style(problemStyles[outcome], outcome)} ${toOneLine(path)}`,
    ...sentences.flatMap((sentence) =>
      wrapWords(`${toOneLine(sentence.message)} (${sentence.code})`, columns).map((line) => `    ${line}`),
    ),
  ]
}

const formatProblems = (terminal: Terminal, { job, problems }: JobReport): string[] => {
  if (problems.length === 0) return []
  const sorted = problemOrder.flatMap((outcome) => problems.filter((problem) => problem.outcome === outcome))
  const shown = sorted.slice(0, MAX_PROBLEMS)
  const rest = sorted.length - shown.length
  return [
    `Not plainly indexed (${formatCount(problems.length)}):`,
    ...shown.flatMap((problem) => formatProblem(terminal, problem)),
    ...describeCommands(shown.flatMap(({ code, warnings = [] }) => [code, ...warnings.map((warning) => warning.code)])),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more; all of them: sluice jobs show ${job.id} --json`] : []),
  ]
}

const formatGone = ({ gone = 0, coverage, documents }: JobReport): string[] => {
  const parts = coverage === undefined ? '' : describeCoverage(coverage)
  const sum = coverage === undefined ? 0 : Object.values(coverage).reduce((total, units) => total + units, 0)
  return [
    // Of documents without parts there is nothing more to tell.
    ...(sum > documents.total ? [`  Parts of them: ${parts}`] : []),
    ...(gone > 0 ? [`  ${formatNoun(gone, 'document')} not there any more: not found from now on`] : []),
  ]
}

/** Of a job that is not over, only some of what was found is counted yet. */
const formatCounted = (documents: OutcomeCounts, found: number | null): string => {
  const counts = documents.total > 0 ? `: ${describeCounts(documents)}` : ''
  return found === null
    ? `  ${formatNoun(documents.total, 'document')}${counts}`
    : `  ${formatCount(documents.total)} of ${formatNoun(Math.max(found, documents.total), 'document')} so far${counts}`
}

const formatStanding = (terminal: Terminal, waits: StandingReason | null): string[] =>
  waits === null
    ? []
    : [
        ...wrapWords(describeStanding(waits, Date.now()), (terminal.columns ?? PLAIN_COLUMNS) - 4).map((line) =>
          terminal.style('yellow', `  ${line}`),
        ),
        ...describeCommands([waits.code]),
      ]

/** The lines of a report. */
export const formatReport = (
  terminal: Terminal,
  report: JobReport,
  { waits, found: items }: OpenJob = { waits: null, found: null },
): string[] => {
  const { job, documents } = report
  const { words, style } = stateTable[job.state]
  const took = job.startedAt === null ? '' : ` after ${formatDuration(job.elapsedMs)}`
  const found =
    job.keywordReadyMs === null ? [] : [`everything found by keyword after ${formatDuration(job.keywordReadyMs)}`]
  const pending =
    job.pendingVectors > 0 ? [`${formatNoun(job.pendingVectors, 'passage')} not yet found by meaning`] : []
  const head = `Job ${job.id} (${toOneLine(job.label)}, into ${toOneLine(job.collection)}) ${words}${took}.`
  if (job.startedAt === null) return [terminal.style(style, head), ...formatStanding(terminal, waits)]
  const facts = [...found, ...pending]
  return [
    terminal.style(style, head),
    ...formatStanding(terminal, waits),
    formatCounted(documents, items),
    `  ${describeWork(report)}`,
    ...(facts.length > 0 ? [`  ${facts.join('; ')}`] : []),
    ...formatGone(report),
    ...formatArchives(terminal, report),
    ...formatWaiting(terminal, report),
    ...formatRetries(terminal, report),
    ...formatProblems(terminal, report),
  ]
}

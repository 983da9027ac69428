/**
 * Owns the report of a job as a person reads it on the command line. Refuses: hiding anything; what is not listed is counted, and
 * the way to see it is named.
 */
import { outcomes, type JobReport, type JobState, type OutcomeCounts, type Problem } from '../../../shared/domain'
import { formatBytes } from '../../../shared/errors'
import { toOneLine, wrapWords } from './display-text'
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
    `${formatBytes(bytes)} read`,
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

/** The lines of a report. */
export const formatReport = (terminal: Terminal, report: JobReport): string[] => {
  const { job, documents } = report
  const { words, style } = stateTable[job.state]
  const took = job.startedAt === null ? '' : ` after ${formatDuration(job.elapsedMs)}`
  const found =
    job.keywordReadyMs === null ? [] : [`everything found by keyword after ${formatDuration(job.keywordReadyMs)}`]
  const pending =
    job.pendingVectors > 0 ? [`${formatNoun(job.pendingVectors, 'passage')} not yet found by meaning`] : []
  const head = `Job ${job.id} (${toOneLine(job.label)}, into ${toOneLine(job.collection)}) ${words}${took}.`
  if (job.startedAt === null) return [terminal.style(style, head)]
  const facts = [...found, ...pending]
  return [
    terminal.style(style, head),
    `  ${formatNoun(documents.total, 'document')}${documents.total > 0 ? `: ${describeCounts(documents)}` : ''}`,
    `  ${describeWork(report)}`,
    ...(facts.length > 0 ? [`  ${facts.join('; ')}`] : []),
    ...formatGone(report),
    ...formatArchives(terminal, report),
    ...formatWaiting(terminal, report),
    ...formatProblems(terminal, report),
  ]
}

// Owns counting: what a runner's JSON report says, as passed and failed. Refuses to guess: no report, no test or an exit code that the
// report does not explain is a failure, and so is a skipped test.
import { readFileSync } from 'node:fs'

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

const CAUSE_LINES = 24
const CAUSE_CHARACTERS = 2_000
// eslint-disable-next-line no-control-regex -- Colours of a terminal begin with that character.
const COLOURS = /\u001b\[[0-9;]*m/g

/** What a failed test said, below its name: the end of a long run is often all that somebody sees of it. Without the stack's lines. */
const causeOf = (messages) => {
  const lines = messages
    .join('\n')
    .replaceAll(COLOURS, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*node_modules/.test(line))
  const text = lines.slice(0, CAUSE_LINES).join('\n      ').slice(0, CAUSE_CHARACTERS)
  return text === '' ? '' : `\n      ${text}`
}

const PAGE_LINES = 60

/** What the page held when a test of the window failed, as the runner wrote it down: where it failed is often another machine. */
const pageOf = (attachments) => {
  const file = attachments.find(({ name }) => name === 'error-context')?.path
  const page = file === undefined ? null : /```yaml\n([^]*?)```/.exec(readFileSync(file, 'utf8'))
  return page === null ? '' : `\n      The page:\n      ${page[1].split('\n').slice(0, PAGE_LINES).join('\n      ')}`
}

/** Each reader turns a report into { passed, problems }; a problem is a line for a person, what the test said below it, and counts as one failure. */
const READERS = {
  vitest(report) {
    const problems = []
    let passed = 0
    for (const file of report.testResults) {
      const unlike = file.assertionResults.filter(({ status }) => status !== 'passed')
      passed += file.assertionResults.length - unlike.length
      for (const test of unlike)
        problems.push(`${test.status}: ${test.fullName} (${file.name})${causeOf(test.failureMessages ?? [])}`)
      if (file.status !== 'passed' && unlike.length === 0) problems.push(`failed as a whole: ${file.name}`)
    }
    return { passed, problems }
  },
  playwright(report) {
    const problems = report.errors.map(({ message }) => `error: ${(message ?? '').split('\n')[0]}`)
    let passed = 0
    const visit = (suite, path) => {
      for (const spec of suite.specs ?? []) {
        for (const test of spec.tests) {
          if (test.status === 'expected' && test.expectedStatus === 'passed') passed += 1
          else {
            const said = (test.results ?? []).flatMap(({ errors }) =>
              (errors ?? []).map(({ message }) => message ?? ''),
            )
            const attached = (test.results ?? []).flatMap(({ attachments }) => attachments ?? [])
            const title = [...path, spec.title].join(' › ')
            problems.push(`${test.status}: ${title}${causeOf(said)}${pageOf(attached)}`)
          }
        }
      }
      for (const inner of suite.suites ?? []) visit(inner, [...path, inner.title])
    }
    for (const suite of report.suites) visit(suite, [suite.title])
    return { passed, problems }
  },
}

/** Counts one run: `{ passed, failed, problems }`. `kind` is 'vitest' or 'playwright', `exitCode` that of the runner. */
export function countRun(kind, reportFile, exitCode) {
  const report = readReport(reportFile)
  if (!report) return { passed: 0, failed: 1, problems: [`the runner left no report (exit code ${exitCode})`] }
  const { passed, problems } = READERS[kind](report)
  if (passed + problems.length === 0) problems.push('no test ran')
  if (exitCode !== 0 && problems.length === 0)
    problems.push(`the runner failed outside its tests (exit code ${exitCode})`)
  return { passed, failed: problems.length, problems }
}

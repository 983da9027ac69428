// Owns `npm test` and the runners alone (`test.mjs unit contract`). Refuses to call anything green that was skipped, crashed or did not run.
// The last line adds up all runners: "123 passed, 0 failed".
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { check } from './check.mjs'
import { say, SetupError, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'
import { judgeCoverage } from './testing/coverage.mjs'
import { ensureNodeRuntimes, hasNodeRuntimes } from './testing/node-runtimes.mjs'
import { countRun } from './testing/reports.mjs'

const resultsDir = join(root, 'test-results')
const VITEST = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const PLAYWRIGHT = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
/** The folders of tests that run on plain Node, in this order. */
const NODE_SUITES = ['unit', 'contract', 'ingest', 'faults']
/** Takes as long as all others together: run alone (`npm run test:hostile`), before a release and after every change of a reader. */
const HOSTILE = 'test/faults/hostile'
const NODE_TIMEOUT_MS = 2_400_000
const DESKTOP_TIMEOUT_MS = 1_200_000

const totals = { passed: 0, failed: 0 }
const problems = []

function record(name, { passed, failed, problems: found }) {
  totals.passed += passed
  totals.failed += failed
  problems.push(...found.map((problem) => `${name}: ${problem}`))
  say(`\n${name}: ${passed} passed, ${failed} failed\n`)
}

const recordProblems = (name, found) => {
  totals.failed += found.length
  problems.push(...found.map((problem) => `${name}: ${problem}`))
}

const hasTests = (suite) => {
  const folder = join(root, 'test', suite)
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((path) => /\.(test|spec)\.tsx?$/.test(path))
  )
}

async function runVitest({ name, suites, node = process.execPath, coverage = false, rest = [] }) {
  say(`\n== ${name}${node === process.execPath ? ` on Node ${process.versions.node}` : ''} ==`)
  const report = join(resultsDir, `${name.replaceAll(/[^a-z0-9.]+/gi, '-')}.json`)
  rmSync(report, { force: true })
  const rawDir = join(resultsDir, 'v8-coverage')
  const coverageDir = join(root, 'coverage')
  if (coverage) for (const dir of [rawDir, coverageDir]) rmSync(dir, { recursive: true, force: true })
  // Names of files narrow the run: a filter beside the folder would widen it.
  const folders = rest.some((word) => !word.startsWith('-')) ? [] : suites.map((suite) => `test/${suite}/`)
  const args = [
    'run',
    ...folders,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(coverage ? ['--coverage'] : []),
    ...(suites.includes('faults') && rest.length === 0 ? [`--exclude=${HOSTILE}/**`] : []),
    ...rest,
  ]
  const env = { ...process.env, SLUICE_TEST_SKIP_BUILD: '1', ...(coverage ? { SLUICE_TEST_V8_COVERAGE: rawDir } : {}) }
  const code = await show(node, [VITEST, ...args], { env, timeoutMs: NODE_TIMEOUT_MS })
  record(name, countRun('vitest', report, code))
  if (!coverage) return
  const judged = await judgeCoverage(join(coverageDir, 'coverage-final.json'), rawDir)
  for (const line of judged.lines) say(line)
  recordProblems('coverage', judged.problems)
}

async function runDesktop(rest = []) {
  say('\n== desktop ==')
  const { runtimeEnvironment } = await import('./electron/runtime.mjs')
  const runtime = await ensure({ model: true, build: true, runtime: true, system: true })
  const report = join(resultsDir, 'desktop.json')
  rmSync(report, { force: true })
  const env = { ...process.env, ...runtimeEnvironment(runtime), SLUICE_PLAYWRIGHT_JSON: report }
  const playwright = [PLAYWRIGHT, 'test', ...rest]
  // A display of its own, so that windows neither disturb a person nor are disturbed.
  const [program, args] =
    process.platform === 'linux'
      ? ['xvfb-run', ['--auto-servernum', '--server-args=-screen 0 1440x900x24', process.execPath, ...playwright]]
      : [process.execPath, playwright]
  const code = await show(program, args, { env, timeoutMs: DESKTOP_TIMEOUT_MS })
  record('desktop', countRun('playwright', report, code))
}

async function runRuntimes({ except } = {}) {
  for (const { version, executable } of await ensureNodeRuntimes({ except })) {
    await runVitest({ name: `Node ${version}`, suites: ['unit', 'contract'].filter(hasTests), node: executable })
  }
}

async function runAll() {
  const failedChecks = await check()
  if (failedChecks > 0) recordProblems('check', [`${failedChecks} of its steps failed, see above`])
  await runVitest({ name: NODE_SUITES.join(', '), suites: NODE_SUITES.filter(hasTests), coverage: true })
  await runDesktop()
  if (hasNodeRuntimes) await runRuntimes({ except: process.versions.node.split('.')[0] })
  else say('test:runtimes is left out: there are no pinned Node binaries for this system')
}

async function runNamed([suite, ...rest]) {
  if (suite === 'desktop') return runDesktop(rest)
  if (suite === 'runtimes') return runRuntimes()
  if (suite === 'hostile') return runVitest({ name: suite, suites: ['faults'], rest: [HOSTILE, ...rest] })
  if (!NODE_SUITES.includes(suite))
    throw new SetupError(
      `there are no tests called ${suite}`,
      `Known: ${NODE_SUITES.join(', ')}, hostile, desktop, runtimes.`,
    )
  return runVitest({ name: suite, suites: [suite], rest })
}

try {
  mkdirSync(resultsDir, { recursive: true })
  await ensure({ model: true, build: true })
  const named = process.argv.slice(2)
  await (named.length > 0 ? runNamed(named) : runAll())
} catch (error) {
  recordProblems('set-up', [error instanceof SetupError ? `${error.message}. ${error.fix}` : error.stack])
}
if (problems.length > 0) say(`\nWhat failed:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`)
if (totals.passed === 0 && totals.failed === 0) totals.failed = 1
process.exitCode = totals.failed > 0 ? 1 : 0
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`)

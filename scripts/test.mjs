// Owns `npm test` and the runners alone (`test.mjs unit contract`). Refuses to call anything green that was skipped, crashed or did not run.
// The last line adds up all runners: "123 passed, 0 failed".
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { check } from './check.mjs'
import { say, SetupError, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'
import { DEBIAN_DEPENDS } from './package/builder-config.mjs'
import { makeKeys } from './package/feed.mjs'
import { ensureOffice, ensurePackaging } from './setup/system.mjs'
import { judgeCoverage } from './testing/coverage.mjs'
import { ensureNodeRuntimes, hasNodeRuntimes } from './testing/node-runtimes.mjs'
import { countRun } from './testing/reports.mjs'

const resultsDir = join(root, 'test-results')
const VITEST = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const PLAYWRIGHT = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
/** The folders of tests that run on plain Node. */
const NODE_SUITES = ['unit', 'contract', 'ingest', 'faults']
/**
 * What the bar of coverage is judged by: counting lines makes a process half as slow again, and what ends processes on purpose, or starts
 * hundreds of them, covers next to no line that these do not.
 */
const COUNTED = { suites: ['unit', 'ingest'], files: ['test/contract/cli/commands.test.ts'] }
const UNCOUNTED = { suites: ['contract', 'faults'], exclude: COUNTED.files }
/** Of files that wait for processes of their own; the others are at work all the time. */
const WAITING_FORKS = 3
/** A run of its own: its bounds of time are for readers, not for readers that are watched line by line. */
const HOSTILE = 'test/faults/hostile'
const NODE_TIMEOUT_MS = 2_400_000
const DESKTOP_TIMEOUT_MS = 2_400_000
const PACKAGE_TIMEOUT_MS = 900_000

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

async function runVitest({
  name,
  suites,
  node = process.execPath,
  coverage = false,
  files = [],
  exclude = [],
  extra = {},
  forks = null,
  rest = [],
}) {
  say(`\n== ${name}${node === process.execPath ? ` on Node ${process.versions.node}` : ''} ==`)
  const report = join(resultsDir, `${name.replaceAll(/[^a-z0-9.]+/gi, '-')}.json`)
  rmSync(report, { force: true })
  const rawDir = join(resultsDir, 'v8-coverage')
  const coverageDir = join(root, 'coverage')
  if (coverage) for (const dir of [rawDir, coverageDir]) rmSync(dir, { recursive: true, force: true })
  // Names of files narrow the run: a filter beside the folder would widen it.
  const folders = rest.some((word) => !word.startsWith('-'))
    ? []
    : [...suites.map((suite) => `test/${suite}/`), ...files]
  const args = [
    'run',
    ...folders,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(coverage ? ['--coverage'] : []),
    ...(forks === null ? [] : [`--poolOptions.forks.maxForks=${forks}`]),
    ...(suites.includes('faults') && rest.length === 0 ? [`--exclude=${HOSTILE}/**`] : []),
    ...exclude.map((pattern) => `--exclude=${pattern}`),
    ...rest,
  ]
  const env = {
    ...process.env,
    SLUICE_TEST_SKIP_BUILD: '1',
    ...extra,
    ...(coverage ? { SLUICE_TEST_V8_COVERAGE: rawDir } : {}),
  }
  const code = await show(node, [VITEST, ...args], { env, timeoutMs: NODE_TIMEOUT_MS })
  record(name, countRun('vitest', report, code))
  if (!coverage) return
  const judged = await judgeCoverage(join(coverageDir, 'coverage-final.json'), rawDir)
  for (const line of judged.lines) say(line)
  recordProblems('coverage', judged.problems)
}

async function runPlaywright({ name, rest, env, serverArgs = '' }) {
  const report = join(resultsDir, `${name}.json`)
  rmSync(report, { force: true })
  const playwright = [PLAYWRIGHT, 'test', ...rest]
  // A display of its own, so that windows neither disturb a person nor are disturbed.
  const display = ['--auto-servernum', `--server-args=-screen 0 1440x900x24${serverArgs}`]
  const [program, args] =
    process.platform === 'linux'
      ? ['xvfb-run', [...display, process.execPath, ...playwright]]
      : [process.execPath, playwright]
  const code = await show(program, args, {
    env: { ...process.env, ...env, SLUICE_PLAYWRIGHT_JSON: report },
    timeoutMs: DESKTOP_TIMEOUT_MS,
  })
  record(name, countRun('playwright', report, code))
}

async function runDesktop(rest = []) {
  say('\n== desktop ==')
  const { runtimeEnvironment } = await import('./electron/runtime.mjs')
  const runtime = await ensure({ model: true, build: true, runtime: true, system: true })
  await runPlaywright({ name: 'desktop', rest, env: runtimeEnvironment(runtime) })
}

/** Installing is for root, and what is tried here is a deb. */
const canInstall = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/dpkg-deb')
/** To update to; no version that people have is higher. */
const NEXT_VERSION = '99.0.0'

async function makeForTests({ publicFile }) {
  const made = join(root, '.cache', 'package-tests')
  for (const [folder, more] of [
    ['now', []],
    ['next', ['--version', NEXT_VERSION]],
  ]) {
    const places = ['--output', join(made, folder), '--update-key', publicFile]
    const words = ['scripts/package.mjs', '--quick', '--target', 'deb', ...places, ...more]
    const code = await show(process.execPath, words, { timeoutMs: PACKAGE_TIMEOUT_MS })
    if (code !== 0) throw new SetupError('the package could not be made', 'See what is said above.')
  }
  return made
}

async function runPackage(rest = []) {
  say('\n== package ==')
  if (!canInstall) {
    say('test:package is left out: it installs a deb, as root on a Debian system')
    return
  }
  await ensure({ model: true, build: true, runtime: true, system: true })
  await ensurePackaging(DEBIAN_DEPENDS)
  // Outside of the checkout: a private key that lies in it signs nothing.
  const keys = mkdtempSync(join(tmpdir(), 'sluice-keys-'))
  process.once('exit', () => rmSync(keys, { recursive: true, force: true }))
  const pair = makeKeys(join(keys, 'pair'))
  const made = await makeForTests(pair)
  const config = join('test', 'desktop', 'package', 'playwright.config.ts')
  // The window runs as another account than the display.
  await runPlaywright({
    name: 'package',
    rest: [`--config=${config}`, ...rest],
    env: { SLUICE_MADE_PACKAGES: made, SLUICE_MADE_KEYS: join(keys, 'pair') },
    serverArgs: ' -ac',
  })
  if (rest.length > 0) return
  await runVitest({
    name: 'installed command',
    suites: ['contract'],
    rest: ['test/contract/cli'],
    extra: { SLUICE_TEST_COMMAND: join(made, 'now', 'linux-unpacked', 'bin', 'sluice') },
    forks: WAITING_FORKS,
  })
}

/** Pure code that no version of Node makes a difference to. */
const SAME_EVERYWHERE = ['test/unit/{docs,renderer,scripts}/**']
/**
 * Whole processes one after the other. One file of them shows that the command line runs there; what the commands say is the same code, and
 * the oldest version (that of the Electron of the tests) runs the whole application in the desktop tests.
 */
const SLOW_COMMANDS = ['test/contract/cli/{commands,processes,queue,receipts,waiting}.test.ts']

async function runRuntimes({ except } = {}) {
  for (const { version, executable } of await ensureNodeRuntimes({ except })) {
    await runVitest({
      name: `Node ${version}`,
      suites: ['unit', 'contract'].filter(hasTests),
      node: executable,
      exclude: [...SAME_EVERYWHERE, ...SLOW_COMMANDS],
    })
  }
}

const runHostile = (rest = []) => runVitest({ name: 'hostile', suites: ['faults'], rest: [HOSTILE, ...rest] })

async function runAll() {
  const failedChecks = await check()
  if (failedChecks > 0) recordProblems('check', [`${failedChecks} of its steps failed, see above`])
  await runVitest({ name: 'unit, ingest, commands', ...COUNTED, coverage: true })
  await runVitest({ name: 'contract, faults', ...UNCOUNTED, forks: WAITING_FORKS })
  await runHostile()
  const except = process.versions.node.split('.')[0]
  if (!hasNodeRuntimes) say('test:runtimes is left out: there are no pinned Node binaries for this system')
  // Not beside each other: a window that has to wait for processors takes longer than its tests do.
  await runDesktop()
  await runPackage()
  if (hasNodeRuntimes) await runRuntimes({ except })
}

async function runNamed([suite, ...rest]) {
  if (suite === 'desktop') return runDesktop(rest)
  if (suite === 'package') return runPackage(rest)
  if (suite === 'runtimes') return runRuntimes()
  if (suite === 'hostile') return runHostile(rest)
  if (!NODE_SUITES.includes(suite))
    throw new SetupError(
      `there are no tests called ${suite}`,
      `Known: ${NODE_SUITES.join(', ')}, hostile, desktop, package, runtimes.`,
    )
  return runVitest({ name: suite, suites: [suite], rest })
}

try {
  mkdirSync(resultsDir, { recursive: true })
  await ensure({ model: true, build: true })
  const named = process.argv.slice(2)
  if (named.length === 0 || named[0] === 'unit' || named[0] === 'runtimes') await ensureOffice()
  await (named.length > 0 ? runNamed(named) : runAll())
} catch (error) {
  recordProblems('set-up', [error instanceof SetupError ? `${error.message}. ${error.fix}` : error.stack])
}
if (problems.length > 0) say(`\nWhat failed:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`)
if (totals.passed === 0 && totals.failed === 0) totals.failed = 1
process.exitCode = totals.failed > 0 ? 1 : 0
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`)

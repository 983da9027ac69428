// Owns `npm run check`: types, lint, format, import rules, unused code. Refuses to stop at the first failure: a person sees all of them.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensure } from './bootstrap.mjs'
import { fail, say } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const STEP_TIMEOUT_MS = 600_000
const bin = (name) => join(root, 'node_modules', ...name)
const TSC = bin(['typescript', 'bin', 'tsc'])
/** One project for each set of globals: Node, none, Node and DOM, DOM. Those without a source yet are left out. */
const PROJECTS = ['.', 'src/shared', 'src/preload', 'src/renderer', 'test/unit/renderer', 'test/desktop']

const STEPS = [
  { name: 'lock file', program: join(root, 'scripts', 'lock.mjs'), args: ['--check'] },
  ...PROJECTS.filter(hasSources).map((project) => ({
    name: `types ${project}`,
    program: TSC,
    args: ['--noEmit', '-p', project],
  })),
  { name: 'lint', program: bin(['eslint', 'bin', 'eslint.js']), args: ['.', '--max-warnings', '0'] },
  { name: 'format', program: bin(['prettier', 'bin', 'prettier.cjs']), args: ['--check', '--log-level', 'warn', '.'] },
  {
    name: 'imports',
    program: bin(['dependency-cruiser', 'bin', 'dependency-cruise.mjs']),
    args: ['src', 'test', 'scripts', '--output-type', 'err-long'],
  },
  { name: 'unused', program: bin(['knip', 'bin', 'knip.js']), args: ['--no-progress'] },
]

function hasSources(project) {
  if (project === '.') return true
  const folder = join(root, project)
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((path) => /\.tsx?$/.test(path))
}

function runStep({ name, program, args }) {
  const startedAt = Date.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      timeout: STEP_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({ name, passed: code === 0, output: output.trim(), ms: Date.now() - startedAt }),
    )
  })
}

/** Runs all the steps, two at a time. Returns how many failed. */
export async function check(only = []) {
  const waiting = STEPS.filter(({ name }) => only.length === 0 || only.some((word) => name.startsWith(word)))
  // The longest first.
  waiting.sort((a, b) => Number(b.name === 'lint') - Number(a.name === 'lint'))
  let failed = 0
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const done = await runStep(step)
      if (!done.passed) failed += 1
      say(`${done.passed ? 'ok    ' : 'FAILED'} ${done.name} (${(done.ms / 1000).toFixed(1)} s)`)
      if (!done.passed) say(done.output.replace(/^/gm, '  '))
    }
  }
  await Promise.all([work(), work()])
  return failed
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await ensure()
    const failed = await check(process.argv.slice(2))
    if (failed > 0) process.exitCode = 1
  } catch (error) {
    fail(error)
  }
}

// Owns `npm run dev:fake`: the app beside a fake provider on loopback, in a data folder of its own and with little at the same time, for trying
// by hand what providers do wrong. What is typed goes to the fake provider: the name of a misbehavior, `behave`, `counts`.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ensure } from './bootstrap.mjs'
import { runtimeEnvironment, sandboxArguments } from './electron/runtime.mjs'
import { capture, fail, say, show, SetupError } from './setup/command.mjs'
import { root } from './setup/places.mjs'
import { bundle } from './testing/bundle.mjs'

const folder = join(root, '.cache', 'dev-fake')
const dataDir = join(folder, 'data')
/** Always the same, so that the provider in the data folder is found again. */
const PORT = 18_470

/** Starts the fake provider; resolves with its process and address. */
async function startFake() {
  const outfile = join(folder, 'fake-provider.cjs')
  await bundle(join(root, 'test', 'support', 'fake-provider', 'main.ts'), outfile)
  const child = spawn(process.execPath, [outfile], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, FAKE_PROVIDER_PORT: String(PORT) },
  })
  const lines = createInterface({ input: child.stdout })
  const url = await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line).url))
    child.once('exit', () =>
      reject(new SetupError(`the fake provider did not start on port ${PORT}`, 'Free the port, then try again.')),
    )
  })
  lines.on('line', say)
  return { child, url }
}

function addProvider(url) {
  const cli = join(root, 'out', 'main', 'cli.js')
  const words = ['--url', url, '--embedding-model', 'fake-embedding', '--dimensions', '64', '--chat-model', 'fake-chat']
  const fields = ['concurrency=1', 'needsKey=false', 'timeoutMs=5000', 'price.embeddingUsd=0.02', 'budgets.day.usd=1']
  const more = fields.flatMap((field) => ['--field', field])
  const run = (verb) =>
    capture(process.execPath, [cli, '--data-dir', dataDir, 'providers', verb, 'fake', ...words, ...more, '--chat'])
  // There already from the last time: brought up to date.
  if (run('add').code !== 0) run('update')
}

try {
  mkdirSync(folder, { recursive: true })
  const runtime = await ensure({ model: true, build: true, runtime: true })
  const { child, url } = await startFake()
  try {
    addProvider(url)
    say(`a fake provider is at ${url}; type "counts", "behave" or a misbehavior (anything else lists them)`)
    process.stdin.pipe(child.stdin)
    process.exitCode = await show(runtime.executable, [...sandboxArguments(), root, '--data-dir', dataDir], {
      env: {
        ...process.env,
        ...runtimeEnvironment(runtime),
        SLUICE_LANE_EXTRACT_CONCURRENCY: '1',
        SLUICE_WORKER_PARSE_THREADS: '1',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
  } finally {
    child.kill()
    process.stdin.unpipe()
    process.stdin.destroy()
  }
} catch (error) {
  fail(error)
}

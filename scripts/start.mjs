// Owns `npm start`: from a fresh clone to the open app. Without a display it does the same work on the command line. Refuses nothing else.
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { fail, say, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY)

async function openApp() {
  const { runtimeEnvironment, sandboxArguments } = await import('./electron/runtime.mjs')
  const runtime = await ensure({ model: true, build: true, runtime: true })
  if (runtime.kind === 'test') say(`running on the development-and-test runtime (Electron ${runtime.version})`)
  return show(runtime.executable, [...sandboxArguments(), root, ...process.argv.slice(2)], {
    env: { ...process.env, ...runtimeEnvironment(runtime) },
  })
}

/** What the command line does in place of the window; the sample's collection lives in a git-ignored folder of the checkout. */
const DEMO = [
  ['ingest', 'resources/sample', '--collection', 'demo'],
  ['search', 'how do I water the tomatoes', '--collection', 'demo', '--limit', '3'],
]

async function runDemo() {
  await ensure({ model: true, build: ['main'] })
  say(
    'There is no display here, so the window stays closed; the command line does the same work on the sample documents.',
  )
  const env = { ...process.env, SLUICE_DATA_DIR: process.env.SLUICE_DATA_DIR ?? join(root, '.sluice-demo') }
  for (const words of DEMO) {
    process.stdout.write(`\n$ sluice ${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}\n`)
    const code = await show(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...words], { env })
    // 2: done, and some documents have a problem that the report names.
    if (code !== 0 && code !== 2) return code
  }
  say('\nOn a machine with a display, "npm start" opens the app. The command line: npm run -s sluice -- --help')
  return 0
}

try {
  process.exitCode = await (hasDisplay ? openApp() : runDemo())
} catch (error) {
  fail(error)
}

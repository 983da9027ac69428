// Owns `npm run screenshots`: pictures of every view, in each language, in both schemes, small and large, into docs/screenshots. Refuses: judging them.
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { runtimeEnvironment } from './electron/runtime.mjs'
import { fail, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const TIMEOUT_MS = 1_200_000
const PLAYWRIGHT = join(root, 'node_modules', '@playwright', 'test', 'cli.js')

try {
  const runtime = await ensure({ model: true, build: true, runtime: true, system: true })
  const playwright = [PLAYWRIGHT, 'test', '--config', join(root, 'test', 'desktop', 'gallery', 'playwright.config.ts')]
  const [program, args] =
    process.platform === 'linux'
      ? ['xvfb-run', ['--auto-servernum', '--server-args=-screen 0 1920x1200x24', process.execPath, ...playwright]]
      : [process.execPath, playwright]
  const env = { ...process.env, ...runtimeEnvironment(runtime) }
  process.exitCode = await show(program, args, { env, timeoutMs: TIMEOUT_MS })
} catch (error) {
  fail(error)
}

// Owns how the benchmark starts: everything built, and told where Electron is. The measuring is test/bench/'s.
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { runtimeEnvironment } from './electron/runtime.mjs'
import { fail, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'

try {
  const runtime = await ensure({ model: true, build: true, runtime: true, system: true })
  process.exitCode = await show(process.execPath, [join(root, 'test', 'bench', 'run.mjs'), ...process.argv.slice(2)], {
    env: { ...process.env, ...runtimeEnvironment(runtime) },
  })
} catch (error) {
  fail(error)
}

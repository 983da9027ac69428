// Owns `npm run dev`: the app with reloading sources, on the resolved runtime.
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { runtimeEnvironment, sandboxArguments } from './electron/runtime.mjs'
import { fail, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'

try {
  const runtime = await ensure({ model: true, runtime: true })
  const args = [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'dev']
  if (sandboxArguments().length > 0) args.push('--noSandbox')
  process.exitCode = await show(process.execPath, [...args, ...process.argv.slice(2)], {
    env: { ...process.env, ...runtimeEnvironment(runtime) },
  })
} catch (error) {
  fail(error)
}

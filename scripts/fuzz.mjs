// Owns `npm run fuzz [-- --inputs N --seed S --only I]`: builds, bundles the run and starts it. Refuses to be green with a violation.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ensure } from './bootstrap.mjs'
import { fail } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const folder = mkdtempSync(join(tmpdir(), 'sluice-fuzz-'))
try {
  await ensure({ build: true })
  const bundle = join(folder, 'fuzz.cjs')
  await build({
    entryPoints: [join(root, 'test', 'fuzz', 'main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    logLevel: 'error',
  })
  const { status } = spawnSync(process.execPath, [bundle, root, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} catch (error) {
  fail(error)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

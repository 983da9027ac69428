#!/usr/bin/env node
// Owns the command line of a checkout: brings the build up to date when a source changed, then becomes the command. Refuses to print
// anything of its own on stdout, and to cost more than a few milliseconds when nothing changed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import Module from 'node:module'
import { join } from 'node:path'
import { listStaleParts } from './build.mjs'
import { root } from './setup/places.mjs'

const isReady =
  existsSync(join(root, 'node_modules', '.package-lock.json')) &&
  existsSync(join(root, 'resources', 'model', 'model.json')) &&
  listStaleParts(['main']).length === 0

let code = 0
if (!isReady) {
  const done = spawnSync(process.execPath, [join(root, 'scripts', 'bootstrap.mjs'), 'model', 'main'], {
    stdio: ['ignore', 2, 2],
  })
  code = done.status ?? 1
}
if (code === 0) {
  // Newer Nodes keep compiled code between runs.
  Module.enableCompileCache?.(join(root, '.cache', 'compiled'))
  process.argv[1] = join(root, 'out', 'main', 'cli.js')
  Module.runMain()
} else process.exitCode = 1

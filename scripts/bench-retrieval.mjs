// Owns how the benchmark of retrieval starts: everything built. The measuring is test/bench/retrieval's.
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { fail, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'

try {
  await ensure({ model: true, build: true })
  const program = join(root, 'test', 'bench', 'retrieval', 'run.mjs')
  process.exitCode = await show(process.execPath, [program, ...process.argv.slice(2)])
} catch (error) {
  fail(error)
}

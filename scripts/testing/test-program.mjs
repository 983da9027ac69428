// Owns running a program of test/ outside of the test runner: bundled with what it imports, against the built product.
// Refuses: programs that need the test runner.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensure } from '../bootstrap.mjs'
import { fail, show } from '../setup/command.mjs'
import { root } from '../setup/places.mjs'
import { bundle } from './bundle.mjs'

/**
 * Builds the product, bundles `entry` (a path within the repository) and runs it with the words of this process; ends as it ends.
 * @param {string} name of the program
 * @param {string} entry
 */
export const runTestProgram = async (name, entry) => {
  // Within the repository, so that packages are found.
  const parent = join(root, '.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, `${name}-`))
  try {
    await ensure({ model: true, build: true })
    const outfile = join(folder, `${name}.cjs`)
    await bundle(join(root, entry), outfile)
    process.exitCode = await show(process.execPath, [outfile, ...process.argv.slice(2)])
  } catch (error) {
    fail(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

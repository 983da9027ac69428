// Owns the models that the tests of this folder run: built by the real script, once, into the cache folder of the checkout.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const ROOT = path.resolve(__dirname, '../../../..')
const SCRIPT = path.join(ROOT, 'scripts', 'build-model.mjs')

/** Runs the build script with the given arguments and returns what it printed. */
export const runBuild = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args], { timeout: 60_000 })
  return stdout
}

/** The folder of an up-to-date model. */
export const buildModelFolder = async (variant: 'int8' | 'fp32'): Promise<string> => {
  const folder = path.join(ROOT, '.cache', 'test-models', variant)
  await runBuild('--out', folder, ...(variant === 'fp32' ? ['--fp32'] : []))
  return folder
}

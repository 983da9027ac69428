// Owns the bundle of the process with an engine of its own. Refuses: starting it.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(__dirname, '../../../..')

/** Bundles owner-process.ts into a folder of its own; `remove` takes it away again. */
export const bundleOwner = (): { readonly file: string; readonly remove: () => void } => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const dir = mkdtempSync(join(ROOT, '.cache', 'owner-'))
  const file = join(dir, 'owner-process.cjs')
  const entry = join(__dirname, 'owner-process.ts')
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'testing', 'bundle.mjs'), entry, file])
  return { file, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

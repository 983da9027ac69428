// Runs once before the tests: brings out/main up to date (threads, hosts and commands run from there) and gives the run a temp folder of
// its own. Refuses to end green when something was left in that folder.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Set by `npm test`, which has built already and stops when that fails. */
const SKIP_BUILD = process.env['SLUICE_TEST_SKIP_BUILD'] === '1'

function bringBuildUpToDate(): void {
  if (SKIP_BUILD) return
  const built = spawnSync(process.execPath, [join(process.cwd(), 'scripts', 'build.mjs'), 'main'], {
    stdio: 'inherit',
    timeout: 120_000,
  })
  if (built.status !== 0) {
    // Most unit tests need no build: one broken file elsewhere should not stop them. `npm test` refuses to go on instead.
    process.stderr.write(
      '\nWARNING: out/main does not build. Tests that start threads, hosts or commands see the last good build.\n\n',
    )
  }
}

export default function setUp(): () => void {
  bringBuildUpToDate()
  const before = process.env['TMPDIR']
  // Kept short: socket paths have room for about 100 bytes.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-')))
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = folder
  return () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    const left = readdirSync(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    if (left.length > 0)
      throw new Error(`The tests left files behind in the temp folder: ${left.slice(0, 10).join(', ')}`)
  }
}

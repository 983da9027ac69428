/**
 * Owns the start of the command line: plain Node, no display. Refuses: everything else; src/main/cli/program.ts reads the words.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { version } from '../../package.json'
import { runProgram } from './cli/program'
import { exitCodes } from './cli/exit-code'
import { Terminal } from './cli/output/terminal'

/** The folder of this file once it is built: `out/main` in a checkout, `engine/main` in the resources of an installed copy. */
const outDir = __dirname
const top = join(outDir, '..', '..')
const resources = existsSync(join(top, 'app.asar')) ? top : join(top, 'resources')

const main = async (): Promise<number> => {
  const terminal = new Terminal({ stdout: process.stdout, stderr: process.stderr, env: process.env })
  const code = await runProgram(process.argv.slice(2), terminal, {
    version,
    files: {
      hostFile: join(outDir, 'host.js'),
      workerFile: join(outDir, 'worker.js'),
      storeThreadFile: join(outDir, 'store-thread.js'),
    },
    servicesDir: join(resources, 'services'),
    modelDir: process.env['SLUICE_MODEL_DIR'] ?? join(resources, 'model'),
  })
  await terminal.flush()
  return code
}

main().then(
  // Everything is closed and written; what native libraries still hold open must not keep the shell waiting.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`sluice: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(exitCodes.failed)
  },
)

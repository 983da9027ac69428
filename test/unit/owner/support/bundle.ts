// Owns turning a TypeScript file of the tests into one that plain Node can run. Refuses: keeping esbuild's own process alive.
import { execFileSync } from 'node:child_process'

export const bundle = (entry: string, outfile: string): void => {
  const options = {
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['libsql'],
    logLevel: 'error',
  }
  execFileSync(process.execPath, ['-e', `require('esbuild').buildSync(${JSON.stringify(options)})`], {
    stdio: 'inherit',
  })
}

// Owns bundling a program of test/ with what it imports, so that plain Node runs it: `node scripts/testing/bundle.mjs ENTRY OUTFILE`.
// Refuses: programs that need the test runner.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Packages that find files of their own beside themselves. */
const EXTERNAL = ['@lancedb/lancedb', 'apache-arrow', 'libsql', 'onnxruntime-node', 'pdfjs-dist', 'piscina']

/** Files are found by where the source lies, not the bundle. */
const keepPlaces = {
  name: 'keep-places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: `const __dirname = ${JSON.stringify(dirname(path))};${readFileSync(path, 'utf8')}`,
      loader: 'ts',
    }))
  },
}

/** @param {string} entry @param {string} outfile within the repository, where packages are found */
export const bundle = (entry, outfile) =>
  build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    external: EXTERNAL,
    plugins: [keepPlaces],
    logLevel: 'error',
  })

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, outfile] = process.argv.slice(2)
  await bundle(entry, outfile)
}

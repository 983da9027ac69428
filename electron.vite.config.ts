// Owns how the sources become out/: main, preload and renderer, and what stays outside the bundles.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

/**
 * What is required at run time instead of bundled: native modules, and packages that load files of their own. Everything else is
 * bundled, so packages that exist only as ES modules run on Node 18 as well. These, and only these, are `dependencies` in package.json.
 */
const EXTERNAL = [
  '7z-wasm',
  'electron',
  '@lancedb/lancedb',
  '@tesseract.js-data/eng',
  'apache-arrow',
  'libsql',
  'onnxruntime-node',
  'pdfjs-dist',
  'piscina',
  'tesseract.js-core',
]

/** Of JPEG 2000 images in PDFs, without WebAssembly, which the policy of the page does not allow. */
const PDF_DECODER = 'openjpeg_nowasm_fallback.js'

const external = new RegExp(`^(?:node:.*|(?:${EXTERNAL.join('|')})(?:/.*)?)$`)
const entry = (path: string): string => resolve(import.meta.dirname, 'src', path)

/** What is started by its path at run time. */
const ENTRIES = {
  index: 'main/index.ts',
  cli: 'main/cli.ts',
  'store-thread': 'main/store/thread.ts',
  host: 'main/pool/host.ts',
  worker: 'workers/entry.ts',
}
const mainEntries = Object.fromEntries(
  Object.entries(ENTRIES)
    .map(([name, path]) => [name, entry(path)] as const)
    .filter(([, path]) => existsSync(path)),
)

/** A package may be built as another version than package.json says, to try an update with. */
const buildVersion = process.env['SLUICE_BUILD_VERSION']
const versionPlugin = {
  name: 'build-version',
  enforce: 'pre' as const,
  load(id: string): string | undefined {
    if (buildVersion === undefined || id !== resolve(import.meta.dirname, 'package.json')) return undefined
    return JSON.stringify({ ...JSON.parse(readFileSync(id, 'utf8')), version: buildVersion })
  },
}

export default defineConfig({
  main: {
    plugins: [versionPlugin],
    build: {
      target: 'node18',
      sourcemap: true,
      minify: false,
      externalizeDeps: false,
      rollupOptions: {
        input: mainEntries,
        external,
        output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      sourcemap: true,
      minify: false,
      // The sandboxed preload may require nothing but electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: entry('preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  renderer: {
    root: entry('renderer'),
    plugins: [versionPlugin, react()],
    build: {
      target: 'chrome114',
      sourcemap: true,
      minify: true,
      chunkSizeWarningLimit: 2_000,
      rollupOptions: {
        input: { index: entry('renderer/index.html') },
        output: {
          // Reports of crashes name components.
          keepNames: true,
          // pdf.js looks for its decoder under this name.
          assetFileNames: ({ names }) => `assets/${names.includes(PDF_DECODER) ? '[name]' : '[name]-[hash]'}[extname]`,
        },
      },
    },
  },
})

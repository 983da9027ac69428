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

type ModuleGraph = { readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null }
/**
 * Asks whether a module of ours is that of `path`, or one that it cannot do without. What these use of packages comes along by itself; asked by
 * their imports it would be all that the index of a package names.
 */
const reachedFrom = (path: string): ((id: string, graph: ModuleGraph) => boolean) => {
  const reached = new Set<string>()
  const reach = (id: string, graph: ModuleGraph): void => {
    if (reached.has(id) || id.includes('node_modules')) return
    reached.add(id)
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) reach(imported, graph)
  }
  return (id, graph) => {
    reach(entry(path), graph)
    return reached.has(id)
  }
}
/** What Vite loads the other files with; in the file of the page it would have that one made first. */
const LOADER = 'vite/preload-helper'
const isBefore = reachedFrom('renderer/trusted-types.ts')
const isFirst = reachedFrom('renderer/page.tsx')
/** What the first view needs, in two files: each file more is a request more, which the main process serves while it is at its busiest. */
const firstFiles = [
  {
    debugName: 'before',
    priority: 2,
    name: (id: string, graph: ModuleGraph) => (isBefore(id, graph) || id.includes(LOADER) ? 'before' : null),
  },
  { debugName: 'page', priority: 1, name: (id: string, graph: ModuleGraph) => (isFirst(id, graph) ? 'page' : null) },
]

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
    // Calls are checked in the main process.
    resolve: { alias: { zod: entry('renderer/no-schemas.ts') } },
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
          codeSplitting: { groups: firstFiles },
          // pdf.js looks for its decoder under this name.
          assetFileNames: ({ names }) => `assets/${names.includes(PDF_DECODER) ? '[name]' : '[name]-[hash]'}[extname]`,
        },
      },
    },
  },
})

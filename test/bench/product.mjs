// Owns the product as it is measured: its built files, a data folder for each run, parts of it alone. Refuses to change any of it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import Libsql from 'libsql'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const builtDir = join(root, 'out', 'main')
export const commandFile = join(builtDir, 'cli.js')
export const modelDir = join(root, 'resources', 'model')

/** A program that runs one part of the product alone: the file in parts/ of this name. */
export const partFile = (name) => join(root, 'test', 'bench', 'parts', `${name}.mjs`)

/** A program and its arguments, with a display of its own where there is none. */
export const onDisplay = (command) => {
  const needsDisplay = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
  const virtual = ['xvfb-run', '--auto-servernum', '--server-args=-screen 0 1440x900x24']
  return needsDisplay ? [...virtual, ...command] : command
}

/** Runs `work` with an empty folder that is gone afterwards. */
export const withFolder = async (name, work) => {
  const folder = mkdtempSync(join(tmpdir(), `sluice-bench-${name}-`))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The packages that stay outside the bundles of the product, and the native one that is only read here. */
const EXTERNAL = ['electron', '@lancedb/lancedb', 'apache-arrow', 'libsql', 'onnxruntime-node', 'pdfjs-dist', 'piscina']

/**
 * Bundles named exports of source files into one CommonJS file, so that a part can be measured alone.
 * @param {string} name of the file
 * @param {Record<string, string>} exported name of the export by source file
 * @returns its path
 */
export const bundlePart = async (name, exported) => {
  const folder = join(root, '.cache', 'bench')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${name}.cjs`)
  const contents = Object.entries(exported)
    .map(([file, names]) => `export { ${names} } from './src/${file}'`)
    .join('\n')
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    external: EXTERNAL,
    logLevel: 'error',
  })
  return outfile
}

/** The texts of all current chunks of a data folder that nobody has open, each once: what the model had to read. */
export const readChunkTexts = (dataDir) => {
  const database = new Libsql(join(dataDir, 'sluice.db'), { timeout: 5_000 })
  try {
    const rows = database
      .prepare(
        "SELECT DISTINCT c.text AS text FROM chunks c JOIN contents k ON k.id = c.content_id WHERE k.state = 'current'",
      )
      .all()
    return rows.map(({ text }) => text)
  } finally {
    database.close()
  }
}

/** What the model says of itself: vectors of another one are not comparable. */
export const readModelId = () => JSON.parse(readFileSync(join(modelDir, 'model.json'), 'utf8')).id

// Owns test/fixtures/data-folders: one data folder of each version of the data, as the program of that version left it. Adds that of the present version:
// `node scripts/data-folder-fixture.mjs`. `--program FOLDER` makes it with another checkout, built.
// Refuses: replacing one that is there; what an older version left never changes.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const fixtureFolder = join(root, 'test', 'fixtures', 'data-folders')
const require = createRequire(import.meta.url)

/** What every fixture holds; the tests look for it (test/support/data-folders/fixtures.ts). */
const papers = {
  'boiler.txt':
    'The boiler in the cellar\n\nThe heating boiler must be inspected every October by the chimney sweep. The pressure valve was replaced last spring, and the invoice is in the blue folder.\n',
  'garden/beds.md':
    '# The vegetable beds\n\nTomatoes stand along the southern wall, beans climb beside the shed. Rotate the beds each year so that the soil does not tire.\n',
  'travel/lisbon.html':
    '<html><head><title>Lisbon</title></head><body><h1>Lisbon</h1><p>The yellow tram climbs from the harbour to the castle. Buy the ticket before boarding.</p></body></html>\n',
}
const later = { 'later.txt': 'The piano tuner comes on the second Tuesday of every month and rings twice.\n' }

/** Names of what a folder holds, files only, in order. @param {string} folder @param {string} [before] @returns {string[]} */
const listFiles = (folder, before = '') =>
  readdirSync(join(folder, before), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = before === '' ? entry.name : `${before}/${entry.name}`
      if (entry.isDirectory()) return listFiles(folder, name)
      return entry.isFile() ? [name] : []
    })

/** Of a folder at rest: none of it is looked at by a program of another version. @param {string} name */
const isKept = (name) => !/^(logs|temp|window)\//.test(name) && !/-(wal|shm)$/.test(name)

/**
 * Packs a data folder at rest into one file: JSON, zipped, of the same bytes whenever the folder has the same.
 * @param {string} dataDir @param {{ schema: number, madeBy: string, originals: string }} about
 */
export const packDataFolder = (dataDir, about) => {
  const files = Object.fromEntries(
    listFiles(dataDir)
      .filter(isKept)
      .map((name) => [name, readFileSync(join(dataDir, name)).toString('base64')]),
  )
  const target = join(fixtureFolder, `schema-${String(about.schema).padStart(2, '0')}.json.gz`)
  const packed = gzipSync(JSON.stringify({ ...about, files }), { level: 9 })
  mkdirSync(fixtureFolder, { recursive: true })
  writeFileSync(target, packed)
  process.stdout.write(`${target}: ${packed.length} bytes\n`)
}

/** @param {string} dataDir */
export const foldAndRead = (dataDir) => {
  const Libsql = require('libsql')
  const db = new Libsql(join(dataDir, 'sluice.db'))
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return Number(db.prepare('PRAGMA user_version').get().user_version)
  } finally {
    db.close()
  }
}

/** @param {string} folder @param {Record<string, string>} files */
const write = (folder, files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Papers that are indexed, one that failed, and a job that waits. @param {string} program */
const make = (program) => {
  const base = mkdtempSync(join(tmpdir(), 'sluice-fixture-'))
  const dataDir = join(base, 'data')
  const originals = join(base, 'originals')
  try {
    write(join(originals, 'papers'), papers)
    write(join(originals, 'later'), later)
    const bad = join(root, 'test', 'fixtures', 'bad')
    copyFileSync(join(bad, 'DOCUMENT_CORRUPT.pdf'), join(originals, 'papers', 'damaged.pdf'))
    const cli = join(program, 'out', 'main', 'cli.js')
    /** @param {number} expected @param {string[]} words */
    const sluice = (expected, ...words) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words, '--data-dir', dataDir], {
        encoding: 'utf8',
        env: { ...process.env, SLUICE_DATA_DIR: '' },
      })
      if (status !== expected) throw new Error(`${words.join(' ')} ended with ${status}: ${stdout}${stderr}`)
    }
    // 2: one document is damaged.
    sluice(2, 'ingest', join(originals, 'papers'))
    sluice(0, 'ingest', join(originals, 'later'), '--detach')
    const schema = foldAndRead(dataDir)
    const { version } = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8'))
    const target = join(fixtureFolder, `schema-${String(schema).padStart(2, '0')}.json.gz`)
    if (existsSync(target)) throw new Error(`${target} is there already, and stays as it is`)
    packDataFolder(dataDir, { schema, madeBy: `Sluice ${version}`, originals })
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--program')
  make(at === -1 ? root : resolve(process.argv[at + 1] ?? '.'))
}

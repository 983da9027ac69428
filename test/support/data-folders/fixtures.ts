// Owns the data folders of older versions that tests open: unpacking one, and putting its originals where this machine has them.
// Refuses: making them; scripts/data-folder-fixture.mjs does.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Libsql from 'libsql'

/** They moved into the next version together: no program was ever of one of these alone (make-between.ts). */
export const BETWEEN = { from: 4, to: 16 } as const

const folder = resolve(__dirname, '../../fixtures/data-folders')

type Packed = { schema: number; madeBy: string; originals: string; files: Record<string, string> }

/** The versions of the data that have a fixture, in order. */
export const fixtureVersions = (): number[] =>
  readdirSync(folder)
    .map((name) => /^schema-(\d+)\.json\.gz$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b)

const fileOf = (schema: number): string => join(folder, `schema-${String(schema).padStart(2, '0')}.json.gz`)

export const packedBytes = (schema: number): number => readFileSync(fileOf(schema)).length

/** Makes `dataDir` the data folder of that version, to the byte. */
export const unpackFixture = (schema: number, dataDir: string): Packed => {
  const packed = JSON.parse(gunzipSync(readFileSync(fileOf(schema))).toString('utf8')) as Packed
  for (const [name, bytes] of Object.entries(packed.files)) {
    const path = join(dataDir, name)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, Buffer.from(bytes, 'base64'), { mode: 0o600 })
  }
  return packed
}

/** Text of the document that a job of every fixture waits to read; nobody has read it yet. */
export const LATER = 'The piano tuner comes on the second Tuesday of every month and rings twice.\n'

/** Puts the original that waits to be read into `originals`, and says so in the folder: its paths are of the machine that made it. */
export const placeOriginals = (dataDir: string, { originals: before }: Packed, originals: string): void => {
  mkdirSync(join(originals, 'later'), { recursive: true })
  writeFileSync(join(originals, 'later', 'later.txt'), LATER)
  // As they stand within JSON.
  const [from, to] = [before, originals].map((path) => JSON.stringify(path).slice(1, -1))
  const db = new Libsql(join(dataDir, 'sluice.db'))
  try {
    for (const [table, column] of [
      ['sources', 'location'],
      ['jobs', 'paths'],
      ['tasks', 'locator'],
    ])
      db.prepare(`UPDATE ${table} SET ${column} = replace(${column}, ?, ?)`).run([from, to])
  } finally {
    db.close()
  }
}

/**
 * Owns telling a data folder of Sluice by what lies in it: the one in use, one that was moved and kept, a copy, a backup, another person's. None of
 * them is a document. Refuses: names alone. A person may call a file `sluice.db`, so its bytes are looked at; and opening databases: who does may
 * change them.
 */
import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { NOTES_FOLDER } from '../../shared/notes'
import { SAMPLES_FOLDER } from '../../shared/samples'
import type { Warning } from '../../shared/work'
import { isWithinLater } from '../paths/same-place'
import { ARRIVING, MOVED, ORIGIN } from '../store/whereabouts'
import { errnoOf } from './walk-stat'

/** What is in a data folder to be read: the sample documents, and what a person dropped or pasted as text. */
const READ_FOLDERS = [SAMPLES_FOLDER, NOTES_FOLDER]

const DATABASE = 'sluice.db'
/** The first bytes of every SQLite database. Source: https://www.sqlite.org/fileformat2.html#the_database_header */
const SQLITE = Buffer.from('SQLite format 3\0', 'latin1')
/**
 * Beside a database of that name, any of them says that it is ours: the lock and the word of the program in every folder that was opened, the note in
 * every backup, the words of a move, and the index of a copy that was made by hand.
 */
const COMPANIONS = ['owner.db', 'written-by.json', 'backup.json', MOVED, ORIGIN, 'removing.json', 'vectors']
/** A word of ours has two fields, one of them a path. */
const WORD_BYTES = 64 * 1024

/** Whether a folder lists this name. */
type Lists = (name: string) => boolean | Promise<boolean>
type Fields = Readonly<Record<string, unknown>>

/** A folder as a walk has it: its path in bytes, and the names in it. */
export type Listing = { readonly raw: Buffer; readonly names: readonly Buffer[] }

/**
 * What a folder is: a data folder, which is left out with all that is in it; or the place of one that was removed, where only the `word` is left out:
 * whatever else is there, a person has put there since.
 */
export type Finding = { readonly whole: boolean; readonly problem: Warning }

const inFolder = (folder: Buffer, name: string): Buffer => Buffer.concat([folder, Buffer.from(`/${name}`)])

/** The first bytes of a plain file; `null` for whatever cannot be read as one. Links are not followed, and no pipe is waited for. */
const readStart = async (path: Buffer, bytes: number): Promise<Buffer | null> => {
  try {
    if (!(await lstat(path)).isFile()) return null
    const file = await open(path, constants.O_RDONLY)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown
    return null
  }
}

/** The fields of a word; `null` where there is none, or something else is called so. */
const readWord = async (path: Buffer): Promise<Fields | null> => {
  const bytes = await readStart(path, WORD_BYTES)
  if (bytes === null) return null
  try {
    const word: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof word === 'object' && word !== null ? { ...word } : null
  } catch {
    // Somebody else's file: it is read as a document.
    return null
  }
}

const isPath = (value: unknown): value is string => typeof value === 'string' && /^(\/|\\|[A-Za-z]:)/.test(value)

/** Where the data folder that was here is now; `null` without a word that says so. */
const readMovedTo = async (folder: Buffer): Promise<string | null> => {
  const word = await readWord(inFolder(folder, MOVED))
  return word !== null && isPath(word['to']) && typeof word['movedAt'] === 'string' ? word['to'] : null
}

const problem = (what: string, details: Warning['details'] = {}): Warning => ({
  code: 'OWN_DATA_FOLDER',
  details: { what, ...details },
})

const judge = async (folder: Buffer, lists: Lists): Promise<Finding | null> => {
  if (await lists(ARRIVING)) {
    const word = await readWord(inFolder(folder, ARRIVING))
    if (word !== null && isPath(word['from']) && typeof word['isWhole'] === 'boolean')
      return { whole: true, problem: problem('other') }
  }
  const to = (await lists(MOVED)) ? await readMovedTo(folder) : null
  if (await lists(DATABASE)) {
    const start = await readStart(inFolder(folder, DATABASE), SQLITE.length)
    let isOurs = false
    if (start?.equals(SQLITE) === true) for (const name of COMPANIONS) isOurs ||= await lists(name)
    if (isOurs) return { whole: true, problem: to === null ? problem('other') : problem('moved', { to }) }
  }
  return to === null ? null : { whole: false, problem: problem('word', { to }) }
}

/** What is left in the place of a data folder that was moved away. */
export const WORD = Buffer.from(MOVED)
/** Names that have to be there for a folder to be looked at; most have none of them, and cost nothing. */
const SIGNS = [Buffer.from(DATABASE), WORD, Buffer.from(ARRIVING)]

/** What the names in a folder, and only where they give cause the beginning of a file or two, say about it. */
export const findDataFolder = async ({ raw, names }: Listing): Promise<Finding | null> => {
  if (!names.some((name) => SIGNS.some((sign) => sign.length === name.length && sign.equals(name)))) return null
  const known = new Set(names.map((name) => name.toString('latin1')))
  return judge(raw, (name) => known.has(name))
}

const isThere = async (path: Buffer): Promise<boolean> => {
  try {
    await lstat(path)
    return true
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown
    return false
  }
}

/** The folder right below `outer` that leads to `inner`. */
const firstBelow = (inner: string, outer: string): string => relative(outer, inner).split(sep)[0] ?? ''

/** Of the folders above a place, each with the next one on the way. */
const foldersAbove = (place: string): string[] => {
  const above: string[] = []
  for (let at = dirname(place); isAbsolute(at); at = dirname(at)) {
    above.push(at)
    if (dirname(at) === at) break
  }
  return above
}

/**
 * Why an offered place is not read: it is, or lies in, a data folder and is not among what people may read there. `null`: it is read. Of the place
 * itself only the data folder in use is told here; the walk tells the others when it lists them.
 * @param real with links followed
 */
export const refuseOffered = async (real: string, dataDir: string): Promise<Warning | null> => {
  if (await isWithinLater(real, dataDir)) {
    for (const folder of READ_FOLDERS) if (await isWithinLater(real, join(dataDir, folder))) return null
    return { code: 'OWN_DATA_FOLDER', details: {} }
  }
  const above = foldersAbove(real).filter((folder) => !READ_FOLDERS.includes(firstBelow(real, folder)))
  const found = await Promise.all(
    above.map((folder) => {
      const raw = Buffer.from(folder)
      return judge(raw, (name) => isThere(inFolder(raw, name)))
    }),
  )
  const isRefused = (finding: Finding | null, folder: string): boolean =>
    finding !== null && (finding.whole || real === join(folder, MOVED))
  return found.find((finding, at) => isRefused(finding, above[at] ?? ''))?.problem ?? null
}

/**
 * Owns handing a long request to the Sluice that is open already, through a file in the folder of the window's own files. Chromium sends the words of
 * a second start in one message of at most 32 kB; a longer one is lost, and the first Sluice is taken for one that hangs.
 * Refuses: files of any other name.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors'
import type { StartRequest } from './start-words'

/** Of the words and what is made of them, in a message that also has the working folder. */
const MESSAGE_BYTES = 12_000
const NAME = /^opened-[0-9a-f]{16}\.json$/
export const HANDED_FLAG = '--opened'

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** Whether this would be lost on its way to another process, and has to go by a file. What was handed over already is never handed over again. */
export const needsHandOver = (argv: readonly string[], request: StartRequest): boolean =>
  request.handed === null && sizeOf(argv) + sizeOf(request) > MESSAGE_BYTES

/** Writes the request down; returns the word by which a start finds it. */
export const handOver = (folder: string, request: StartRequest): string => {
  const name = `opened-${randomBytes(8).toString('hex')}.json`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, name), JSON.stringify(request), { flag: 'wx', mode: 0o600 })
  return `${HANDED_FLAG}=${name}`
}

/** The name of a request that was handed over, among the words of a start. */
export const findHanded = (argv: readonly string[]): string | null => {
  const name = argv.find((word) => word.startsWith(`${HANDED_FLAG}=`))?.slice(HANDED_FLAG.length + 1)
  return name !== undefined && NAME.test(name) ? name : null
}

const parse = async (file: string, text: string): Promise<StartRequest> => {
  const { readStartMessage } = await import('./start-message')
  try {
    return readStartMessage(JSON.parse(text))
  } catch (thrown) {
    throw new AppError('FILE_UNREADABLE', { path: file, reason: 'it is no list of what to open' }, { cause: thrown })
  }
}

/** What a request asks for, with what was handed over in a file, which goes. @throws FILE_UNREADABLE, or what keeps it from being read */
export const takeHanded = async (folder: string, request: StartRequest): Promise<StartRequest> => {
  const { handed } = request
  if (handed === null || !NAME.test(handed)) return request
  const file = join(folder, handed)
  const text = await readFile(file, 'utf8')
  await rm(file, { force: true })
  const { links, paths } = await parse(file, text)
  return { links: [...request.links, ...links], paths: [...request.paths, ...paths], handed: null }
}

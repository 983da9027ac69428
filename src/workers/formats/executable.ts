/**
 * Owns telling programs by their first bytes. Refuses: scripts, which are text, and anything that merely begins with the same letters.
 */
import { AppError } from '../../shared/errors'

const hasBytes = (head: Buffer, at: number, hex: string): boolean => {
  const bytes = Buffer.from(hex, 'hex')
  return head.length >= at + bytes.length && head.subarray(at, at + bytes.length).equals(bytes)
}

/** A DOS or Windows program. Two letters are no proof: its header has to make sense. */
const isDosProgram = (head: Buffer): boolean => {
  if (head.length < 64 || (!hasBytes(head, 0, '4d5a') && !hasBytes(head, 0, '5a4d'))) return false
  const newHeader = head.readUInt32LE(60)
  if (newHeader >= 64 && ['PE\0\0', 'NE', 'LE', 'LX'].some((mark) => head.indexOf(mark, newHeader) === newHeader))
    return true
  const [lastPage, pages, headerParagraphs] = [head.readUInt16LE(2), head.readUInt16LE(4), head.readUInt16LE(8)]
  // Text cannot: these are two small numbers, whose upper bytes are zero.
  return lastPage < 512 && pages > 0 && pages < 4_096 && headerParagraphs >= 2 && headerParagraphs < 256
}

/** `cafebabe` begins both a Java class and a Mach-O file for several processors; the number after it tells them apart. */
const cafebabe = (head: Buffer): string | null => {
  if (head.length < 8 || !hasBytes(head, 0, 'cafebabe')) return null
  const next = head.readUInt32BE(4)
  if (next > 0 && next < 30) return 'a Mac program'
  return (next & 0xffff) >= 45 && (next & 0xffff) < 200 ? 'a Java class' : null
}

const startsLikeMach = (head: Buffer): boolean =>
  ['feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabf'].some((mark) => hasBytes(head, 0, mark)) &&
  head.length >= 28

const PROGRAMS: readonly (readonly [string, (head: Buffer) => boolean])[] = [
  [
    'a Linux program',
    (head) => hasBytes(head, 0, '7f454c46') && [1, 2].includes(head[4] ?? 0) && [1, 2].includes(head[5] ?? 0),
  ],
  ['a Windows program', isDosProgram],
  ['a Mac program', startsLikeMach],
  [
    'a WebAssembly program',
    (head) => hasBytes(head, 0, '0061736d') && head.length >= 8 && head[6] === 0 && head[7] === 0,
  ],
  ['an Android program', (head) => /^dex\n\d{3}\0/.test(head.toString('latin1', 0, 8))],
  ['a Windows shortcut', (head) => hasBytes(head, 0, '4c0000000114020000000000c000000000000046')],
]

/** What kind of program begins like this, for a sentence; `null` for everything else. */
export const sniffExecutable = (head: Buffer): string | null =>
  PROGRAMS.find(([, matches]) => matches(head))?.[0] ?? cafebabe(head)

/** @throws EXECUTABLE_FILE */
export const requireNoProgram = (head: Buffer): void => {
  const program = sniffExecutable(head)
  if (program !== null) throw new AppError('EXECUTABLE_FILE', { kind: program })
}

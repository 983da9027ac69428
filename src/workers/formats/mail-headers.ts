/**
 * Owns the header fields of mail: unfolding, encoded words (RFC 2047), parameters (RFC 2045 and 2231), dates.
 * Refuses: where headers are (mail-structure). Every function takes time in proportion to its input.
 */
import { collapseSpace } from '../text/clean'
import { decodeBytes } from './mail-charset'

/** A field as it was written: bytes as Latin-1, unfolded. */
export type Field = { /** In lower case. */ readonly name: string; readonly value: string }

const NAME = /^[!-9;-~]+$/
/** A charset, perhaps with a language after `*`; an encoding; the text, in which old programs left spaces. */
const WORD = /=\?([^?*\s]{1,80})(?:\*[^?\s]{0,40})?\?([bq])\?([^?]*)\?=/gi
const MAX_PARAMETERS = 200

/** Whether a line can begin a header field. */
export const isFieldLine = (line: string): boolean => {
  const colon = line.indexOf(':')
  return colon > 0 && colon <= 200 && NAME.test(line.slice(0, colon).trimEnd())
}

/** The fields of a block of header lines, in order. Lines that are no field are left out. */
export const parseFields = (block: Buffer): Field[] => {
  const fields: { name: string; value: string }[] = []
  for (const line of block.toString('latin1').split(/\r?\n/)) {
    const last = fields[fields.length - 1]
    if (/^[ \t]/.test(line)) {
      if (last) last.value += ` ${line.trimStart()}`
    } else if (isFieldLine(line)) {
      const colon = line.indexOf(':')
      fields.push({ name: line.slice(0, colon).trimEnd().toLowerCase(), value: line.slice(colon + 1).trim() })
    }
  }
  return fields
}

/** The first field of a name; `null` when there is none. */
export const fieldOf = (fields: readonly Field[], name: string): string | null =>
  fields.find((field) => field.name === name)?.value ?? null

const HEX = /=([0-9a-f]{2})/gi

const unquoteWord = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll('_', ' ').replace(HEX, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

const decodeLatin1 = (raw: string): string =>
  // eslint-disable-next-line no-control-regex -- the range is ASCII
  /^[\u0000-\u007f]*$/.test(raw) ? raw : decodeBytes(Buffer.from(raw, 'latin1'), null)

/** The text of a field, on one line. Words that were cut within a character are joined before they are decoded. */
export const decodeField = (raw: string): string => {
  if (!raw.includes('=?')) return collapseSpace(decodeLatin1(raw))
  let text = ''
  let end = 0
  let open: { charset: string; bytes: Buffer[] } | null = null
  const flush = (): void => {
    if (open !== null) text += decodeBytes(Buffer.concat(open.bytes), open.charset)
    open = null
  }
  for (const match of raw.matchAll(WORD)) {
    const [whole, charset = '', encoding = '', word = ''] = match
    const between = raw.slice(end, match.index)
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : unquoteWord(word)
    const next: { charset: string; bytes: Buffer[] } = { charset: charset.toLowerCase(), bytes: [bytes] }
    // Narrowing does not follow assignments in `flush`.
    const current = open
    const adjacent = current !== null && between.trim() === ''
    if (adjacent && current.charset === next.charset) current.bytes.push(bytes)
    else {
      flush()
      if (!adjacent) text += decodeLatin1(between)
      open = next
    }
    end = match.index + whole.length
  }
  flush()
  return collapseSpace(text + decodeLatin1(raw.slice(end)))
}

/** A value with parameters: `text/plain; charset=utf-8`. */
export type Parameterized = {
  /** In lower case, without comments. */
  readonly value: string
  /** By lower-case name. What RFC 2231 cut into pieces is joined and `decoded`; the others are as raw as a field. */
  readonly parameters: ReadonlyMap<string, { readonly text: string; readonly decoded: boolean }>
}

const readQuoted = (raw: string, start: number): { text: string; next: number } => {
  let text = ''
  let at = start
  for (; at < raw.length && raw[at] !== '"'; at += 1) {
    // A backslash before anything but a quote or itself is part of a Windows path.
    if (raw[at] === '\\' && (raw[at + 1] === '"' || raw[at + 1] === '\\')) at += 1
    text += raw[at]
  }
  return { text, next: at + 1 }
}

const readPairs = (raw: string): [string, string][] => {
  const pairs: [string, string][] = []
  for (let at = 0; at < raw.length && pairs.length < MAX_PARAMETERS;) {
    const equals = raw.indexOf('=', at)
    if (equals < 0) break
    const semicolon = raw.indexOf(';', at)
    if (semicolon >= 0 && semicolon < equals) {
      at = semicolon + 1
      continue
    }
    const name = raw.slice(at, equals).trim().toLowerCase()
    let start = equals + 1
    while (raw[start] === ' ' || raw[start] === '\t') start += 1
    if (raw[start] === '"') {
      const { text, next } = readQuoted(raw, start + 1)
      pairs.push([name, text])
      const after = raw.indexOf(';', next)
      at = after < 0 ? raw.length : after + 1
    } else {
      const end = raw.indexOf(';', start)
      pairs.push([name, raw.slice(start, end < 0 ? raw.length : end).trim()])
      at = end < 0 ? raw.length : end + 1
    }
  }
  return pairs
}

type Piece = { readonly order: number; readonly extended: boolean; readonly text: string }

const percentBytes = (text: string): Buffer =>
  Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

/** Joins the pieces of one parameter. The result is text already; encoded words that are left in it are decoded by who shows it. */
const joinPieces = (pieces: readonly Piece[]): string => {
  const sorted = [...pieces].sort((a, b) => a.order - b.order)
  const charset = sorted[0]?.extended ? /^([^']*)'[^']*'/.exec(sorted[0].text) : null
  const bytes = sorted.map(({ extended, text }, index) => {
    const own = index === 0 && charset ? text.slice(charset[0].length) : text
    return extended ? percentBytes(own) : Buffer.from(own, 'latin1')
  })
  return decodeBytes(Buffer.concat(bytes), charset?.[1] ?? null)
}

/** Reads a field such as Content-Type or Content-Disposition. */
export const parseParameterized = (raw: string): Parameterized => {
  const semicolon = raw.indexOf(';')
  const head = semicolon < 0 ? raw : raw.slice(0, semicolon)
  const parameters = new Map<string, { text: string; decoded: boolean }>()
  const pieces = new Map<string, Piece[]>()
  for (const [name, text] of semicolon < 0 ? [] : readPairs(raw.slice(semicolon + 1))) {
    const split = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/.exec(name)
    if (split === null) {
      if (!parameters.has(name)) parameters.set(name, { text, decoded: false })
      continue
    }
    const [, base = '', order, mark] = split
    const list = pieces.get(base) ?? []
    list.push({ order: Number(order ?? 0), extended: order === undefined || mark === '*', text })
    pieces.set(base, list)
  }
  for (const [name, list] of pieces) parameters.set(name, { text: joinPieces(list), decoded: true })
  return { value: (/^[^\s(;]+/.exec(head.trim())?.[0] ?? '').toLowerCase(), parameters }
}

/** A parameter as text; `null` when it is not there or empty. Encoded words have no place in one, but are common. */
export const parameterOf = ({ parameters }: Parameterized, name: string): string | null => {
  const found = parameters.get(name)
  if (found === undefined) return null
  return (found.decoded && !found.text.includes('=?') ? collapseSpace(found.text) : decodeField(found.text)) || null
}

/** Milliseconds since 1970 of a Date field, or `null`. */
export const parseDate = (raw: string | null): number | null => {
  if (raw === null) return null
  const ms = Date.parse(
    raw
      .slice(0, 200)
      .replace(/\([^()]*\)/g, ' ')
      .trim(),
  )
  return Number.isFinite(ms) ? ms : null
}

/**
 * Owns the parts of a mail: where each begins and ends, and what its headers say. One pass over the bytes, whatever they nest.
 * Refuses: decoding bodies, and choosing what is text and what is attached (mail-plan).
 */
import type { Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { BOUNDARY_CHARS, findBoundary, findBodyEnd, readHeaderBlock, type Reader } from './mail-boundaries'
import { fieldOf, parameterOf, parseFields, parseParameterized, type Field } from './mail-headers'
import { createWindow } from './mail-source'
import { transferOf, type Transfer } from './mail-transfer'

const KiB = 1024
/** Mail in mail and groups in groups; what is deeper is one piece of text. */
const MAX_DEPTH = 200
/** Times the limit. */
const COUNTED_PARTS = 10

export type MailPart = {
  readonly id: number
  /** `null` for the mail itself. */
  readonly parent: number | null
  /** `message`: a mail within the mail, shown with it; its only child is the root of that. `buried`: one that is too deep to be looked at. */
  readonly shape: 'leaf' | 'group' | 'message' | 'buried'
  /** Media type in lower case: `text/plain`. */
  readonly type: string
  readonly charset: string | null
  readonly transfer: Transfer
  readonly disposition: string | null
  readonly fileName: string | null
  readonly contentId: string | null
  /** `format=flowed`, `delsp=yes` (RFC 3676). */
  readonly flowed: boolean
  readonly delSp: boolean
  /** All fields, of the mail itself and of mails in it; empty for other parts. */
  readonly fields: readonly Field[]
  /** The body, encoded as `transfer` says. */
  readonly start: number
  readonly end: number
}

export type MailStructure = {
  /** Parents before their children, in the order of the mail. */
  readonly parts: readonly MailPart[]
  /** Text of the mail itself before its first part and after its last. */
  readonly before: MailPart | null
  readonly after: MailPart | null
  readonly warnings: readonly Warning[]
}

type Open = { -readonly [K in keyof MailPart]: MailPart[K] }
type Pace = { readonly signal: AbortSignal; readonly beat: () => void }

const MEDIA_TYPE = /^[\w!#$&.+^-]+\/[\w!#$&.+^-]+$/

/** `message/rfc822` that is shown with the mail it is in; one that is attached, or encoded, is handed on as a file. */
const isShownMessage = ({ type, disposition, fileName, transfer }: Open): boolean =>
  (type === 'message/rfc822' || type === 'message/global') &&
  disposition !== 'attachment' &&
  fileName === null &&
  transfer === 'none'

const describePart = (
  block: Buffer,
  id: number,
  parent: Open | null,
  start: number,
): { part: Open; boundary: string | null } => {
  const fields = parseFields(block)
  const otherwise = parent?.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
  const type = parseParameterized(fieldOf(fields, 'content-type') ?? otherwise)
  const disposition = parseParameterized(fieldOf(fields, 'content-disposition') ?? '')
  const isMail = parent === null || parent.shape === 'message'
  const mediaType = MEDIA_TYPE.test(type.value) ? type.value : otherwise
  const boundary = type.parameters.get('boundary')?.text.trimEnd() ?? ''
  const part: Open = {
    id,
    parent: parent?.id ?? null,
    shape: 'leaf',
    type: mediaType,
    charset: parameterOf(type, 'charset'),
    transfer: transferOf(fieldOf(fields, 'content-transfer-encoding')),
    disposition: disposition.value || null,
    fileName: parameterOf(disposition, 'filename') ?? parameterOf(type, 'name'),
    contentId: fieldOf(fields, 'content-id'),
    flowed: parameterOf(type, 'format')?.toLowerCase() === 'flowed',
    delSp: parameterOf(type, 'delsp')?.toLowerCase() === 'yes',
    fields: isMail ? fields : [],
    start,
    end: start,
  }
  const group = mediaType.startsWith('multipart/') && boundary !== '' && boundary.length <= BOUNDARY_CHARS - 10
  if (group) part.shape = 'group'
  else if (isShownMessage(part)) part.shape = 'message'
  return { part, boundary: group ? boundary : null }
}

/** The groups and mails that are open, and the boundaries that end or divide them. */
class OpenParts {
  readonly #stack: { part: Open; boundary: string | null }[] = []
  readonly #levels = new Map<string, number[]>()

  get top(): Open | null {
    return this.#stack[this.#stack.length - 1]?.part ?? null
  }
  get depth(): number {
    return this.#stack.length
  }
  /** Mails around what comes next, that of the file not counted. */
  get mails(): number {
    return this.#stack.filter(({ part }) => part.shape === 'message').length
  }
  get divided(): boolean {
    return this.#levels.size > 0
  }

  push(part: Open, boundary: string | null): void {
    if (boundary !== null) {
      const levels = this.#levels.get(boundary) ?? []
      levels.push(this.#stack.length)
      this.#levels.set(boundary, levels)
    }
    this.#stack.push({ part, boundary })
  }

  /** Closes everything above `depth`. */
  closeTo(depth: number, end: number): void {
    while (this.#stack.length > depth) {
      const closed = this.#stack.pop()
      if (closed === undefined) return
      closed.part.end = end
      if (closed.boundary === null) continue
      const levels = this.#levels.get(closed.boundary)
      levels?.pop()
      if (levels?.length === 0) this.#levels.delete(closed.boundary)
    }
  }

  /** What a line that begins with two dashes is: at which level, and whether it closes that. */
  match = (line: string): { level: number; closes: boolean } | null => {
    const text = line.slice(2)
    const level = this.#levels.get(text)?.at(-1)
    if (level !== undefined) return { level, closes: false }
    if (!text.endsWith('--')) return null
    const closed = this.#levels.get(text.slice(0, -2))?.at(-1)
    return closed === undefined ? null : { level: closed, closes: true }
  }
}

/** What mail programs write before the first boundary, for those that cannot read what follows. */
const MIME_NOTICE = /\bMIME\b|multi-?part/i
/** A boundary that is written once too often. */
const BOUNDARY_LINES = /^\s*(?:--\S*(?:\s+|$))*$/

/** Text of the mail itself outside of its parts, before the first boundary or after the last: a list server added it, or an old program. */
const makeLooseText = (reader: Reader, root: Open, start: number, end: number, id: number): Open | null => {
  const text = reader.read(start, Math.min(4 * KiB, end - start)).toString('latin1')
  if (root.shape !== 'group' || BOUNDARY_LINES.test(text) || MIME_NOTICE.test(text.slice(0, 200))) return null
  return {
    ...root,
    ...{ id, parent: root.id, shape: 'leaf', type: 'text/plain', charset: null, transfer: 'none', fields: [] },
    ...{ disposition: null, fileName: null, contentId: null, start, end },
  }
}

/** A group in which no boundary was found is text: nothing of it is lost. */
const withoutEmptyGroups = (parts: readonly Open[]): MailPart[] => {
  const parents = new Set(parts.map(({ parent }) => parent))
  return parts.map((part) =>
    part.shape === 'group' && !parents.has(part.id) && part.end > part.start
      ? { ...part, shape: 'leaf', type: 'text/plain', transfer: 'none' }
      : part,
  )
}

/**
 * Finds the parts of a mail. Damage is never an error: what is not understood is text of the part it is in.
 * @throws CANCELLED
 */
export const readMailStructure = async (
  source: ByteSource,
  { limits, signal, beat }: Pace & { readonly limits: Limits },
): Promise<MailStructure> => {
  const reader: Reader = { sizeBytes: source.sizeBytes, read: createWindow(source) }
  const maxParts = limits['mail.parts']
  const maxHeaderBytes = limits['mail.headerBytes']
  const parts: Open[] = []
  const open = new OpenParts()
  let count = 0
  let headersCut = 0
  let closedAt: number | null = null
  let openedAt: number | null = null

  /** Begins the part at `start`, and those that begin with it. Returns the leaf that is open now and where its body begins. */
  const begin = (start: number): { leaf: Open | null; next: number } => {
    for (let at = start; ;) {
      const { block, bodyStart, cut } = readHeaderBlock(reader, at, maxHeaderBytes, (line) => open.match(line) !== null)
      if (cut) headersCut += 1
      const { part, boundary } = describePart(block, parts.length, open.top, bodyStart)
      count += 1
      if (open.depth >= MAX_DEPTH) part.shape = 'leaf'
      else if (part.shape === 'message' && open.mails >= limits['archive.depth']) part.shape = 'buried'
      // A group without a boundary, or too deep, is text: nothing of it is lost.
      if (part.shape === 'leaf' && part.type.startsWith('multipart/')) part.type = 'text/plain'
      if (parts.length < maxParts) parts.push(part)
      if (part.shape === 'leaf' || part.shape === 'buried') return { leaf: part, next: bodyStart }
      open.push(part, boundary)
      if (part.shape === 'group') return { leaf: null, next: bodyStart }
      at = bodyStart
    }
  }

  let { leaf, next } = begin(0)
  // Parts are counted beyond the limit, but not for ever.
  while (open.divided && count <= maxParts * COUNTED_PARTS) {
    const line = await findBoundary(reader, next, open.match, { signal, beat })
    if (line === null) break
    const { found, lineStart } = line
    const end = findBodyEnd(reader, leaf?.start ?? open.top?.start ?? 0, lineStart)
    if (leaf) leaf.end = end
    open.closeTo(found.closes ? found.level : found.level + 1, end)
    ;({ leaf, next } = found.closes ? { leaf: null, next: line.next } : begin(line.next))
    if (found.level === 0) openedAt ??= lineStart
    if (found.closes && found.level === 0) closedAt = line.next
    if (count % 100 === 0) await breathe(signal, beat)
  }
  if (leaf) leaf.end = source.sizeBytes
  const cutOff = open.divided && parts.length > 1 && count <= maxParts * COUNTED_PARTS
  open.closeTo(0, source.sizeBytes)

  const warnings: Warning[] = []
  if (count > maxParts)
    warnings.push({ code: 'MAIL_PARTS_LIMIT', details: { limit: maxParts, actual: count, setting: 'mail.parts' } })
  const limit = limits['archive.depth']
  if (parts.some(({ shape }) => shape === 'buried'))
    warnings.push({ code: 'MAIL_DEPTH_LIMIT', details: { limit, setting: 'archive.depth' } })
  if (headersCut > 0)
    warnings.push({ code: 'MAIL_HEADER_LIMIT', details: { limit: maxHeaderBytes, setting: 'mail.headerBytes' } })
  if (cutOff) warnings.push({ code: 'MAIL_TRUNCATED', details: {} })
  const [root] = parts
  const loose = (start: number, end: number | null, id: number): MailPart | null =>
    root && end !== null ? makeLooseText(reader, root, start, end, id) : null
  return {
    parts: withoutEmptyGroups(parts),
    before: loose(root?.start ?? 0, openedAt, parts.length),
    after: closedAt === null ? null : loose(closedAt, source.sizeBytes, parts.length + 1),
    warnings,
  }
}

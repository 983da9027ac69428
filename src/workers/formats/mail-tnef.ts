/**
 * Owns `winmail.dat`, the envelope in which Outlook sends what other mail programs cannot show ([MS-OXTNEF]): its text and its files.
 * Refuses: calendars, named properties, checksums. What is damaged ends the list; what came before it is kept.
 */
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { decodeBytes } from './mail-charset'
import { unpackRtf } from './msg-rtf'
import { encodingOfCodePage } from './rtf-words'

const MARK = 0x223e9f78
const MARK_BYTES = 6
const ATTRIBUTE_BYTES = 9
const CHECKSUM_BYTES = 2
const MAX_PROPERTIES = 2_000
/** Of the properties of a mail or an attachment; what is attached as a file stands beside them. */
const MAX_PROPERTY_BYTES = 64 * 1024 * 1024
const MESSAGE_LEVEL = 1

/** Attributes that are read. */
const attributes = {
  begin: 0x00069002,
  title: 0x00018010,
  bytes: 0x0006800f,
  attachment: 0x00069005,
  properties: 0x00069003,
  codePage: 0x00069007,
  text: 0x0002800c,
} as const

const ids = { longName: 0x3707, object: 0x3701, text: 0x1000, rtf: 0x1009, html: 0x1013 } as const
/** Bytes of values that have a fixed size, by type. */
const fixedBytes: Readonly<Record<number, number>> = {
  0x02: 4,
  0x03: 4,
  0x04: 4,
  0x05: 8,
  0x06: 8,
  0x07: 8,
  0x0a: 4,
  0x0b: 4,
  0x14: 8,
  0x40: 8,
  0x48: 16,
}

const WIDE = 0x1f
const OBJECT = 0x0d
const MANY = 0x1000
const FIRST_NAMED = 0x8000
/** Before the bytes of an object: what it is. */
const OBJECT_ID_BYTES = 16

export type TnefItem = {
  readonly name: string
  readonly sizeBytes: number
  readonly read: () => Buffer
}

type Value = { readonly type: number; readonly bytes: Buffer }

/** The first value of each property. Stops where the bytes make no sense. */
const readProperties = (bytes: Buffer): Map<number, Value> => {
  const found = new Map<number, Value>()
  let at = 4
  const has = (count: number): boolean => count >= 0 && at + count <= bytes.length
  const skipNamed = (): boolean => {
    if (!has(20)) return false
    const byName = bytes.readUInt32LE(at + 16) === 1
    at += 20
    if (!has(4)) return false
    const length = bytes.readUInt32LE(at)
    at += 4
    if (byName) at += Math.ceil(length / 4) * 4
    return has(0)
  }
  for (
    let left = bytes.length < 4 ? 0 : Math.min(MAX_PROPERTIES, bytes.readUInt32LE(0));
    left > 0 && has(4);
    left -= 1
  ) {
    const stated = bytes.readUInt16LE(at)
    const id = bytes.readUInt16LE(at + 2)
    const type = stated & ~MANY
    at += 4
    if (id >= FIRST_NAMED && !skipNamed()) return found
    const fixed = fixedBytes[type]
    let count = 1
    if (fixed === undefined || (stated & MANY) !== 0) {
      if (!has(4)) return found
      count = bytes.readUInt32LE(at)
      at += 4
    }
    for (let value = 0; value < count; value += 1) {
      if (fixed === undefined && !has(4)) return found
      const length = fixed ?? bytes.readUInt32LE(at)
      if (fixed === undefined) at += 4
      if (!has(length)) return found
      if (value === 0 && !found.has(id)) found.set(id, { type, bytes: bytes.subarray(at, at + length) })
      at += Math.ceil(length / 4) * 4
    }
  }
  return found
}

const textOf = (value: Value | undefined, encoding: string | null): string | null => {
  if (value === undefined) return null
  const text = value.type === WIDE ? value.bytes.toString('utf16le') : decodeBytes(value.bytes, encoding)
  return text.replace(/(?<!\0)\0+$/, '')
}

const itemOf = (name: string, bytes: Buffer): TnefItem => ({ name, sizeBytes: bytes.length, read: () => bytes })

/** The text of the mail, the best form of it that is there. */
const bodyOf = (properties: Map<number, Value>, encoding: string | null): TnefItem | null => {
  const html = properties.get(ids.html)
  if (html && html.bytes.length > 0) return itemOf('message.html', html.bytes)
  const rtf = unpackRtf(properties.get(ids.rtf)?.bytes ?? Buffer.alloc(0))
  if (rtf && rtf.length > 0) return itemOf('message.rtf', rtf)
  const text = textOf(properties.get(ids.text), encoding)
  return text ? itemOf('message.txt', Buffer.from(text)) : null
}

type Open = { name: string | null; start: number; end: number; object: Buffer | null }

export const isTnef = (head: Buffer): boolean => head.length >= MARK_BYTES && head.readUInt32LE(0) === MARK

/** What is in an envelope; at most `maxItems`. `truncated`: it ends in the middle of something. */
export const readTnef = (source: ByteSource, maxItems: number): { items: TnefItem[]; truncated: boolean } => {
  const files: Open[] = []
  let encoding: string | null = null
  let body: TnefItem | null = null
  let at = MARK_BYTES
  let truncated = false
  while (at < source.sizeBytes) {
    const head = readBytes(source, at, ATTRIBUTE_BYTES)
    if (head.length < ATTRIBUTE_BYTES) break
    const id = head.readUInt32LE(1)
    const start = at + ATTRIBUTE_BYTES
    const end = start + head.readUInt32LE(5)
    truncated = end > source.sizeBytes
    if (truncated) break
    const read = (): Buffer => readBytes(source, start, Math.min(end - start, MAX_PROPERTY_BYTES))
    const file = files[files.length - 1]
    if (id === attributes.begin) {
      if (files.length >= maxItems) break
      files.push({ name: null, start: 0, end: 0, object: null })
    } else if (id === attributes.codePage && end - start >= 4) encoding = encodingOfCodePage(read().readUInt32LE(0))
    else if (id === attributes.properties) body = bodyOf(readProperties(read()), encoding) ?? body
    else if (id === attributes.text && head[0] === MESSAGE_LEVEL) {
      const text = decodeBytes(read(), encoding).replace(/(?<!\0)\0+$/, '')
      if (text !== '') body ??= itemOf('message.txt', Buffer.from(text))
    } else if (file && id === attributes.title) file.name ??= decodeBytes(read(), encoding).replace(/(?<!\0)\0+$/, '')
    else if (file && id === attributes.bytes) Object.assign(file, { start, end })
    else if (file && id === attributes.attachment) {
      const properties = readProperties(read())
      file.name = textOf(properties.get(ids.longName), encoding) || file.name
      const object = properties.get(ids.object)
      if (object?.type === OBJECT) file.object = object.bytes.subarray(OBJECT_ID_BYTES)
    }
    at = end + CHECKSUM_BYTES
  }
  const items = files.map(({ name, start, end, object }, index): TnefItem => {
    const stated = name ?? ''
    if (end > start || object === null) {
      return {
        name: stated || `attachment-${index + 1}.bin`,
        sizeBytes: end - start,
        read: () => readBytes(source, start, end - start),
      }
    }
    return itemOf(`${stated || `attachment-${index + 1}`}${isTnef(object) ? '.dat' : ''}`, object)
  })
  return { items: body === null ? items : [body, ...items], truncated }
}

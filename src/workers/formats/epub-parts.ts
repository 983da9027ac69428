/**
 * Owns what stands around the chapters of an e-book: its package document, the order of its chapters and their names. Refuses: the chapters.
 */
import { posix } from 'node:path'
import { AppError } from '../../shared/errors'
import { collapseSpace } from '../text/clean'
import { optional, type Reading } from './ooxml-package'
import { attribute, readXml, type XmlAttributes } from './xml'
import type { ZipPackage } from './zip-package'

const CONTAINER = 'META-INF/container.xml'
const ENCRYPTION = 'META-INF/encryption.xml'
/** Fonts are scrambled by these; the text is not. */
const FONT_SCRAMBLING = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/
const MAX_CHAPTERS = 10_000
const MAX_NAME_CHARS = 200

export type Chapter = { readonly part: string; readonly name: string | null }
export type Book = {
  readonly title: string | null
  readonly language: string | null
  readonly chapters: readonly Chapter[]
}

const decodeName = (href: string): string => {
  const [path = ''] = href.split(/[#?]/, 1)
  try {
    return decodeURIComponent(path)
  } catch {
    // A percent sign that stands for itself.
    return path
  }
}
/** The part that a reference leads to, from the part in which it stands. */
export const resolvePart = (from: string, href: string): string =>
  posix.normalize(posix.join(posix.dirname(from), decodeName(href))).replace(/^(?:\.\.\/)+/, '')

const none = (): void => undefined

const findPackage = async (source: ZipPackage, context: Reading): Promise<string> => {
  let path: string | null = null
  const open = (tag: string, attributes: XmlAttributes): void => {
    if (tag === 'rootfile') path ??= attribute(attributes, 'full-path')
  }
  if (source.has(CONTAINER))
    await optional(
      readXml(await source.open(CONTAINER), { open, close: none, text: none }, context, { named: true }),
      undefined,
    )
  const stated = path as string | null
  const found =
    stated !== null && source.has(stated) ? stated : source.names.find((name) => name.toLowerCase().endsWith('.opf'))
  if (found === undefined) throw new AppError('DOCUMENT_CORRUPT', { reason: 'its main part is missing' })
  return found
}

/** Names of chapters from a table of contents: NCX (`navPoint`) or a page (`nav`). The first name of a part counts. */
const readNames = async (source: ZipPackage, part: string, context: Reading): Promise<Map<string, string>> => {
  const names = new Map<string, string>()
  let text = ''
  let href: string | null = null
  const put = (): void => {
    const name = collapseSpace(text).slice(0, MAX_NAME_CHARS)
    if (href !== null && name !== '') {
      const target = resolvePart(part, href)
      if (!names.has(target)) names.set(target, name)
    }
    href = null
  }
  const handlers = {
    open: (tag: string, attributes: XmlAttributes) => {
      if (tag === 'navPoint' || tag === 'a') text = ''
      if (tag === 'a') href = attribute(attributes, 'href')
      if (tag === 'content') {
        href = attribute(attributes, 'src')
        put()
      }
    },
    close: (tag: string) => {
      if (tag === 'a') put()
    },
    text: (piece: string) => {
      if (text.length < MAX_NAME_CHARS) text += piece
    },
  }
  await readXml(await source.open(part), handlers, context, { named: true })
  return names
}

type Item = { href: string; type: string; properties: string }

/** What the package document says: items by id, the ids of the chapters in reading order, the metadata. */
const readPackage = async (source: ZipPackage, part: string, context: Reading) => {
  const items = new Map<string, Item>()
  const spine: string[] = []
  const facts: Record<string, string> = {}
  let contents: string | null = null
  let tag = ''
  const handlers = {
    open: (name: string, attributes: XmlAttributes) => {
      tag = name
      const id = attribute(attributes, 'id') ?? ''
      if (name === 'item')
        items.set(id, {
          href: resolvePart(part, attribute(attributes, 'href') ?? ''),
          type: attribute(attributes, 'media-type') ?? '',
          properties: attribute(attributes, 'properties') ?? '',
        })
      if (name === 'spine') contents = attribute(attributes, 'toc')
      if (name === 'itemref' && spine.length < MAX_CHAPTERS) spine.push(attribute(attributes, 'idref') ?? '')
      // Of several titles the first is the title.
      if ((name === 'title' || name === 'language') && facts[name] !== undefined) tag = ''
    },
    close: () => {
      tag = ''
    },
    text: (text: string) => {
      if (tag === 'title' || tag === 'language') facts[tag] = `${facts[tag] ?? ''}${text}`
    },
  }
  await readXml(await source.open(part), handlers, context, { named: true })
  return { items, spine, facts, contents: contents as string | null }
}

/** Whether some of the book's parts are encrypted for one reader. @throws DOCUMENT_ENCRYPTED */
const requireOpen = async (source: ZipPackage, chapters: readonly Chapter[], context: Reading): Promise<void> => {
  if (!source.has(ENCRYPTION)) return
  const locked = new Set<string>()
  let scrambled = false
  const open = (tag: string, attributes: XmlAttributes): void => {
    if (tag === 'EncryptionMethod') scrambled = FONT_SCRAMBLING.test(attribute(attributes, 'Algorithm') ?? '')
    if (tag === 'CipherReference' && !scrambled) locked.add(decodeName(attribute(attributes, 'URI') ?? ''))
  }
  await optional(readXml(await source.open(ENCRYPTION), { open, close: none, text: none }, context), undefined)
  if (chapters.some(({ part }) => locked.has(part)))
    throw new AppError('DOCUMENT_ENCRYPTED', { reason: 'it is protected against copying' })
}

const isPage = ({ type, href }: Item): boolean =>
  /x?html|xml$/.test(type) ? !type.includes('ncx') : /\.x?html?$/i.test(href)

/** The book's chapters in reading order, with their names. @throws DOCUMENT_CORRUPT, DOCUMENT_ENCRYPTED */
export const readBook = async (source: ZipPackage, context: Reading): Promise<Book> => {
  const { items, spine, facts, contents } = await readPackage(source, await findPackage(source, context), context)
  const navigation = [...items.values()].find(({ properties }) => properties.split(/\s+/).includes('nav'))
  const ncx = items.get(contents ?? '') ?? [...items.values()].find(({ type }) => type.includes('ncx'))
  const names = new Map<string, string>()
  for (const table of [navigation, ncx])
    if (table && names.size === 0 && source.has(table.href))
      for (const [part, name] of await optional(readNames(source, table.href, context), new Map<string, string>()))
        names.set(part, name)
  const pages = spine.flatMap((id) => items.get(id) ?? []).filter(isPage)
  // A book without an order is read in the order of its list.
  const listed = pages.length > 0 ? pages : [...items.values()].filter((item) => isPage(item) && item !== navigation)
  const chapters = [...new Set(listed.map(({ href }) => href))].map((part) => ({ part, name: names.get(part) ?? null }))
  await requireOpen(source, chapters, context)
  return {
    title: collapseSpace(facts['title'] ?? '') || null,
    language: /^[a-z]{2,3}\b/i.exec(facts['language']?.trim() ?? '')?.[0].toLowerCase() ?? null,
    chapters,
  }
}

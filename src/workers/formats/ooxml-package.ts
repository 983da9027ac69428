/**
 * Owns what all Office packages (OOXML) have in common: opening them, encrypted or not, their relationships and their properties.
 * Refuses: knowing any application, following links to the outside.
 */
import { posix } from 'node:path'
import { AppError } from '../../shared/errors'
import type { DocumentKind } from '../../shared/kinds'
import type { Format, FormatContext, FormatFacts, ItemBytes } from './format'
import { attribute, readXml } from './xml'
import { openZipPackage, type ZipPackage } from './zip-package'

export type Reading = Pick<FormatContext, 'limits' | 'signal' | 'beat'>

const OLE_START = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/**
 * Opens a package; the caller closes it. An encrypted one is opened with the passwords of the context.
 * @throws DOCUMENT_ENCRYPTED, PASSWORD_WRONG, DOCUMENT_CORRUPT, DOCUMENT_BOMB, FILE_TOO_LARGE
 */
export const openOfficePackage = async (item: ItemBytes, context: FormatContext): Promise<ZipPackage> => {
  if (!item.head.subarray(0, 8).equals(OLE_START)) return openZipPackage(item, context)
  const [{ openOleFile }, { decryptPackage }] = await Promise.all([import('./ole-file'), import('./ooxml-encryption')])
  const bytes = await decryptPackage(await openOleFile(item), context)
  return openZipPackage({ sizeBytes: bytes.length, read: async () => bytes }, context)
}

/** How sure a sample is a package of `kind`: by its signature, else by its name where that has to do. */
export const detectPackage =
  (kind: DocumentKind, extensions: readonly string[]): Format['detect'] =>
  ({ signature, extension }) => {
    if (signature === kind) return 0.99
    if (!extensions.includes(extension)) return null
    return signature === 'encrypted' ? 0.9 : signature === null ? 0.3 : null
  }

export type Relationship = {
  readonly id: string
  /** Last part of its type: `header`, `footnotes`, `chart`, … */ readonly type: string
  readonly target: string
}

/** The relationships of a part that lead to other parts, targets as names in the package. */
export const readRelationships = async (
  source: ZipPackage,
  part: string,
  context: Reading,
): Promise<Relationship[]> => {
  const folder = posix.dirname(part)
  const name = posix.join(folder, '_rels', `${posix.basename(part)}.rels`)
  const found: Relationship[] = []
  if (!source.has(name)) return found
  const open = (tag: string, attributes: Readonly<Record<string, string>>): void => {
    // What is linked from outside is never fetched.
    if (tag !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return
    const target = attribute(attributes, 'Target') ?? ''
    const type = attribute(attributes, 'Type') ?? ''
    found.push({
      id: attribute(attributes, 'Id') ?? '',
      type: type.slice(type.lastIndexOf('/') + 1),
      target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
    })
  }
  await readXml(await source.open(name), { open, close: () => undefined, text: () => undefined }, context)
  return found
}

/** The parts of some kinds that a part refers to and that are there, each once. */
export const partsOf = (source: ZipPackage, relationships: readonly Relationship[], type: string): string[] => [
  ...new Set(relationships.filter((each) => each.type === type && source.has(each.target)).map(({ target }) => target)),
]

/** Something beside the text that may be broken: then it is left out. */
export const optional = async <T>(reading: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await reading
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'DOCUMENT_CORRUPT') return otherwise
    throw thrown
  }
}

/** The part that the package is about. @throws DOCUMENT_CORRUPT when there is none */
export const findMainPart = async (source: ZipPackage, usual: string, context: Reading): Promise<string> => {
  // The relationships of the package itself are those of a part without a name.
  const stated = (await optional(readRelationships(source, '', context), [])).find(
    ({ type }) => type === 'officeDocument',
  )
  const part = stated && source.has(stated.target) ? stated.target : usual
  if (!source.has(part)) throw new AppError('DOCUMENT_CORRUPT', { reason: 'its main part is missing' })
  return part
}

/** Title and language of the document's properties. */
const readCoreProperties = async (
  source: ZipPackage,
  part: string,
  context: Reading,
): Promise<{ title: string | null; language: string | null }> => {
  const found: Record<string, string> = {}
  let tag = ''
  await readXml(
    await source.open(part),
    {
      open: (name) => {
        tag = name
      },
      close: () => {
        tag = ''
      },
      text: (text) => {
        if (tag === 'title' || tag === 'language') found[tag] = (found[tag] ?? '') + text
      },
    },
    context,
  )
  return {
    title: found['title']?.trim() || null,
    language: /^[a-z]{2}\b/i.exec(found['language']?.trim() ?? '')?.[0].toLowerCase() ?? null,
  }
}

/** What the package or the metadata of another package says about itself; nothing when that cannot be read. */
export const readProperties = async (
  source: ZipPackage,
  context: Reading,
  part = 'docProps/core.xml',
): Promise<Partial<FormatFacts>> =>
  source.has(part) ? optional<Partial<FormatFacts>>(readCoreProperties(source, part, context), {}) : {}

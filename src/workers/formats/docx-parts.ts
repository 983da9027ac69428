/**
 * Owns what stands around the text of a Word document: its relationships, styles and properties. Refuses: the text itself.
 */
import { posix } from 'node:path'
import type { FormatContext } from './format'
import { attribute, readXml } from './xml'
import type { ZipPackage } from './zip-package'

type Reading = Pick<FormatContext, 'limits' | 'signal' | 'beat'>

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

/** What a paragraph style means. */
export type StyleMeaning = { /** From 1; `null` for text. */ readonly level: number | null; readonly list: boolean }

type Style = { name: string; basedOn: string | null; outline: number | null; list: boolean }

/** Outline levels from this on are body text. */
const BODY_OUTLINE = 9
/** Styles build on styles; a loop ends here. */
const MAX_STEPS = 20

const meaningOf = (id: string, styles: ReadonlyMap<string, Style>): StyleMeaning => {
  let level: number | null = null
  let list = false
  let next: string | null = id
  for (let step = 0; next !== null && step < MAX_STEPS; step += 1) {
    const style: Style | undefined = styles.get(next)
    if (!style) break
    list ||= style.list
    const named = /^heading\s*(\d)/i.exec(style.name)?.[1]
    // The title stands above all headings.
    if (level === null && /^title$/i.test(style.name)) level = 1
    else if (level === null && named) level = Number(named) + 1
    else if (level === null && style.outline !== null && style.outline < BODY_OUTLINE) level = style.outline + 2
    next = style.basedOn
  }
  return { level, list: list && level === null }
}

/** The meaning of each paragraph style by its id. */
export const readStyles = async (
  source: ZipPackage,
  part: string,
  context: Reading,
): Promise<Map<string, StyleMeaning>> => {
  const styles = new Map<string, Style>()
  let current: Style | null = null
  const open = (tag: string, attributes: Readonly<Record<string, string>>): void => {
    const value = attribute(attributes, 'val')
    if (tag === 'style') {
      current = { name: '', basedOn: null, outline: null, list: false }
      styles.set(attribute(attributes, 'styleId') ?? '', current)
    } else if (!current) return
    else if (tag === 'name') current.name = value ?? ''
    else if (tag === 'basedOn') current.basedOn = value
    else if (tag === 'outlineLvl') current.outline = Number(value ?? BODY_OUTLINE)
    else if (tag === 'numId') current.list = value !== '0'
  }
  const close = (tag: string): void => {
    if (tag === 'style') current = null
  }
  await readXml(await source.open(part), { open, close, text: () => undefined }, context)
  return new Map([...styles.keys()].map((id) => [id, meaningOf(id, styles)]))
}

/** Title and language of the document's properties. */
export const readProperties = async (
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

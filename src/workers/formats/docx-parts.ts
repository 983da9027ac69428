/**
 * Owns the styles of a Word document: what each makes of a paragraph. Refuses: the text itself.
 */
import type { Reading } from './ooxml-package'
import { attribute, readXml } from './xml'
import type { ZipPackage } from './zip-package'

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

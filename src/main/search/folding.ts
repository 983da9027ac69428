/**
 * Owns which hits say the same: passages whose runs of words are nearly all equal.
 * Source: Broder, "On the resemblance and containment of documents", 1997 (shingles and their Jaccard resemblance).
 * Refuses: folding what differs in a number (two invoices), short passages, and documents of different collections.
 */

/** Words of a shingle, and of a passage that is compared at all. */
const SHINGLE_WORDS = 4
const LEAST_WORDS = 20
const LEAST_RESEMBLANCE = 0.85
/** Hits that are compared: every one with those before. */
const MAX_COMPARED = 100

type Sketch = { readonly shingles: ReadonlySet<string>; readonly numbers: string; readonly group: string }

/** `null` for what is too short to say the same as anything. */
const sketchOf = (text: string, group: string): Sketch | null => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  if (words.length < LEAST_WORDS) return null
  const shingles = new Set<string>()
  for (let at = 0; at + SHINGLE_WORDS <= words.length; at += 1)
    shingles.add(words.slice(at, at + SHINGLE_WORDS).join(' '))
  return { shingles, numbers: words.filter((word) => /\p{N}/u.test(word)).join(' '), group }
}

const isSame = (left: Sketch, right: Sketch): boolean => {
  if (left.group !== right.group || left.numbers !== right.numbers) return false
  const [few, many] = [left.shingles, right.shingles].sort((a, b) => a.size - b.size)
  if (few === undefined || many === undefined || few.size < many.size * LEAST_RESEMBLANCE) return false
  let shared = 0
  for (const shingle of few) if (many.has(shingle)) shared += 1
  return shared / (few.size + many.size - shared) >= LEAST_RESEMBLANCE
}

/** For each passage, the index of the first one before it that says the same; `null` when there is none. */
export const findSame = (passages: readonly { readonly text: string; readonly group: string }[]): (number | null)[] => {
  const kept: { sketch: Sketch; index: number }[] = []
  return passages.map(({ text, group }, index) => {
    if (index >= MAX_COMPARED) return null
    const sketch = sketchOf(text, group)
    if (sketch === null) return null
    const same = kept.find((each) => isSame(each.sketch, sketch))
    if (same === undefined) kept.push({ sketch, index })
    return same?.index ?? null
  })
}

// Owns the fake provider's idea of meaning: each word has a direction of its own, a text is the sum of its words. Same words, same vector.

const hashOf = (word: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** A small generator of numbers from -1 to 1 (mulberry32), the same for the same seed. */
const directionOf = (word: string): (() => number) => {
  let state = hashOf(word)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * 2 - 1
  }
}

/** The vector of a text; its length is not 1, as with many servers. */
export const vectorOf = (text: string, dimensions: number): number[] => {
  const vector = new Array<number>(dimensions).fill(0)
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']
  for (const word of words) {
    const next = directionOf(word)
    for (let at = 0; at < dimensions; at += 1) vector[at] = (vector[at] ?? 0) + next()
  }
  return vector
}

/** What the fake provider charges for a text. */
export const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4))

/**
 * Owns cutting a passage for a server whose tokenizer is not known here, by an estimate of its tokens that is rather too high.
 * Refuses: exact counts. What a server charges is what it says.
 */

/** Of words in Latin letters; other scripts have fewer. */
export const MOST_CHARS_OF_TOKEN = 8

/** A span of a passage; spans do not overlap and cover all that is not white space. Offsets in UTF-16, end exclusive. */
export type TextWindow = { readonly start: number; readonly end: number; readonly tokens: number }

/**
 * Tokens of one UTF-16 unit, about a third above what byte-pair and word-piece tokenizers make of ordinary text: English has about 4 letters a
 * token, other alphabets about 2, Chinese and Japanese about 1 character, emoji 3 tokens each.
 */
const weigh = (unit: number): number => {
  if (unit === 0x20) return 0.15
  if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a)) return 0.3
  if (unit < 0x80) return 0.8
  if (unit < 0x800) return 0.8
  return 1.6
}

/** An estimate of the tokens of a text; at least 1. */
export const estimateTokens = (text: string): number => {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum += weigh(text.charCodeAt(at))
  return Math.max(1, Math.ceil(sum))
}

const isSpace = (text: string, at: number): boolean => /\s/.test(text.charAt(at))
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
/** A window that goes on ends at a sentence or word only if it is at least this full. */
const MIN_FILL = 0.6

/** The best place to cut within `from` (exclusive) and `to`: after a line, a sentence, a word; else at `to` itself. */
const chooseCut = (text: string, from: number, to: number): number => {
  let word = 0
  let sentence = 0
  for (let at = to; at > from; at -= 1) {
    if (!isSpace(text, at)) continue
    word ||= at
    if (/[\n.!?…。！？]/.test(text.charAt(at - 1)) || text.charAt(at) === '\n') {
      sentence = at
      break
    }
  }
  const cut = sentence || word || to
  return isLowSurrogate(text.charCodeAt(cut)) ? cut - 1 : cut
}

/** Cuts a passage into windows of at most `maxTokens` estimated tokens; white space alone has none. Linear in its length. */
export const cutWindows = (text: string, maxTokens: number): TextWindow[] => {
  const windows: TextWindow[] = []
  const push = (from: number, to: number): void => {
    let [start, end] = [from, to]
    while (start < end && isSpace(text, start)) start += 1
    while (end > start && isSpace(text, end - 1)) end -= 1
    if (start < end) windows.push({ start, end, tokens: estimateTokens(text.slice(start, end)) })
  }
  let from = 0
  let fullAt = 0
  let sum = 0
  for (let at = 0; at < text.length; at += 1) {
    const weight = weigh(text.charCodeAt(at))
    if (sum + weight <= maxTokens * MIN_FILL) fullAt = at
    if (sum + weight <= maxTokens) {
      sum += weight
      continue
    }
    const cut = Math.max(from + 1, chooseCut(text, Math.max(fullAt, from), at))
    push(from, cut)
    from = cut
    fullAt = cut
    at = cut - 1
    sum = 0
  }
  push(from, text.length)
  return windows
}

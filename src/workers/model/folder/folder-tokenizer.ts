/**
 * Owns the tokenizer of a folder's model, for cutting windows and for the very ids that the model reads.
 * Refuses: exact places of tokens, which its library does not tell: a passage is cut between words, a long word between its pieces.
 */
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import type { Tokenizer, Tokens } from '../tokenizer'
import { damaged, unsupported, type FolderFiles } from './folder-files'

export const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'] as const

/** Longer words are counted, and may be cut, in pieces of so many characters. */
const MAX_WORD_CHARS = 24
const PIECE_CHARS = 16
/** Words whose number of tokens is kept: the same ones come again and again. */
const MAX_COUNTED = 50_000

const word = /\S+/g
/** Writings without spaces between words: each character may be the last of a window. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Ids have 32 bits. */
const MAX_ID = 2 ** 31 - 1

const plain = z.looseObject({
  padding: z.looseObject({ pad_id: z.number().int().min(0).max(MAX_ID).nullish() }).nullish(),
})
const configSchema = z.looseObject({ pad_token: z.unknown().optional() })

/** A tokenizer as windows are cut by it. */
export type FolderTokenizer = Tokenizer & Required<Pick<Tokenizer, 'encodeSpan' | 'overhead'>>

export type FolderTokenizers = {
  /** With what the model wants before such a text; both share what they count. */
  readonly withPrefix: (prefix: string) => FolderTokenizer
  /** Ids that the model wants around each text, which no prefix or window holds. */
  readonly before: Int32Array
  readonly after: Int32Array
  readonly padId: number
}

type Piece = { readonly start: number; readonly end: number; readonly beginsWord: boolean }

/** What of a text is counted as one, in its order. */
const cutPieces = (text: string): Piece[] =>
  [...text.matchAll(word)].flatMap(({ 0: found, index }) => {
    if (found.length <= MAX_WORD_CHARS && !unspaced.test(found)) {
      return [{ start: index, end: index + found.length, beginsWord: true }]
    }
    const pieces: { start: number; end: number; beginsWord: boolean }[] = []
    let at = index
    let isOpen = false
    for (const character of found) {
      const last = pieces.at(-1)
      const stands = unspaced.test(character)
      if (last && isOpen && !stands && last.end - last.start < PIECE_CHARS) last.end += character.length
      else pieces.push({ start: at, end: at + character.length, beginsWord: at === index })
      isOpen = !stands
      at += character.length
    }
    return pieces
  })

const findInner = (whole: readonly number[], inner: readonly number[]): number => {
  for (let at = 0; at + inner.length <= whole.length; at += 1) {
    if (inner.every((id, index) => whole[at + index] === id)) return at
  }
  return -1
}

/** @throws MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED */
export const loadTokenizers = async (
  files: FolderFiles,
  lowerCase: boolean,
  padId: number,
): Promise<FolderTokenizers> => {
  await files.require('tokenizer.json')
  const description = (await files.readJson('tokenizer.json', plain)) ?? {}
  const config = (await files.readJson('tokenizer_config.json', configSchema)) ?? { pad_token: null }
  let library: LibraryTokenizer
  try {
    library = new LibraryTokenizer(description, config)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw damaged(files.folder, `its tokenizer cannot be read (${reason.slice(0, 200)})`, thrown)
  }
  const unknownId = library.model?.unk_token_id
  const encode = (text: string, special: boolean): number[] =>
    library.encode(lowerCase ? text.toLowerCase() : text, { add_special_tokens: special }).ids

  const sample = encode('a', false)
  const around = encode('a', true)
  const at = findInner(around, sample)
  if (at < 0) throw unsupported(files.folder, 'its tokenizer changes a text by what it puts around it')

  const counted = new Map<string, { count: number; isKnown: boolean }>()
  const countPiece = (text: string) => {
    const known = counted.get(text)
    if (known) return known
    const ids = encode(text, false)
    // What is not known is one token, or several where only a part is not.
    const made = { count: Math.max(1, ids.length), isKnown: unknownId === undefined || !ids.includes(unknownId) }
    if (counted.size >= MAX_COUNTED) counted.clear()
    counted.set(text, made)
    return made
  }

  const encodePieces = (text: string): Tokens => {
    const pieces = cutPieces(text)
    const counts = pieces.map(({ start, end, beginsWord }) =>
      countPiece((beginsWord && start > 0 ? ' ' : '') + text.slice(start, end)),
    )
    const total = counts.reduce((sum, { count }) => sum + count, 0)
    const starts = new Int32Array(total)
    const ends = new Int32Array(total)
    const beginsWord = new Uint8Array(total)
    let token = 0
    let chars = 0
    let knownChars = 0
    pieces.forEach((piece, index) => {
      const { count = 1, isKnown = true } = counts[index] ?? {}
      starts.fill(piece.start, token, token + count)
      ends.fill(piece.end, token, token + count)
      beginsWord[token] = piece.beginsWord ? 1 : 0
      token += count
      chars += piece.end - piece.start
      if (isKnown) knownChars += piece.end - piece.start
    })
    return { ids: new Int32Array(total), starts, ends, beginsWord, known: chars === 0 ? 0 : knownChars / chars }
  }

  const padding = description.padding?.pad_id
  const named = typeof config.pad_token === 'string' ? library.token_to_id(config.pad_token) : undefined
  const pad = padding ?? named ?? padId
  return {
    before: Int32Array.from(around.slice(0, at)),
    after: Int32Array.from(around.slice(at + sample.length)),
    padId: pad,
    withPrefix: (prefix) => ({
      encode: encodePieces,
      overhead: prefix === '' ? 0 : encode(prefix, false).length,
      encodeSpan: (text) => {
        const ids = encode(prefix + text, false)
        const isKnown = unknownId === undefined || !ids.includes(unknownId)
        // A text of which nothing is left (control characters) still is one.
        return { ids: Int32Array.from(ids.length > 0 ? ids : [pad]), known: isKnown ? 1 : encodePieces(text).known }
      },
    }),
  }
}

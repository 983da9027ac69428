/**
 * Owns the vocabulary of the embedding model in memory: its pieces as a trie of code points in typed arrays.
 * Refuses: files (model-folder.ts reads them) and scoring a text (tokenizer.ts).
 */

/** The pieces of a unigram tokenizer. A node is a number; the root is 0. */
export type Vocabulary = {
  /** The node reached from `node` by a code point, or -1. */
  readonly child: (node: number, codePoint: number) => number
  /** The id of the piece that ends at `node`, or -1. */
  readonly pieceAt: (node: number) => number
  /** Log probability of a piece. */
  readonly scoreOf: (id: number) => number
  /** Length of a piece in code points. */
  readonly lengthOf: (id: number) => number
}

/** The content of the vocabulary file: pieces and scores in the order of their ids; ids below `reservedIds` stand for no text. */
export type VocabularySource = {
  readonly reservedIds: number
  readonly pieces: readonly string[]
  readonly scores: readonly number[]
}

const BMP_SIZE = 0x10000
const HASH_MULTIPLIER = 0x9e3779b1

/**
 * Builds the trie: a hash table from (node, code point) to node, so that one step costs the same however many branches a node has.
 * Where two pieces have the same text, the later id wins, as in the reference tokenizer. Pieces must lie in the basic plane.
 */
export const buildVocabulary = (source: VocabularySource): Vocabulary => {
  const symbols = source.pieces.reduce((sum, piece) => sum + piece.length, 1)
  const capacity = 2 ** Math.ceil(Math.log2(symbols * 2))
  const keys = new Float64Array(capacity).fill(-1)
  const targets = new Int32Array(capacity)
  const pieceIds = new Int32Array(symbols).fill(-1)
  const lengths = Int32Array.from(source.pieces, (piece) => piece.length)
  const scores = Float64Array.from(source.scores)
  let nodes = 1

  const slotOf = (key: number): number => {
    let slot = (Math.imul(key | 0, HASH_MULTIPLIER) >>> 7) & (capacity - 1)
    for (;;) {
      const found = keys[slot]
      if (found === key || found === -1) return slot
      slot = (slot + 1) & (capacity - 1)
    }
  }

  for (let id = source.reservedIds; id < source.pieces.length; id++) {
    const piece = source.pieces[id] ?? ''
    let node = 0
    for (let i = 0; i < piece.length; i++) {
      const key = node * BMP_SIZE + piece.charCodeAt(i)
      const slot = slotOf(key)
      if (keys[slot] === -1) {
        keys[slot] = key
        targets[slot] = nodes++
      }
      node = targets[slot] ?? 0
    }
    if (node > 0) pieceIds[node] = id
  }

  return {
    child: (node, codePoint) => {
      if (codePoint >= BMP_SIZE) return -1
      const slot = slotOf(node * BMP_SIZE + codePoint)
      return keys[slot] === -1 ? -1 : (targets[slot] ?? -1)
    },
    pieceAt: (node) => pieceIds[node] ?? -1,
    scoreOf: (id) => scores[id] ?? 0,
    lengthOf: (id) => lengths[id] ?? 1,
  }
}

// Owns the vocabulary file of the tokenizer: the pieces in the order of their ids, and their scores.

/** Ids below this stand for no text (unknown, begin, end, three spare ones); 0 is the unknown piece. */
const RESERVED_IDS = 6

/**
 * Rewrites the vocabulary of the source as two parallel lists. Nine pieces with a colon came damaged out of the source's own
 * conversion: no score (the reference tokenizer computes with it as 0) or a whole number. They are kept as they are, so that our ids are
 * the ids that the model gets from its own tokenizer.
 */
export function encodeVocabulary(pairs) {
  const pieces = pairs.map(([piece]) => piece)
  const scores = pairs.map(([, score]) => score ?? 0)
  return Buffer.from(JSON.stringify({ reservedIds: RESERVED_IDS, pieces, scores }))
}

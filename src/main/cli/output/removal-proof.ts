/**
 * Owns the proof of a removal in a sentence, and the sum of several. Refuses: proving.
 */
import type { RemovalProof } from '../../../shared/domain'
import { formatCount, formatNoun } from './units'

/** Two proofs as one: it holds when both do. */
export const addProofs = (before: RemovalProof | undefined, next: RemovalProof): RemovalProof =>
  before === undefined
    ? next
    : {
        proven: before.proven && next.proven,
        removed: {
          texts: before.removed.texts + next.removed.texts,
          passages: before.removed.passages + next.removed.passages,
          cacheEntries: before.removed.cacheEntries + next.removed.cacheEntries,
        },
        left: {
          texts: before.left.texts + next.left.texts,
          passages: before.left.passages + next.left.passages,
          summaries: before.left.summaries + next.left.summaries,
          vectors: before.left.vectors + next.left.vectors,
          words: before.left.words + next.left.words,
          cacheEntries: before.left.cacheEntries + next.left.cacheEntries,
          pictures: before.left.pictures + next.left.pictures,
          vectorFiles: before.left.vectorFiles + next.left.vectorFiles,
        },
        searched: before.searched + next.searched,
        found: before.found + next.found,
      }

export const describeProof = ({ proven, removed, left, searched, found }: RemovalProof): string => {
  const gone = `${formatNoun(removed.texts, 'text')} with ${formatNoun(removed.passages, 'passage')}`
  if (proven)
    return `Proven: ${gone} are gone; a search for the words of ${formatCount(searched)} of them found none, and no file of the database or of the vector index keeps them.`
  return `Not proven: of ${gone} there are ${formatCount(left.texts)} texts, ${formatCount(left.passages)} passages, ${formatCount(left.summaries)} summaries, ${formatCount(left.vectors)} vectors, ${formatCount(left.words)} entries of full-text indexes, ${formatCount(left.cacheEntries)} texts in the cache of vectors and ${formatCount(left.pictures)} readings of pictures left, and deleted vectors in the files of ${formatCount(left.vectorFiles)} tables until the next start; ${formatCount(found)} were found by searching.`
}

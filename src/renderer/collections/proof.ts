/**
 * Owns what a proof of a removal says is left, in words. Refuses: proving.
 */
import { formatCount } from '../text/figures'
import type { RemovalProof } from '../../shared/domain'

const words: Readonly<Record<keyof RemovalProof['left'], string>> = {
  texts: 'texts',
  passages: 'passages',
  summaries: 'summaries',
  vectors: 'vectors',
  words: 'entries of full-text indexes',
  cacheEntries: 'texts in the cache of vectors',
  pictures: 'readings of pictures',
  vectorFiles: 'tables of vectors until the next start',
}

const parts = Object.keys(words) as readonly (keyof RemovalProof['left'])[]

/** What is left, part by part; empty for nothing. */
export const leftOf = ({ left }: Pick<RemovalProof, 'left'>): string[] =>
  parts.filter((part) => left[part] > 0).map((part) => `${formatCount(left[part])} ${words[part]}`)

/**
 * Owns what a proof of a removal says is left, in words. Refuses: proving.
 */
import { t } from '../text/language'
import type { RemovalProof } from '../../shared/domain'
import type { TextKey } from '../../shared/translate'

const words: Readonly<Record<keyof RemovalProof['left'], TextKey>> = {
  texts: 'collections.leftTexts',
  passages: 'collections.leftPassages',
  summaries: 'collections.leftSummaries',
  vectors: 'collections.leftVectors',
  words: 'collections.leftWords',
  cacheEntries: 'collections.leftCacheEntries',
  pictures: 'collections.leftPictures',
  vectorFiles: 'collections.leftVectorFiles',
}

const parts = Object.keys(words) as readonly (keyof RemovalProof['left'])[]

/** What is left, part by part; empty for nothing. */
export const leftOf = ({ left }: Pick<RemovalProof, 'left'>): string[] =>
  parts.filter((part) => left[part] > 0).map((part) => t(words[part], { number: left[part] }))

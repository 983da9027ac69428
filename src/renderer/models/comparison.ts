/**
 * Owns the words for how a document moves from one model to another. Refuses: markup.
 */
import { t } from '../text/language'
import type { ModelComparison } from '../../shared/generations'

export type Move = ModelComparison['queries'][number]['moved'][number]

/** Places are from 1; `null` is behind all of them. */
const LAST = Number.MAX_SAFE_INTEGER

/** As they stand with the new model, what went away at the end. */
export const sortMoves = (moves: readonly Move[]): Move[] =>
  [...moves].sort((left, right) => (left.to ?? LAST) - (right.to ?? LAST) || (left.from ?? LAST) - (right.from ?? LAST))

/** `from place 4 to 1`, `new, at place 2`, `no longer among the ten`. */
export const describeMove = ({ from, to }: Pick<Move, 'from' | 'to'>): string => {
  if (to === null) return t('models.noLonger')
  return from === null ? t('models.newAt', { to }) : t('models.fromTo', { from, to })
}

/**
 * Owns how figures of a change are shown: what it takes before it is begun. Refuses: guessing; what is not known is said to be so.
 */
import { formatCount, formatDuration } from '../text/figures'
import { locale, t } from '../text/language'
import classes from './models-view.module.css'
import type { ReactNode } from 'react'
import type { ModelEstimate } from '../../shared/generations'

const UNKNOWN = t('models.notKnown')

/** The least amount that is told to its digits. */
const LEAST_USD = 0.0001
const amounts = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
const whole = amounts(0)
const cents = amounts(2)
const fine = amounts(4)

/** An amount of US dollars; a few cents are told to the hundredth of one. */
export const formatUsd = (usd: number): string => {
  if (usd === 0) return whole.format(0)
  if (usd < LEAST_USD) return t('models.lessThan', { amount: fine.format(LEAST_USD) })
  return (usd < 0.1 ? fine : cents).format(usd)
}

/** What is still to be made, of what there is. */
const describePassages = ({ chunks, keptChunks }: ModelEstimate): string =>
  keptChunks === 0 ? formatCount(chunks) : t('models.numberOf', { part: chunks - keptChunks, all: chunks })

/** What making the vectors anew takes. */
export function EstimateFigures({ estimate }: { readonly estimate: ModelEstimate }): ReactNode {
  const { documents, tokens, costUsd, expectedMs } = estimate
  const rows: readonly (readonly [string, string])[] = [
    [t('models.textsRow'), formatCount(documents)],
    [t('models.passagesToEmbed'), describePassages(estimate)],
    [t('models.tokensAbout'), formatCount(tokens)],
    [t('models.costAbout'), costUsd === null ? UNKNOWN : formatUsd(costUsd)],
    [t('models.timeAbout'), expectedMs === null ? UNKNOWN : formatDuration(expectedMs)],
  ]
  return (
    <dl className={`figures ${classes.figures ?? ''}`} data-testid="model-estimate">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

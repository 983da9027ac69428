/**
 * Owns how figures of a change are shown: what it takes before it is begun. Refuses: guessing; what is not known is said to be so.
 */
import { formatCount, formatDuration } from '../text/figures'
import classes from './models-view.module.css'
import type { ReactNode } from 'react'
import type { ModelEstimate } from '../../shared/generations'

const UNKNOWN = 'not known'

/** An amount of US dollars; a few cents are told to the hundredth of one. */
export const formatUsd = (usd: number): string => {
  if (usd === 0) return '$0'
  if (usd < 0.0001) return 'less than $0.0001'
  return `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`
}

/** What is still to be made, of what there is. */
const describePassages = ({ chunks, keptChunks }: ModelEstimate): string =>
  keptChunks === 0 ? formatCount(chunks) : `${formatCount(chunks - keptChunks)} of ${formatCount(chunks)}`

/** What making the vectors anew takes. */
export function EstimateFigures({ estimate }: { readonly estimate: ModelEstimate }): ReactNode {
  const { documents, tokens, costUsd, expectedMs } = estimate
  const rows: readonly (readonly [string, string])[] = [
    ['Texts', formatCount(documents)],
    ['Passages to embed', describePassages(estimate)],
    ['Tokens, about', formatCount(tokens)],
    ['Cost, about', costUsd === null ? UNKNOWN : formatUsd(costUsd)],
    ['Time, about', expectedMs === null ? UNKNOWN : formatDuration(expectedMs)],
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

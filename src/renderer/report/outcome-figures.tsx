/**
 * Owns the counts of a report: every offered item in exactly one outcome, as a bar and as numbers.
 */
import { Progress, Text, Tooltip } from '@mantine/core'
import { outcomes, type OutcomeCounts } from '../../shared/domain'
import { formatCount } from '../text/figures'
import { t } from '../text/language'
import { outcomeWords } from '../text/words'
import classes from './outcome-figures.module.css'
import type { ReactNode } from 'react'

/** The variable of a color of the theme, as `tide.6`. */
export const colorOf = (color: string): string => `var(--mantine-color-${color.replace('.', '-')})`

export function OutcomeFigures({ counts }: { readonly counts: OutcomeCounts }): ReactNode {
  const shown = outcomes.filter((outcome) => counts[outcome] > 0)
  return (
    <div>
      <Progress.Root size={10} mb="sm" aria-hidden>
        {shown.map((outcome) => (
          <Progress.Section
            key={outcome}
            value={(counts[outcome] / Math.max(1, counts.total)) * 100}
            color={outcomeWords[outcome].color}
          />
        ))}
      </Progress.Root>
      <dl className={classes.figures} aria-label={t('common.documents', { count: counts.total })}>
        {shown.map((outcome) => (
          <Tooltip key={outcome} label={outcomeWords[outcome].explanation}>
            <div className={classes.figure} data-testid={`outcome-${outcome}`}>
              <dt>
                <span
                  className={classes.dot}
                  style={{ background: colorOf(outcomeWords[outcome].color) }}
                  aria-hidden
                />
                {outcomeWords[outcome].label}
              </dt>
              <dd className="figures">{formatCount(counts[outcome])}</dd>
            </div>
          </Tooltip>
        ))}
      </dl>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('report.nothingFinished')}
        </Text>
      ) : null}
    </div>
  )
}

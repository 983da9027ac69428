/**
 * Owns the retry schedule of a job: what is tried again by itself, when, and why it has to be.
 */
import { Text } from '@mantine/core'
import { IconRefreshDot } from '@tabler/icons-react'
import { useNow } from '../client/moment'
import { formatCountdown } from '../text/figures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { withoutAgain } from '../text/sentences'
import classes from './retry-lines.module.css'
import type { ReactNode } from 'react'
import type { Retry } from '../../shared/domain'

/** Lines that are shown; the others follow when it is their turn. */
const SHOWN = 3

const describeNext = ({ path, at, attempt, of }: Retry, nowMs: number, paused: boolean): string => {
  const values = { name: nameOfPath(path), attempt, of }
  if (paused) return t('queue.retryPaused', values)
  const leftMs = Date.parse(at) - nowMs
  return leftMs <= 0 ? t('queue.retryNow', values) : t('queue.retryIn', { ...values, time: formatCountdown(leftMs) })
}

type Props = { readonly retries: readonly Retry[]; readonly paused: boolean }

export function RetryLines({ retries, paused }: Props): ReactNode {
  const now = useNow(!paused && retries.length > 0)
  if (retries.length === 0) return null
  return (
    <ul className={classes.list} aria-label={t('queue.triedItself')} data-testid="retries">
      {retries.slice(0, SHOWN).map((retry) => (
        <li key={`${retry.path} ${retry.phase}`} className={classes.line} title={retry.path}>
          <IconRefreshDot size={15} aria-hidden className={classes.sign} />
          <div className={classes.words}>
            <Text size="xs" fw={550} className="figures">
              {describeNext(retry, now, paused)}
            </Text>
            <Text size="xs" c="dimmed">
              {withoutAgain(retry.message)}
            </Text>
          </div>
        </li>
      ))}
      {retries.length > SHOWN ? (
        <li>
          <Text size="xs" c="dimmed" ps={23}>
            {t('queue.moreAfter')}
          </Text>
        </li>
      ) : null}
    </ul>
  )
}

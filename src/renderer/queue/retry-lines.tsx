/**
 * Owns the retry schedule of a job: what is tried again by itself, when, and why it has to be.
 */
import { Text } from '@mantine/core'
import { IconRefreshDot } from '@tabler/icons-react'
import { useNow } from '../client/moment'
import { formatCountdown } from '../text/figures'
import { nameOfPath } from '../text/passages'
import { withoutAgain } from '../text/sentences'
import classes from './retry-lines.module.css'
import type { ReactNode } from 'react'
import type { Retry } from '../../shared/domain'

/** Lines that are shown; the others follow when it is their turn. */
const SHOWN = 3

const describeNext = (at: string, nowMs: number, paused: boolean): string => {
  if (paused) return 'is tried again once the job is resumed'
  const leftMs = Date.parse(at) - nowMs
  return leftMs <= 0 ? 'is tried again now' : `is tried again in ${formatCountdown(leftMs)}`
}

type Props = { readonly retries: readonly Retry[]; readonly paused: boolean }

export function RetryLines({ retries, paused }: Props): ReactNode {
  const now = useNow(!paused && retries.length > 0)
  if (retries.length === 0) return null
  return (
    <ul className={classes.list} aria-label="Tried again by itself" data-testid="retries">
      {retries.slice(0, SHOWN).map(({ path, phase, at, attempt, of, message }) => (
        <li key={`${path} ${phase}`} className={classes.line} title={path}>
          <IconRefreshDot size={15} aria-hidden className={classes.sign} />
          <div className={classes.words}>
            <Text size="xs" fw={550} className="figures">
              {nameOfPath(path)} {describeNext(at, now, paused)} (try {attempt} of {of})
            </Text>
            <Text size="xs" c="dimmed">
              {withoutAgain(message)}
            </Text>
          </div>
        </li>
      ))}
      {retries.length > SHOWN ? (
        <li>
          <Text size="xs" c="dimmed" pl={23}>
            and more after these
          </Text>
        </li>
      ) : null}
    </ul>
  )
}

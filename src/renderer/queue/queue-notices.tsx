/**
 * Owns saying why something stands still: the whole queue or a lane of it, a kind of worker that is left alone, memory that is short.
 * Refuses: commands; what a person can do is in the sentence.
 */
import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle, IconPlugX } from '@tabler/icons-react'
import { lanes } from '../../shared/phases'
import { useNow } from '../client/moment'
import { BudgetStopNotice } from '../models/budget-stop'
import { isBudgetStop, type OnChangeModel } from '../models/budget-stops'
import { formatCountdown, formatSize } from '../text/figures'
import { t } from '../text/language'
import { hostLabels, laneLabels } from '../text/words'
import type { ReactNode } from 'react'
import type { CallResult } from '../../shared/calls'
import type { Breaker, Workers } from '../../shared/workers'

type Status = CallResult<'queue.status'>

/** What a block for this reason says is said better by the breaker itself. */
const SAID_BY_BREAKER = 'HOST_UNAVAILABLE'
const SAID_BY_BUDGET = 'BUDGET_EXCEEDED'

function NextTry({ at }: { readonly at: string | null }): ReactNode {
  const now = useNow(at !== null)
  if (at === null) return null
  const leftMs = Date.parse(at) - now
  return (
    <Text size="sm" mt={4} className="figures">
      {leftMs <= 0 ? t('queue.triedNow') : t('queue.triedIn', { time: formatCountdown(leftMs) })}
    </Text>
  )
}

const titleOf = (block: NonNullable<Status['block']>): string =>
  block.lanes.length === 0 || block.lanes.length === lanes.length
    ? t('queue.standsStill')
    : t('queue.lanesStandStill', { lanes: block.lanes.map((lane) => laneLabels[lane]).join(', ') })

function BreakerNotice({ breaker }: { readonly breaker: Breaker }): ReactNode {
  const { host, state, failures, reason, retryAt } = breaker
  const count = Math.max(1, failures)
  return (
    <Alert
      color="yellow"
      icon={<IconPlugX aria-hidden />}
      title={t('queue.leftAlone', { worker: hostLabels[host] })}
      data-testid="breaker"
    >
      <Text size="sm">
        {reason === null ? t('queue.failedTimes', { count }) : t('queue.failedBecause', { count, reason })}
      </Text>
      {state === 'half-open' ? (
        <Text size="sm" mt={4}>
          {t('queue.decidedNext')}
        </Text>
      ) : (
        <NextTry at={retryAt} />
      )}
    </Alert>
  )
}

type Props = {
  readonly status: Status | undefined
  readonly workers: Workers | undefined
  readonly onChangeModel: OnChangeModel
}

export function QueueNotices({ status, workers, onChangeModel }: Props): ReactNode {
  const isIdle = status !== undefined && status.queued + status.running + (status.delayed ?? 0) === 0
  // One that only waits for something to try itself on is of no interest while there is nothing.
  const broken = workers?.breakers.filter(({ state }) => state === 'open' || (state === 'half-open' && !isIdle)) ?? []
  const block = status?.block ?? null
  const budgets = (status?.stops ?? []).filter(isBudgetStop)
  const isSaid =
    (block?.code === SAID_BY_BREAKER && broken.length > 0) || (block?.code === SAID_BY_BUDGET && budgets.length > 0)
  return (
    <>
      {block === null || isSaid ? null : (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={titleOf(block)} data-testid="block">
          <Text size="sm">{block.message}</Text>
          <NextTry at={block.nextTryAt} />
        </Alert>
      )}
      {budgets.map((stop) => (
        <BudgetStopNotice key={`${stop.provider} ${stop.budget.period}`} stop={stop} onChangeModel={onChangeModel} />
      ))}
      {broken.map((breaker) => (
        <BreakerNotice key={breaker.host} breaker={breaker} />
      ))}
      {status?.polite && !isIdle ? (
        <Text size="sm" c="dimmed" role="status" data-testid="polite">
          {t(status.polite.why === 'always' ? 'queue.polite' : 'queue.politeInUse', {
            percent: status.polite.cpuPercent,
            memory: formatSize(status.polite.memoryBytes),
          })}
        </Text>
      ) : null}
      {workers?.memory.short === true ? (
        <Text size="sm" c="dimmed" role="status">
          {t('queue.memoryShort')}
        </Text>
      ) : null}
    </>
  )
}

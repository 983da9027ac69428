/**
 * Owns saying why something stands still: the whole queue or a lane of it, a kind of worker that is left alone, memory that is short.
 * Refuses: commands; what a person can do is in the sentence.
 */
import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle, IconPlugX } from '@tabler/icons-react'
import { lanes } from '../../shared/phases'
import { useNow } from '../client/moment'
import { useCall } from '../client/queries'
import { BudgetStopNotice, isBudgetStop, type OnChangeModel } from '../models/budget-stop'
import { formatCountdown, formatPlural } from '../text/figures'
import { hostLabels, laneLabels } from '../text/words'
import type { ReactNode } from 'react'
import type { CallResult } from '../../shared/calls'
import type { Breaker } from '../../shared/workers'

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
      {leftMs <= 0 ? 'It is tried again now.' : `It is tried again by itself in ${formatCountdown(leftMs)}.`}
    </Text>
  )
}

const titleOf = (block: NonNullable<Status['block']>): string =>
  block.lanes.length === 0 || block.lanes.length === lanes.length
    ? 'The queue stands still'
    : `${block.lanes.map((lane) => laneLabels[lane]).join(', ')}: standing still`

function BreakerNotice({ breaker }: { readonly breaker: Breaker }): ReactNode {
  const { host, state, failures, reason, retryAt } = breaker
  return (
    <Alert
      color="yellow"
      icon={<IconPlugX aria-hidden />}
      title={`${hostLabels[host]}: its worker is left alone for a while`}
      data-testid="breaker"
    >
      <Text size="sm">
        It failed{failures > 1 ? ` ${formatPlural(failures, 'time')} in a row` : ''}
        {reason === null ? '' : ` (${reason})`}. What needs it waits and loses nothing; everything else goes on.
      </Text>
      {state === 'half-open' ? (
        <Text size="sm" mt={4}>
          Whether it works again is decided by the document that is read next.
        </Text>
      ) : (
        <NextTry at={retryAt} />
      )}
    </Alert>
  )
}

type Props = { readonly status: Status | undefined; readonly onChangeModel: OnChangeModel }

export function QueueNotices({ status, onChangeModel }: Props): ReactNode {
  const { data: workers } = useCall('workers.list', {}, { topics: ['workers'], everyMs: 5_000 })
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
      {workers?.memory.short === true ? (
        <Text size="sm" c="dimmed" role="status">
          The computer is short of memory: fewer documents are read at the same time until there is more.
        </Text>
      ) : null}
    </>
  )
}

/**
 * Owns the choice when a budget does not reach: wait, raise it, or go on with the built-in model, of pictures with OCR. Refuses: choosing; until then jobs wait and
 * lose nothing.
 */
import { Alert, Button, Group, Menu, NumberInput, Text } from '@mantine/core'
import { IconCoins } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { useNow } from '../client/moment'
import { useCall } from '../client/queries'
import { formatCountdown } from '../text/figures'
import { t } from '../text/language'
import { stopPeriods, suggestRaise, titleOfStop } from './budget'
import { formatUsd } from './model-figures'
import { BUILT_IN } from './model-names'
import { numberMarks, unitMarks } from './number-marks'
import { amountOf, type Amount } from './provider-fields'
import type { Collection } from '../../shared/domain'
import type { BudgetStop, OnChangeModel } from './budget-stops'

const sayAmount = ({ unit }: BudgetStop['budget'], value: number): string =>
  unit === 'USD' ? formatUsd(value) : t('common.tokens', { count: value })

function RaiseForm({ stop, onDone }: { readonly stop: BudgetStop; readonly onDone: () => void }): ReactNode {
  const { provider, budget } = stop
  const [amount, setAmount] = useState<Amount>(() => suggestRaise(budget.limit, budget.used))
  const bound = amountOf(amount)
  const isMore = bound !== null && bound > budget.limit
  const raising = useAction(async () => {
    const change = { [budget.unit === 'USD' ? 'usd' : 'tokens']: bound }
    const budgets = budget.isOwn ? 'visionBudgets' : 'budgets'
    await call('providers.update', { name: provider, definition: { [budgets]: { [budget.period]: change } } })
    showNote(t('models.raisedBudget', { provider }), t('models.waitedGoesOn'))
    onDone()
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isMore) raising.run()
      }}
    >
      <Group gap="xs" mt={8} align="flex-end">
        <NumberInput
          size="xs"
          w={180}
          label={t('models.budgetFor', { period: stopPeriods[budget.period] })}
          min={0}
          allowNegative={false}
          hideControls
          {...numberMarks}
          {...unitMarks[budget.unit === 'USD' ? 'usd' : 'tokens']}
          value={amount}
          onChange={setAmount}
        />
        <Button type="submit" size="xs" loading={raising.pending} disabled={!isMore}>
          {t('models.raise')}
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('models.notNow')}
        </Button>
      </Group>
    </form>
  )
}

/** Goes on without the provider, for one of the collections that need it. */
function WithoutButton({
  label,
  needs,
  onChoose,
}: {
  readonly label: string
  readonly needs: (collection: Collection) => boolean
  readonly onChoose: (collection: string) => void
}): ReactNode {
  const { data } = useCall('collections.list', {}, { topics: ['collections'] })
  const names = (data?.collections ?? []).filter(needs).map(({ name }) => name)
  const [only, ...others] = names
  if (only === undefined) return null
  const look = { size: 'compact-sm', variant: 'default' } as const
  if (others.length === 0)
    return (
      <Button {...look} onClick={() => onChoose(only)}>
        {label}
      </Button>
    )
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button {...look}>{label}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {names.map((name) => (
          <Menu.Item key={name} onClick={() => onChoose(name)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** From now on nobody is sent pictures of it; what waited is read by OCR. */
const readHere = async (name: string): Promise<void> => {
  await call('collections.update', { name, scans: 'ocr', figures: 'off' })
  showNote(t('models.picturesOf', { name }), t('models.readHereNow'))
}

type Choice = 'open' | 'raising' | 'waiting'

export function BudgetStopNotice({
  stop,
  onChangeModel,
}: {
  readonly stop: BudgetStop
  readonly onChangeModel: OnChangeModel
}): ReactNode {
  const { provider, budget, purpose, jobs, nextTryAt } = stop
  const [choice, setChoice] = useState<Choice>('open')
  const now = useNow(choice === 'waiting')
  const reading = useAction(readHere)
  const isForOneJob = budget.period === 'run'
  if (choice === 'waiting')
    return (
      <Group gap="xs" role="status" data-testid="budget-waiting">
        <Text size="sm" c="dimmed" className="figures">
          {isForOneJob
            ? t('models.waits', { count: jobs.length, provider })
            : t('models.waitsUntil', {
                count: jobs.length,
                provider,
                time: formatCountdown(Date.parse(nextTryAt) - now),
              })}
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={() => setChoice('open')}>
          {t('models.chooseOtherwise')}
        </Button>
      </Group>
    )
  return (
    <Alert
      color="yellow"
      icon={<IconCoins aria-hidden />}
      title={titleOfStop(provider, budget)}
      data-testid="budget-stop"
    >
      <Text size="sm" className="figures">
        {t(budget.used < budget.limit ? 'models.areUsedTooLittle' : 'models.areUsed', {
          used: sayAmount(budget, budget.used),
          limit: sayAmount(budget, budget.limit),
        })}{' '}
        {t('models.losesNothing', { count: jobs.length })}
      </Text>
      {choice === 'raising' ? (
        <RaiseForm stop={stop} onDone={() => setChoice('open')} />
      ) : (
        <Group gap="xs" mt={8}>
          <Button size="compact-sm" variant="default" onClick={() => setChoice('waiting')}>
            {t('models.wait')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setChoice('raising')}>
            {t('models.raiseAsk')}
          </Button>
          {purpose === 'vision' ? (
            <WithoutButton
              label={t('models.readHere')}
              needs={({ scans, figures }) => scans === 'vision' || figures === 'vision'}
              onChoose={reading.run}
            />
          ) : (
            <WithoutButton
              label={t('models.goOnBuiltIn')}
              needs={({ model }) => model?.ref === provider}
              onChoose={(name) => onChangeModel(name, BUILT_IN)}
            />
          )}
        </Group>
      )}
    </Alert>
  )
}

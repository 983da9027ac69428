/**
 * Owns the fields of prices and budgets of a provider. Refuses: knowing prices; the engine knows those of usual models.
 */
import { Fieldset, Group, NumberInput, Stack, Text } from '@mantine/core'
import { budgetPeriods } from '../../shared/providers'
import { periodLabels, type Amount, type BudgetFields, type ProviderFields } from './provider-fields'
import type { ReactNode } from 'react'

type AmountProps = {
  readonly label: string
  readonly value: Amount
  readonly onChange: (value: Amount) => void
  readonly prefix?: string
  readonly placeholder?: string
}

function AmountInput({ label, value, onChange, prefix = '', placeholder = 'no bound' }: AmountProps): ReactNode {
  return (
    <NumberInput
      size="xs"
      label={label}
      min={0}
      allowNegative={false}
      prefix={prefix}
      placeholder={placeholder}
      thousandSeparator=","
      hideControls
      value={value}
      onChange={onChange}
    />
  )
}

type BudgetProps = {
  readonly legend: string
  /** Before the labels, so that two sets of them are told apart. */
  readonly of: string
  readonly budgets: BudgetFields
  readonly onChange: (budgets: BudgetFields) => void
}

function BudgetInputs({ legend, of, budgets, onChange }: BudgetProps): ReactNode {
  return (
    <Fieldset legend={legend} variant="filled">
      <Stack gap="xs">
        {budgetPeriods.map((period) => (
          <Group key={period} grow align="flex-end">
            {(['usd', 'tokens'] as const).map((unit) => (
              <AmountInput
                key={unit}
                label={`${of}${periodLabels[period]}, in ${unit === 'usd' ? 'dollars' : 'tokens'}`}
                prefix={unit === 'usd' ? '$' : ''}
                value={budgets[period][unit]}
                onChange={(value) => onChange({ ...budgets, [period]: { ...budgets[period], [unit]: value } })}
              />
            ))}
          </Group>
        ))}
      </Stack>
    </Fieldset>
  )
}

/** What a million tokens cost, by what they are for. */
const PRICES = [
  ['embeddingUsd', 'Vectors'],
  ['inputUsd', 'Reading'],
  ['outputUsd', 'Writing'],
] as const
const VISION_PRICES = [
  ['visionInputUsd', 'Pictures: reading'],
  ['visionOutputUsd', 'Pictures: writing'],
] as const

type MoneyProps = { readonly fields: ProviderFields; readonly change: (part: Partial<ProviderFields>) => void }

export function MoneyFields({ fields, change }: MoneyProps): ReactNode {
  const sees = fields.visionModel.trim() !== ''
  const rows = sees ? [PRICES, VISION_PRICES] : [PRICES]
  return (
    <>
      <Fieldset legend="Price in US dollars for a million tokens" variant="filled">
        <Stack gap="xs">
          {rows.map((row) => (
            <Group key={row[0][0]} grow align="flex-end">
              {row.map(([name, label]) => (
                <AmountInput
                  key={name}
                  label={label}
                  placeholder="as known"
                  value={fields[name]}
                  onChange={(value) => change({ [name]: value })}
                />
              ))}
            </Group>
          ))}
        </Stack>
        <Text size="xs" c="dimmed" mt={6}>
          Empty: the price that Sluice knows for the model; nothing for a server on this computer.
        </Text>
      </Fieldset>
      <BudgetInputs
        legend="Budgets: nothing is sent that would pass them"
        of=""
        budgets={fields.budgets}
        onChange={(budgets) => change({ budgets })}
      />
      {sees ? (
        <BudgetInputs
          legend="Of these, for reading pictures"
          of="Pictures: "
          budgets={fields.visionBudgets}
          onChange={(visionBudgets) => change({ visionBudgets })}
        />
      ) : null}
    </>
  )
}

/**
 * Owns the fields of prices and budgets of a provider. Refuses: knowing prices; the engine knows those of usual models.
 */
import { Fieldset, Group, NumberInput, Stack, Text } from '@mantine/core'
import { budgetPeriods } from '../../shared/providers'
import { t } from '../text/language'
import { numberMarks, unitMarks } from './number-marks'
import { periodLabels, type Amount, type BudgetFields, type ProviderFields } from './provider-fields'
import type { ReactNode } from 'react'
import type { TextKey } from '../../shared/translate'

type AmountProps = {
  readonly label: string
  readonly value: Amount
  readonly onChange: (value: Amount) => void
  readonly unit: keyof typeof unitMarks | null
  readonly placeholder?: string
}

function AmountInput({ label, value, onChange, unit, placeholder = t('models.noBound') }: AmountProps): ReactNode {
  return (
    <NumberInput
      size="xs"
      label={label}
      min={0}
      allowNegative={false}
      {...numberMarks}
      {...(unit === 'usd' ? unitMarks.usd : {})}
      placeholder={placeholder}
      hideControls
      value={value}
      onChange={onChange}
    />
  )
}

type BudgetProps = {
  readonly legend: string
  /** Two sets of them are told apart by their labels. */
  readonly labels: Readonly<Record<'usd' | 'tokens', TextKey>>
  readonly budgets: BudgetFields
  readonly onChange: (budgets: BudgetFields) => void
}

function BudgetInputs({ legend, labels, budgets, onChange }: BudgetProps): ReactNode {
  return (
    <Fieldset legend={legend} variant="filled">
      <Stack gap="xs">
        {budgetPeriods.map((period) => (
          <Group key={period} grow align="flex-end">
            {(['usd', 'tokens'] as const).map((unit) => (
              <AmountInput
                key={unit}
                label={t(labels[unit], { period: periodLabels[period] })}
                unit={unit}
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
  ['embeddingUsd', t('models.priceVectors')],
  ['inputUsd', t('models.priceReading')],
  ['outputUsd', t('models.priceWriting')],
] as const
const VISION_PRICES = [
  ['visionInputUsd', t('models.pricePicturesReading')],
  ['visionOutputUsd', t('models.pricePicturesWriting')],
] as const

type MoneyProps = { readonly fields: ProviderFields; readonly change: (part: Partial<ProviderFields>) => void }

export function MoneyFields({ fields, change }: MoneyProps): ReactNode {
  const sees = fields.visionModel.trim() !== ''
  const rows = sees ? [PRICES, VISION_PRICES] : [PRICES]
  return (
    <>
      <Fieldset legend={t('models.priceLegend')} variant="filled">
        <Stack gap="xs">
          {rows.map((row) => (
            <Group key={row[0][0]} grow align="flex-end">
              {row.map(([name, label]) => (
                <AmountInput
                  key={name}
                  label={label}
                  unit={null}
                  placeholder={t('models.asKnown')}
                  value={fields[name]}
                  onChange={(value) => change({ [name]: value })}
                />
              ))}
            </Group>
          ))}
        </Stack>
        <Text size="xs" c="dimmed" mt={6}>
          {t('models.priceEmpty')}
        </Text>
      </Fieldset>
      <BudgetInputs
        legend={t('models.budgetsLegend')}
        labels={{ usd: 'models.inDollars', tokens: 'models.inTokens' }}
        budgets={fields.budgets}
        onChange={(budgets) => change({ budgets })}
      />
      {sees ? (
        <BudgetInputs
          legend={t('models.pictureBudgetsLegend')}
          labels={{ usd: 'models.picturesInDollars', tokens: 'models.picturesInTokens' }}
          budgets={fields.visionBudgets}
          onChange={(visionBudgets) => change({ visionBudgets })}
        />
      ) : null}
    </>
  )
}

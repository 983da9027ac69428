/**
 * Owns the third step: which model makes the vectors, who reads pictures, what is made of documents by itself, and its share of the work.
 * Refuses: changing the model of a collection that has vectors: that is agreed to apart, with what it takes.
 */
import { Alert, NumberInput, Radio, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { summaryWishes } from '../../shared/answers'
import { figureReadings, scanReadings } from '../../shared/domain'
import { useCall } from '../client/queries'
import { BUILT_IN, nameOfModel, placeOfModel, shortModel } from '../models/model-names'
import { t } from '../text/language'
import { figureWays, scanWays, summaryWays, type Way } from './reading-ways'
import type { ReactNode } from 'react'
import type { Provider } from '../../shared/providers'
import type { StepProps } from './steps'

type ChoiceProps<T extends string> = {
  readonly label: string
  readonly values: readonly T[]
  readonly ways: Readonly<Record<T, Way>>
  readonly value: T
  readonly onChoose: (value: T) => void
}

function Choice<T extends string>({ label, values, ways, value, onChoose }: ChoiceProps<T>): ReactNode {
  const choose = (chosen: string): void => {
    const known = values.find((one) => one === chosen)
    if (known !== undefined) onChoose(known)
  }
  return (
    <Radio.Group label={label} value={value} onChange={choose}>
      <Stack gap={6} mt={6}>
        {values.map((one) => (
          <Radio key={one} value={one} label={ways[one].label} description={ways[one].description} />
        ))}
      </Stack>
    </Radio.Group>
  )
}

const optionOf = (provider: Provider): { readonly value: string; readonly label: string } => ({
  value: provider.name,
  label:
    provider.name === BUILT_IN || provider.embeddingModel === null
      ? nameOfModel(provider.name)
      : `${provider.name} · ${shortModel(provider.embeddingModel)}`,
})

function Model({ draft, task, send }: Pick<StepProps, 'draft' | 'task' | 'send'>): ReactNode {
  const { data } = useCall('providers.list', {}, { topics: ['providers'] })
  if (task.kind === 'change')
    return <Text size="sm">{t('collections.vectorsMadeBy', { model: nameOfModel(draft.model) })}</Text>
  const providers = (data?.providers ?? []).filter(({ name, embeddingModel }) => name === BUILT_IN || embeddingModel)
  const chosen = providers.find(({ name }) => name === draft.model)
  // One that a file or another collection names, and that is not there, stays to be seen.
  const missing = data === undefined || chosen !== undefined ? [] : [{ value: draft.model, label: draft.model }]
  return (
    <Select
      label={t('collections.modelOfVectors')}
      description={chosen === undefined ? undefined : placeOfModel(chosen)}
      error={missing.length > 0 ? t('collections.modelMissing') : null}
      data={[...providers.map(optionOf), ...missing]}
      value={draft.model}
      allowDeselect={false}
      onChange={(model) => {
        if (model !== null) send({ type: 'changed', draft: { model } })
      }}
    />
  )
}

export function ReadingStep({ draft, task, refusal, send }: StepProps): ReactNode {
  const change = (part: Parameters<typeof send>[0] & { readonly type: 'changed' }): void => send(part)
  return (
    <Stack gap="lg">
      {refusal === null ? null : (
        <Alert color="red" title={t('collections.notLikeThat')}>
          {refusal.message}
        </Alert>
      )}
      <Model draft={draft} task={task} send={send} />
      <Choice
        label={t('collections.whoReadsScans')}
        values={scanReadings}
        ways={scanWays}
        value={draft.scans}
        onChoose={(scans) => change({ type: 'changed', draft: { scans } })}
      />
      <Choice
        label={t('collections.whoReadsFigures')}
        values={figureReadings}
        ways={figureWays}
        value={draft.figures}
        onChoose={(figures) => change({ type: 'changed', draft: { figures } })}
      />
      <Choice
        label={t('collections.whatIsMade')}
        values={summaryWishes}
        ways={summaryWays}
        value={draft.summaries}
        onChoose={(summaries) => change({ type: 'changed', draft: { summaries } })}
      />
      <SimpleGrid cols={2}>
        <NumberInput
          label={t('collections.turns')}
          description={t('collections.turnsHint')}
          value={draft.weight}
          min={0.01}
          max={100}
          decimalScale={2}
          clampBehavior="strict"
          onChange={(weight) => {
            if (typeof weight === 'number' && weight >= 0.01) change({ type: 'changed', draft: { weight } })
          }}
        />
        <NumberInput
          label={t('collections.perMinute')}
          description={t('collections.perMinuteHint')}
          value={draft.tasksPerMinute ?? ''}
          min={0}
          max={1_000_000}
          allowDecimal={false}
          clampBehavior="strict"
          onChange={(perMinute) =>
            change({ type: 'changed', draft: { tasksPerMinute: typeof perMinute === 'number' ? perMinute : null } })
          }
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {t('collections.aboutPassages')} {task.kind === 'change' ? t('collections.staysUntilOffered') : ''}
      </Text>
    </Stack>
  )
}

/**
 * Owns adding a provider and changing one: where it is, its key, its models, its prices and budgets.
 * Refuses: showing a key. One that is typed goes to the engine once, and is never read back.
 */
import { Alert, Button, Group, NumberInput, PasswordInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState, type ReactNode } from 'react'
import type { Provider, ProviderPreset } from '../../shared/providers'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import {
  choicesOf,
  definitionOf,
  fieldsOfPreset,
  fieldsOfProvider,
  givenKey,
  lackOf,
  presetLabels,
  presetOrder,
  type ProviderFields,
} from './provider-fields'
import { MoneyFields } from './provider-money'

type FormProps = {
  readonly initial: ProviderFields
  /** The one that is changed; `null` for a new one. */
  readonly provider: Provider | null
  readonly onSaved: () => void
}

const isPreset = (value: string | null): value is ProviderPreset => value !== null && value in presetLabels

/** Where what is typed goes, in the words of the engine where it is known already. */
const describeKey = (provider: Provider | null): string => {
  const { place, detail } = provider?.key ?? {}
  if (place === undefined || place === 'none') return t('models.keyKept')
  return t('models.keyThere', { where: detail ?? '' })
}

type InputProps = {
  readonly label: string
  readonly name: 'embeddingModel' | 'chatModel' | 'visionModel'
  readonly fields: ProviderFields
  readonly change: (part: Partial<ProviderFields>) => void
}

function ModelInput({ label, name, fields, change }: InputProps): ReactNode {
  return (
    <TextInput
      label={label}
      placeholder={t('models.none')}
      value={fields[name]}
      maxLength={200}
      spellCheck={false}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  )
}

/** What it is chosen for, with the model that takes. */
const USES = [
  {
    name: 'isChat',
    model: 'chatModel',
    label: t('models.useAnswers'),
    description: t('models.useAnswersHint'),
  },
  {
    name: 'isVision',
    model: 'visionModel',
    label: t('models.usePictures'),
    description: t('models.usePicturesHint'),
  },
] as const

function ProviderForm({ initial, provider, onSaved }: FormProps): ReactNode {
  const [fields, setFields] = useState(initial)
  const [key, setKey] = useState('')
  const change = (part: Partial<ProviderFields>): void => setFields((before) => ({ ...before, ...part }))
  const isNew = provider === null
  const lack = lackOf(fields)
  const chosen = choicesOf(fields)
  const saving = useAction(async () => {
    const name = fields.name.trim()
    const { notes = [] } = await call(isNew ? 'providers.add' : 'providers.update', {
      name,
      definition: definitionOf(fields),
      ...chosen,
      ...givenKey(fields, key),
    })
    setKey('')
    onSaved()
    modals.closeAll()
    showNote(
      t(isNew ? 'models.added' : 'models.changed', { name }),
      notes.length > 0 ? notes.join(' ') : t('models.tryFirst'),
    )
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (lack === null) saving.run()
      }}
    >
      <Stack gap="sm">
        <Select
          label={t('models.whatItIs')}
          data={presetOrder.map((value) => ({ value, label: presetLabels[value] }))}
          value={fields.preset}
          disabled={!isNew}
          allowDeselect={false}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          onChange={(value) => {
            if (!isPreset(value)) return
            setFields(fieldsOfPreset(value))
            setKey('')
          }}
        />
        <Group grow align="flex-start">
          <TextInput
            label={t('models.name')}
            description={t('models.nameHint')}
            value={fields.name}
            disabled={!isNew}
            maxLength={40}
            spellCheck={false}
            data-autofocus={isNew ? true : undefined}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('models.address')}
            description={t('models.addressHint')}
            value={fields.baseUrl}
            maxLength={2_000}
            spellCheck={false}
            onChange={(event) => change({ baseUrl: event.currentTarget.value })}
          />
        </Group>
        <Switch
          size="sm"
          label={t('models.asksForKey')}
          checked={fields.needsKey}
          onChange={(event) => change({ needsKey: event.currentTarget.checked })}
        />
        {fields.needsKey ? (
          <PasswordInput
            label={t('models.key')}
            description={describeKey(provider)}
            autoComplete="off"
            maxLength={10_000}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
        ) : null}
        <Group grow align="flex-end">
          <ModelInput label={t('models.modelOfVectors')} name="embeddingModel" fields={fields} change={change} />
          <NumberInput
            label={t('models.sizeOfVectors')}
            placeholder={t('models.sizeExample')}
            min={1}
            max={65_536}
            allowDecimal={false}
            hideControls
            value={fields.dimensions}
            onChange={(dimensions) => change({ dimensions })}
          />
        </Group>
        <Group grow align="flex-end">
          <ModelInput label={t('models.modelThatWrites')} name="chatModel" fields={fields} change={change} />
          <ModelInput label={t('models.modelOfPictures')} name="visionModel" fields={fields} change={change} />
        </Group>
        {USES.map(({ name, model, label, description }) => (
          <Switch
            key={name}
            size="sm"
            label={label}
            description={description}
            checked={chosen[name]}
            disabled={fields[model].trim() === ''}
            onChange={(event) => change({ [name]: event.currentTarget.checked })}
          />
        ))}
        <MoneyFields fields={fields} change={change} />
        {lack === null ? null : (
          <Alert color="gray" p="xs" role="status">
            {lack}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={saving.pending} disabled={lack !== null}>
            {t(isNew ? 'models.add' : 'models.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Asks for what a new provider needs. */
export const openAddProvider = (): void => {
  modals.open({
    title: t('models.addTitle'),
    size: 'lg',
    children: <ProviderForm initial={fieldsOfPreset('ollama')} provider={null} onSaved={() => undefined} />,
  })
}

/** Changes one that is there; `onSaved` when that was done. Its key is not shown; typing another one replaces it. */
export const openEditProvider = (provider: Provider, onSaved: () => void): void => {
  const initial = fieldsOfProvider(provider)
  if (initial === null) return
  modals.open({
    title: t('models.changeTitle', { name: provider.name }),
    size: 'lg',
    children: <ProviderForm initial={initial} provider={provider} onSaved={onSaved} />,
  })
}

/**
 * Owns adding a model from a folder and changing one: which folder, what the engine finds in it, what a person says where the folder does not.
 * Refuses: adding what was not looked at as it would be added.
 */
import { Button, Checkbox, Collapse, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconChevronDown, IconChevronRight, IconFolderOpen } from '@tabler/icons-react'
import { useEffect, useState, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { poolings } from '../../shared/model-folders'
import { useAction } from '../client/actions'
import { call, callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import {
  fieldsOfFolder,
  fieldsOfPath,
  folderDefinitionOf,
  isSameFolder,
  NO_PROMPT,
  poolingLabels,
  promptOf,
  suggestName,
  type FolderFields,
  type Prompt,
} from './folder-fields'
import { FolderLook, type Look } from './folder-report'
import type { Provider } from '../../shared/providers'

/** The folder that a person chooses in the system's dialog; `null`: none. */
const pickFolder = async (): Promise<string | null> =>
  (await callApp('dialog.pick', { kind: 'model' })).paths[0] ?? null

/** Looks once for each `asked`; what is answered too late is not heeded. */
const useLook = (asked: FolderFields): Look => {
  const [seen, setSeen] = useState<{ readonly asked: FolderFields; readonly look: Look } | null>(null)
  useEffect(() => {
    let late = false
    const tell = (look: Look): void => (late ? undefined : setSeen({ asked, look }))
    call('providers.inspect', folderDefinitionOf(asked)).then(
      (report) => tell({ state: 'found', report }),
      (thrown: unknown) => tell({ state: 'refused', error: toAppError(thrown) }),
    )
    return () => {
      late = true
    }
  }, [asked])
  return seen?.asked === asked ? seen.look : { state: 'looking' }
}

const promptWords = {
  queryPrefix: { before: t('models.beforeSearch'), nothing: t('models.nothingBeforeSearch') },
  documentPrefix: { before: t('models.beforePassage'), nothing: t('models.nothingBeforePassage') },
} as const

type PromptProps = {
  readonly of: keyof typeof promptWords
  readonly prompt: Prompt
  readonly onChange: (prompt: Prompt) => void
}

function PromptField({ of, prompt, onChange }: PromptProps): ReactNode {
  const isNone = prompt === NO_PROMPT
  return (
    <Stack gap={6}>
      <TextInput
        label={promptWords[of].before}
        placeholder={t(isNone ? 'models.nothing' : 'models.asFolderSays')}
        value={prompt ?? ''}
        disabled={isNone}
        maxLength={1_000}
        spellCheck={false}
        onChange={(event) => onChange(promptOf(event.currentTarget.value))}
      />
      <Checkbox
        size="xs"
        label={promptWords[of].nothing}
        checked={isNone}
        onChange={(event) => onChange(event.currentTarget.checked ? NO_PROMPT : null)}
      />
    </Stack>
  )
}

type ChoiceProps = { readonly fields: FolderFields; readonly change: (part: Partial<FolderFields>) => void }

function FolderChoices({ fields, change }: ChoiceProps): ReactNode {
  return (
    <Stack gap="sm">
      <Group grow align="flex-end">
        <TextInput
          label={t('models.onnxFile')}
          placeholder={t('models.asUsual')}
          value={fields.modelFile}
          maxLength={1_000}
          spellCheck={false}
          onChange={(event) => change({ modelFile: event.currentTarget.value })}
        />
        <Select
          label={t('models.poolingField')}
          placeholder={t('models.asFolderSays')}
          clearable
          clearButtonProps={{ 'aria-label': t('models.asFolderSaysChoice') }}
          data={poolings.map((value) => ({ value, label: poolingLabels[value] }))}
          value={fields.pooling}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          onChange={(value) => change({ pooling: poolings.find((one) => one === value) ?? null })}
        />
        <NumberInput
          label={t('models.tokensAtATime')}
          placeholder={t('models.asFolderSays')}
          min={16}
          max={8_192}
          allowDecimal={false}
          hideControls
          value={fields.maxTokens}
          onChange={(maxTokens) => change({ maxTokens })}
        />
      </Group>
      <Group grow align="flex-start">
        {(['queryPrefix', 'documentPrefix'] as const).map((name) => (
          <PromptField key={name} of={name} prompt={fields[name]} onChange={(prompt) => change({ [name]: prompt })} />
        ))}
      </Group>
    </Stack>
  )
}

type FormProps = {
  readonly initial: FolderFields
  readonly initialName: string
  /** Whether a new one is added. */
  readonly isNew: boolean
  readonly onSaved: () => void
}

function FolderForm({ initial, initialName, isNew, onSaved }: FormProps): ReactNode {
  const [name, setName] = useState(initialName)
  const [fields, setFields] = useState(initial)
  /** What was looked at last; another object means another look. */
  const [asked, setAsked] = useState(initial)
  const [isOpen, setOpen] = useState(!isNew)
  const look = useLook(asked)
  const lookAt = (next: FolderFields): void => {
    setFields(next)
    // Not the same object: looking again at the same is a look, too.
    setAsked({ ...next })
  }
  const picking = useAction(async () => {
    const folder = await pickFolder()
    if (folder === null) return
    // What was said was said of another model; one that moved keeps it.
    lookAt(isNew ? fieldsOfPath(folder) : { ...fields, folder })
    if (isNew) setName(suggestName(folder, await namesOfModels()))
  })
  const isCurrent = isSameFolder(fields, asked)
  const isReady = isCurrent && look.state === 'found' && name.trim() !== ''
  const saving = useAction(async () => {
    const given = { name: name.trim(), definition: { kind: 'onnx', ...folderDefinitionOf(asked) } }
    await call(isNew ? 'providers.add' : 'providers.update', given)
    onSaved()
    modals.closeAll()
    showNote(
      t(isNew ? 'models.added' : 'models.changed', { name: given.name }),
      isNew ? t('models.chooseForCollection') : '',
    )
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) saving.run()
        else if (!isCurrent) lookAt(fields)
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{t('models.aboutFolder')}</Text>
        <Group justify="space-between" wrap="nowrap" align="flex-end">
          <Stack gap={2} miw={0}>
            <Text size="sm" fw={500}>
              {t('models.folder')}
            </Text>
            <Text size="sm" c="dimmed" className="wrap-anywhere" data-testid="model-folder">
              {fields.folder}
            </Text>
          </Stack>
          <Button
            size="compact-sm"
            variant="default"
            style={{ flexShrink: 0 }}
            leftSection={<IconFolderOpen size={14} aria-hidden />}
            loading={picking.pending}
            disabled={saving.pending}
            onClick={picking.run}
          >
            {t('models.anotherFolder')}
          </Button>
        </Group>
        <FolderLook look={look} onAgain={() => lookAt(fields)} />
        <div>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={
              isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />
            }
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {t('models.sayMore')}
          </Button>
          <Collapse expanded={isOpen} transitionDuration={0}>
            <Stack gap="sm" mt="xs">
              <FolderChoices fields={fields} change={(part) => setFields((before) => ({ ...before, ...part }))} />
              <Group justify="flex-end">
                <Button size="compact-sm" variant="default" disabled={isCurrent} onClick={() => lookAt(fields)}>
                  {t('models.lookAgainWithThis')}
                </Button>
              </Group>
            </Stack>
          </Collapse>
        </div>
        <TextInput
          label={t('models.name')}
          description={t('models.nameHint')}
          value={name}
          disabled={!isNew}
          maxLength={40}
          spellCheck={false}
          data-autofocus={isNew ? true : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {isNew ? null : (
          <Text size="xs" c="dimmed">
            {t('models.otherMakingSays')}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => modals.closeAll()}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={saving.pending} disabled={!isReady}>
            {t(isNew ? 'models.add' : 'models.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const namesOfModels = async (): Promise<string[]> =>
  (await call('providers.list', {})).providers.map(({ name }) => name)

/** Asks for a folder in the system's dialog, then shows what is in it. */
export const openAddFolder = async (): Promise<void> => {
  const folder = await pickFolder()
  if (folder === null) return
  const initialName = suggestName(folder, await namesOfModels())
  modals.open({
    title: t('models.addFolderTitle'),
    size: 'lg',
    children: <FolderForm initial={fieldsOfPath(folder)} initialName={initialName} isNew onSaved={() => undefined} />,
  })
}

/** Changes one that is there; `onSaved` when that was done. */
export const openEditFolder = (provider: Provider, onSaved: () => void): void => {
  const initial = fieldsOfFolder(provider)
  if (initial === null) return
  modals.open({
    title: t('models.changeTitle', { name: provider.name }),
    size: 'lg',
    children: <FolderForm initial={initial} initialName={provider.name} isNew={false} onSaved={onSaved} />,
  })
}

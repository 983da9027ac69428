/**
 * Owns one model as people see it: where it runs, its key's place, how it does, what was used of it; trying, changing, removing it.
 */
import { Alert, Badge, Button, Group, Menu, Stack, Text, Title, ActionIcon } from '@mantine/core'
import { IconDots, IconPencil, IconPlugConnected, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { useNow } from '../client/moment'
import { confirmFirst } from '../shell/confirmation'
import { formatCount, formatCountdown, formatPlural } from '../text/figures'
import { withoutForce } from '../text/sentences'
import { openEditFolder } from './folder-form'
import { BUILT_IN, nameOfModel, placeOfModel, shortModel } from './model-names'
import { openEditProvider } from './provider-form'
import { ProviderUsage } from './provider-usage'
import classes from './models-view.module.css'
import type { Provider, ProviderBreaker, ProviderTest } from '../../shared/providers'

const describeModels = ({ name, embeddingModel, dimensions, chatModel, visionModel }: Provider): string =>
  [
    embeddingModel === null ? null : name === BUILT_IN ? 'Vectors' : `Vectors by ${shortModel(embeddingModel)}`,
    dimensions === null ? null : formatPlural(dimensions, 'dimension'),
    chatModel === null ? null : `writes with ${chatModel}`,
    visionModel ? `reads pictures with ${visionModel}` : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')

/** Where its files are, or its key. */
const describePlace = (provider: Provider): string | null =>
  provider.kind === 'onnx' ? provider.place : describeKey(provider)

const describeKey = ({ key }: Provider): string | null => {
  if (key === null) return null
  return key.place === 'none' ? 'No key yet' : `Its key is ${key.detail}`
}

const describeTest = ({ dimensions, embeddingMs, chatMs, models, tokensPerSecond }: ProviderTest): string =>
  [
    dimensions === null || embeddingMs === null
      ? null
      : `a vector of ${formatPlural(dimensions, 'dimension')} in ${embeddingMs} ms`,
    tokensPerSecond ? `about ${formatCount(tokensPerSecond)} tokens a second` : null,
    chatMs === null ? null : `a sentence in ${chatMs} ms`,
    models === null || models.length === 0 ? null : `${formatPlural(models.length, 'model')} offered`,
  ]
    .filter((part) => part !== null)
    .join(', ')

function TestResult({ result }: { readonly result: ProviderTest }): ReactNode {
  if (result.ok)
    return (
      <Alert color="tide" p="xs" mt="sm" role="status" data-testid="test-result">
        It works: {describeTest(result)}.{result.detail ? ` It is read as ${result.detail}.` : ''}
      </Alert>
    )
  return (
    <Alert color="red" p="xs" mt="sm" title={result.code} role="status" data-testid="test-result">
      {result.message ?? 'It did not answer.'}
    </Alert>
  )
}

function BreakerLine({ breaker }: { readonly breaker: ProviderBreaker }): ReactNode {
  const now = useNow(breaker.retryAt !== null)
  if (breaker.state === 'closed') return null
  const next =
    breaker.retryAt === null
      ? 'Whether it works again is decided by what is asked next.'
      : `It is tried again by itself in ${formatCountdown(Date.parse(breaker.retryAt) - now)}.`
  return (
    <Alert color="yellow" p="xs" mt="sm" title="Left alone for a while">
      It failed {formatPlural(breaker.failures, 'time')} in a row{breaker.reason === null ? '' : ` (${breaker.reason})`}
      . {next}
    </Alert>
  )
}

type MenuProps = { readonly provider: Provider; readonly onChanged: () => void }

function ProviderMenu({ provider, onChanged }: MenuProps): ReactNode {
  const { name } = provider
  const isFolder = provider.kind === 'onnx'
  const gone = isFolder ? 'Its folder stays as it is.' : 'Its key is forgotten. What was used of it stays known.'
  const remove = async (force: boolean): Promise<void> => {
    await call('providers.remove', { name, force })
    showNote(`Removed “${name}”`, gone)
  }
  const forcing = useAction(() => remove(true))
  const removing = useAction(async () => {
    try {
      await remove(false)
    } catch (thrown) {
      const { code, message } = toAppError(thrown)
      if (code !== 'PROVIDER_IN_USE') throw thrown
      confirmFirst({
        title: `“${name}” is in use`,
        text: withoutForce(message),
        keep: 'Keep it',
        action: 'Remove it all the same',
        run: forcing.run,
      })
    }
  })
  const ask = (): void =>
    confirmFirst({
      title: `Remove “${name}”?`,
      text: gone,
      keep: 'Keep it',
      action: 'Remove it',
      run: removing.run,
    })
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={`Actions for the model ${name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={15} aria-hidden />}
          onClick={() => (isFolder ? openEditFolder : openEditProvider)(provider, onChanged)}
        >
          Change…
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={ask}>
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

export function ProviderCard({ provider }: { readonly provider: Provider }): ReactNode {
  const { name, isChat, isVision, problem, breaker } = provider
  const [changes, setChanges] = useState(0)
  /** With what was changed before it: of what it was before a change it says nothing. */
  const [result, setResult] = useState<{ readonly test: ProviderTest; readonly changes: number } | null>(null)
  const testing = useAction(async () => {
    setResult(null)
    setResult({ test: await call('providers.test', { name }), changes })
  })
  const place = describePlace(provider)
  const isBuiltIn = name === BUILT_IN
  return (
    <section className={`surface ${classes.card ?? ''}`} aria-label={nameOfModel(name)} data-testid="provider">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Group gap={8}>
            <Title order={3} size="sm" className="wrap-anywhere">
              {nameOfModel(name)}
            </Title>
            {isChat ? (
              <Badge variant="light" size="sm" tt="none">
                Answers questions
              </Badge>
            ) : null}
            {isVision === true ? (
              <Badge variant="light" size="sm" tt="none">
                Reads pictures
              </Badge>
            ) : null}
          </Group>
          <Text size="xs" c="dimmed" className="wrap-anywhere figures">
            {[placeOfModel(provider), describeModels(provider)].filter((part) => part !== '').join(' · ')}
          </Text>
          {place === null ? null : (
            <Text size="xs" c="dimmed" className="wrap-anywhere">
              {place}
            </Text>
          )}
        </Stack>
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlugConnected size={14} aria-hidden />}
            loading={testing.pending}
            aria-label={`Test ${nameOfModel(name)}`}
            onClick={testing.run}
          >
            Test
          </Button>
          {isBuiltIn ? null : <ProviderMenu provider={provider} onChanged={() => setChanges((before) => before + 1)} />}
        </Group>
      </Group>
      {problem === null ? null : (
        <Alert color="yellow" p="xs" mt="sm">
          {problem}
        </Alert>
      )}
      {breaker === undefined ? null : <BreakerLine breaker={breaker} />}
      {result?.changes === changes ? <TestResult result={result.test} /> : null}
      {provider.kind === 'openai' ? (
        <div style={{ marginTop: 12 }}>
          <ProviderUsage provider={provider} />
        </div>
      ) : null}
    </section>
  )
}

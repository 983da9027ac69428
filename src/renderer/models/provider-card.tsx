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
import { formatCountdown } from '../text/figures'
import { t } from '../text/language'
import { withoutForce } from '../text/sentences'
import { openEditFolder } from './folder-form'
import { BUILT_IN, nameOfModel, placeOfModel, shortModel } from './model-names'
import { openEditProvider } from './provider-form'
import { ProviderUsage } from './provider-usage'
import classes from './models-view.module.css'
import type { Provider, ProviderBreaker, ProviderTest } from '../../shared/providers'

const describeModels = ({ name, embeddingModel, dimensions, chatModel, visionModel }: Provider): string =>
  [
    embeddingModel === null
      ? null
      : name === BUILT_IN
        ? t('models.vectors')
        : t('models.vectorsBy', { model: shortModel(embeddingModel) }),
    dimensions === null ? null : t('models.dimensions', { count: dimensions }),
    chatModel === null ? null : t('models.writesWith', { model: chatModel }),
    visionModel ? t('models.readsPicturesWith', { model: visionModel }) : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')

/** Where its files are, or its key. */
const describePlace = (provider: Provider): string | null =>
  provider.kind === 'onnx' ? provider.place : describeKey(provider)

const describeKey = ({ key }: Provider): string | null => {
  if (key === null) return null
  return key.place === 'none' ? t('models.noKey') : t('models.keyIs', { where: key.detail })
}

const describeTest = ({ dimensions, embeddingMs, chatMs, models, tokensPerSecond }: ProviderTest): string =>
  [
    dimensions === null || embeddingMs === null ? null : t('models.aVectorIn', { count: dimensions, ms: embeddingMs }),
    tokensPerSecond ? t('models.tokensASecond', { number: tokensPerSecond }) : null,
    chatMs === null ? null : t('models.aSentenceIn', { ms: chatMs }),
    models === null || models.length === 0 ? null : t('models.modelsOffered', { count: models.length }),
  ]
    .filter((part) => part !== null)
    .join(', ')

function TestResult({ result }: { readonly result: ProviderTest }): ReactNode {
  if (result.ok)
    return (
      <Alert color="tide" p="xs" mt="sm" role="status" data-testid="test-result">
        {t('models.works', { list: describeTest(result) })}
        {result.detail ? ` ${t('models.isReadAs', { what: result.detail })}` : ''}
      </Alert>
    )
  return (
    <Alert color="red" p="xs" mt="sm" title={result.code} role="status" data-testid="test-result">
      {result.message ?? t('models.noAnswer')}
    </Alert>
  )
}

function BreakerLine({ breaker }: { readonly breaker: ProviderBreaker }): ReactNode {
  const now = useNow(breaker.retryAt !== null)
  if (breaker.state === 'closed') return null
  const next =
    breaker.retryAt === null
      ? t('models.decidedNext')
      : t('models.triedAgainIn', { time: formatCountdown(Date.parse(breaker.retryAt) - now) })
  return (
    <Alert color="yellow" p="xs" mt="sm" title={t('models.leftAlone')}>
      {breaker.reason === null
        ? t('models.failedInARow', { count: breaker.failures })
        : t('models.failedInARowFor', { count: breaker.failures, reason: breaker.reason })}{' '}
      {next}
    </Alert>
  )
}

type MenuProps = { readonly provider: Provider; readonly onChanged: () => void }

function ProviderMenu({ provider, onChanged }: MenuProps): ReactNode {
  const { name } = provider
  const isFolder = provider.kind === 'onnx'
  const gone = t(isFolder ? 'models.folderStays' : 'models.keyForgotten')
  const remove = async (force: boolean): Promise<void> => {
    await call('providers.remove', { name, force })
    showNote(t('models.removed', { name }), gone)
  }
  const forcing = useAction(() => remove(true))
  const removing = useAction(async () => {
    try {
      await remove(false)
    } catch (thrown) {
      const { code, message } = toAppError(thrown)
      if (code !== 'PROVIDER_IN_USE') throw thrown
      confirmFirst({
        title: t('models.inUse', { name }),
        text: withoutForce(message),
        keep: t('models.keepIt'),
        action: t('models.removeAllTheSame'),
        run: forcing.run,
      })
    }
  })
  const ask = (): void =>
    confirmFirst({
      title: t('models.removeTitle', { name }),
      text: gone,
      keep: t('models.keepIt'),
      action: t('models.removeIt'),
      run: removing.run,
    })
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={t('models.actionsFor', { name })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={15} aria-hidden />}
          onClick={() => (isFolder ? openEditFolder : openEditProvider)(provider, onChanged)}
        >
          {t('models.change')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={ask}>
          {t('models.remove')}
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
                {t('models.answersQuestions')}
              </Badge>
            ) : null}
            {isVision === true ? (
              <Badge variant="light" size="sm" tt="none">
                {t('models.readsPictures')}
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
        <Group gap={6} wrap="nowrap" style={{ flexShrink: 0 }}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlugConnected size={14} aria-hidden />}
            loading={testing.pending}
            aria-label={t('models.testModel', { name: nameOfModel(name) })}
            onClick={testing.run}
          >
            {t('models.test')}
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

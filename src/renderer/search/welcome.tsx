/**
 * Owns the first look at Sluice: what stays on this computer, the first collection, sample documents to try it with.
 */
import { Button, Card, Group, List, Stack, Text, TextInput, ThemeIcon, Title } from '@mantine/core'
import { IconFileSearch, IconFolder, IconPlugConnectedX, IconSparkles } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { createJobs } from '../client/intake'
import { DEFAULT_COLLECTION } from '../client/places'
import { PickButtons } from '../queue/pick-buttons'
import { LogoMark } from '../shell/logo-mark'
import { SAMPLE_COLLECTION } from './sample-searches'
import { t } from '../text/language'
import classes from './welcome.module.css'

const promises = [
  {
    Icon: IconPlugConnectedX,
    title: t('search.offlineTitle'),
    text: t('search.offlineText'),
  },
  {
    Icon: IconFolder,
    title: t('search.stayTitle'),
    text: t('search.stayText'),
  },
  {
    Icon: IconFileSearch,
    title: t('search.countedTitle'),
    text: t('search.countedText'),
  },
] as const

type Props = {
  readonly dataDir: string
  /** Documents are being read: there is nothing to search yet. */
  readonly reading: boolean
  readonly onAdded: () => void
}

function Promises({ dataDir }: Pick<Props, 'dataDir'>): ReactNode {
  return (
    <div>
      <List spacing="md" center={false} className={classes.promises}>
        {promises.map(({ Icon, title, text }) => (
          <List.Item
            key={title}
            icon={
              <ThemeIcon variant="light" size={34} radius="xl">
                <Icon size={19} stroke={1.7} aria-hidden />
              </ThemeIcon>
            }
          >
            <Text fw={600} size="sm">
              {title}
            </Text>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </List.Item>
        ))}
      </List>
      <Text size="xs" c="dimmed" className={classes.folder}>
        {t('search.theFolder', { dataDir })}
      </Text>
    </div>
  )
}

export function Welcome({ dataDir, reading, onAdded }: Props): ReactNode {
  const [name, setName] = useState('')
  const samples = useAction(async () => {
    const { path } = await callApp('samples.prepare', {})
    await createJobs([[{ path }]], SAMPLE_COLLECTION, { leaveOut: [], confirmed: true })
  })
  return (
    <Stack className={classes.welcome} gap="lg">
      <Group gap="md" wrap="nowrap">
        <LogoMark size={44} />
        <div>
          <Title order={2} size="h3">
            {t('search.welcome')}
          </Title>
          <Text c="dimmed">{t('search.welcomeText')}</Text>
        </div>
      </Group>
      <Promises dataDir={dataDir} />
      <Card withBorder padding="lg" component="section" aria-label={t('search.firstCollection')}>
        <Stack gap="sm">
          <Text fw={600}>{t('search.firstCollection')}</Text>
          <Text size="sm" c="dimmed">
            {t('search.dropOrChoose')}
          </Text>
          <TextInput
            label={t('search.whatToCallIt')}
            placeholder={DEFAULT_COLLECTION}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PickButtons scope={name.trim() === '' ? null : name.trim()} onAdded={onAdded} />
        </Stack>
      </Card>
      <Card withBorder padding="lg" component="section" aria-label={t('search.samples')}>
        <Group justify="space-between" wrap="nowrap" gap="lg">
          <div>
            <Text fw={600}>{t('search.onlyLooking')}</Text>
            <Text size="sm" c="dimmed">
              {t(reading ? 'search.samplesRead' : 'search.samplesWhat')}
            </Text>
          </div>
          <Button
            variant="light"
            className={classes.try}
            leftSection={<IconSparkles size={16} aria-hidden />}
            loading={samples.pending || reading}
            onClick={samples.run}
          >
            {t('search.tryTheSamples')}
          </Button>
        </Group>
      </Card>
    </Stack>
  )
}

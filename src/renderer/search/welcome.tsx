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
import classes from './welcome.module.css'

const promises = [
  {
    Icon: IconPlugConnectedX,
    title: 'It works offline',
    text: 'Sluice opens no connection unless you add a model that needs one. What you add is read on this computer, and what is made of it stays in one folder of yours.',
  },
  {
    Icon: IconFolder,
    title: 'Your files stay where they are',
    text: 'They are read and never moved or changed. Removing a document from Sluice leaves the file alone.',
  },
  {
    Icon: IconFileSearch,
    title: 'Nothing gets lost silently',
    text: 'Every document is accounted for: found, or named with the reason why not and what helps.',
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
        The folder: {dataDir}
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
            Welcome to Sluice
          </Title>
          <Text c="dimmed">It makes the documents on this computer searchable by what they mean.</Text>
        </div>
      </Group>
      <Promises dataDir={dataDir} />
      <Card withBorder padding="lg" component="section" aria-label="Your first collection">
        <Stack gap="sm">
          <Text fw={600}>Your first collection</Text>
          <Text size="sm" c="dimmed">
            Drop files, folders, archives or mails anywhere on this window, or choose them here.
          </Text>
          <TextInput
            label="What to call it"
            placeholder={DEFAULT_COLLECTION}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PickButtons scope={name.trim() === '' ? null : name.trim()} onAdded={onAdded} />
        </Stack>
      </Card>
      <Card withBorder padding="lg" component="section" aria-label="Sample documents">
        <Group justify="space-between" wrap="nowrap" gap="lg">
          <div>
            <Text fw={600}>Only looking?</Text>
            <Text size="sm" c="dimmed">
              {reading
                ? 'They are being read. The first can be searched in a moment.'
                : 'The papers of a family that does not exist: a lease, recipes, letters in archives. About 40 files, ready in seconds, gone with their collection.'}
            </Text>
          </div>
          <Button
            variant="light"
            className={classes.try}
            leftSection={<IconSparkles size={16} aria-hidden />}
            loading={samples.pending || reading}
            onClick={samples.run}
          >
            Try the samples
          </Button>
        </Group>
      </Card>
    </Stack>
  )
}

/**
 * Owns what people see of documents that an earlier version has read: that there are some, what reading them anew takes, and the word to begin.
 * Refuses: beginning by itself.
 */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconBook2 } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatDuration } from '../text/figures'
import { t } from '../text/language'
import { formatUsd } from './model-figures'
import type { ReadingEstimate } from '../../shared/reading'

/** What it takes, in one sentence. */
export const sayEstimate = ({ documents, chunks, needOcr, costUsd, expectedMs }: ReadingEstimate): string => {
  const time = expectedMs === null ? null : t('models.aboutTime', { time: formatDuration(expectedMs) })
  const price = costUsd === null || costUsd === 0 ? null : t('models.atMostAmount', { amount: formatUsd(costUsd) })
  const ocr = needOcr === 0 ? null : t('models.byOcrAgain', { number: needOcr })
  const parts = [
    t('common.documents', { count: documents }),
    t('models.atMostPassages', { count: chunks }),
    ocr,
    time,
    price,
  ]
  return t('models.readingTakes', { list: parts.filter((part) => part !== null).join(', ') })
}

type Props = { readonly collection: string; readonly reason: string }

export function OutdatedText({ collection, reason }: Props): ReactNode {
  const [estimate, setEstimate] = useState<ReadingEstimate | null>(null)
  const asking = useAction(async () => {
    setEstimate((await call('collections.rebuild', { name: collection, approve: false })).estimate)
  })
  const beginning = useAction(async () => {
    const { approved } = await call('collections.rebuild', { name: collection, approve: true })
    setEstimate(null)
    if (approved) showNote(t('models.isReadAnew', { collection }), t('models.queueShows'))
  })
  return (
    <Alert color="yellow" icon={<IconBook2 aria-hidden />} title={t('models.earlierVersion')} mt="sm">
      <Text size="sm">{estimate === null ? reason : sayEstimate(estimate)}</Text>
      <Group gap="xs" mt={8}>
        {estimate === null ? (
          <Button size="compact-sm" variant="default" loading={asking.pending} onClick={asking.run}>
            {t('models.readThemAnew')}
          </Button>
        ) : (
          <>
            <Button size="compact-sm" loading={beginning.pending} onClick={beginning.run}>
              {t('models.begin')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setEstimate(null)}>
              {t('models.notNow')}
            </Button>
          </>
        )}
      </Group>
    </Alert>
  )
}

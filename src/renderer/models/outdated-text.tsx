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
import { formatCount, formatDuration, formatPlural } from '../text/figures'
import { sayCost } from '../../shared/costs'
import type { ReadingEstimate } from '../../shared/reading'

/** What it takes, in one sentence. */
export const sayEstimate = ({ documents, chunks, needOcr, costUsd, expectedMs }: ReadingEstimate): string => {
  const time = expectedMs === null ? null : `about ${formatDuration(expectedMs)}`
  const price =
    costUsd === null || costUsd === 0 ? null : costUsd < 0.01 ? sayCost(costUsd) : `at most $${costUsd.toFixed(2)}`
  const ocr = needOcr === 0 ? null : `${formatCount(needOcr)} with pages that are read by OCR again`
  const parts = [formatPlural(documents, 'document'), `at most ${formatPlural(chunks, 'passage')}`, ocr, time, price]
  return `${parts.filter((part) => part !== null).join(', ')}. Each is found as it is until its new text takes its place.`
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
    if (approved) showNote(`“${collection}” is read anew`, 'The queue shows how far it is.')
  })
  return (
    <Alert color="yellow" icon={<IconBook2 aria-hidden />} title="Read by an earlier version of Sluice" mt="sm">
      <Text size="sm">{estimate === null ? reason : sayEstimate(estimate)}</Text>
      <Group gap="xs" mt={8}>
        {estimate === null ? (
          <Button size="compact-sm" variant="default" loading={asking.pending} onClick={asking.run}>
            Read them anew…
          </Button>
        ) : (
          <>
            <Button size="compact-sm" loading={beginning.pending} onClick={beginning.run}>
              Begin
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setEstimate(null)}>
              Not now
            </Button>
          </>
        )}
      </Group>
    </Alert>
  )
}

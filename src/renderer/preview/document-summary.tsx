/**
 * Owns the summary that a collection had made of a document, above its text. Refuses: making one, and markup in it.
 */
import { Spoiler, Text } from '@mantine/core'
import { useCall } from '../client/queries'
import { t } from '../text/language'
import type { ReactNode } from 'react'

/** Three lines, and nothing of a fourth. */
const LINE_PX = 20
const FOLDED_PX = 3 * LINE_PX

export function DocumentSummary({ id }: { readonly id: string }): ReactNode {
  const { data } = useCall('documents.show', { id }, { topics: ['documents'], quiet: ['NOT_FOUND'] })
  const summary = data?.summary ?? null
  if (summary === null) return null
  return (
    <>
      <Spoiler maxHeight={FOLDED_PX} showLabel={t('preview.wholeSummary')} hideLabel={t('client.less')} mt={8} fz="xs">
        <Text size="sm" lh={`${LINE_PX}px`} component="section" aria-label={t('preview.summary')}>
          {summary.text}
        </Text>
      </Spoiler>
      {summary.method === 'provider' ? (
        <Text size="xs" c="dimmed">
          {t('preview.byChatModel')}
        </Text>
      ) : null}
    </>
  )
}

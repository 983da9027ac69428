/**
 * Owns what to try with the sample documents: searches whose answers are in them, in other words than theirs.
 */
import { Button, Group, Stack, Text } from '@mantine/core'
import { t } from '../text/language'
import type { ReactNode } from 'react'

/** The collection the sample documents go into. */
export const SAMPLE_COLLECTION = 'Samples'

const searches = [
  'flat tire',
  'what does the insurance pay',
  'when do the tomatoes go outside',
  'key to the trunk type:docx',
] as const

export function SampleSearches({ onSearch }: { readonly onSearch: (query: string) => void }): ReactNode {
  return (
    <Stack align="center" gap={6}>
      <Text size="sm" c="dimmed" id="sample-searches">
        {t('search.trySamples')}
      </Text>
      <Group gap="xs" justify="center" role="group" aria-labelledby="sample-searches">
        {searches.map((query) => (
          <Button key={query} size="compact-sm" variant="default" fw={400} onClick={() => onSearch(query)}>
            {query}
          </Button>
        ))}
      </Group>
    </Stack>
  )
}

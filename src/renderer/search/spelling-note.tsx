/**
 * Owns the offer of another spelling, or saying that the results are already for it.
 */
import { Anchor, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { SearchResult } from '../../shared/domain'

type Props = { readonly result: SearchResult; readonly onSearch: (query: string) => void }

export function SpellingNote({ result, onSearch }: Props): ReactNode {
  const { didYouMean, corrected, query } = result
  if (didYouMean === undefined || didYouMean === null || didYouMean === query) return null
  const choice = (
    <Anchor component="button" type="button" fw={600} onClick={() => onSearch(didYouMean)}>
      {didYouMean}
    </Anchor>
  )
  return (
    <Text size="sm" data-testid="did-you-mean">
      {corrected === true ? (
        <>
          Nothing was found for “{query}”. These are results for {choice}.
        </>
      ) : (
        <>Did you mean {choice}?</>
      )}
    </Text>
  )
}

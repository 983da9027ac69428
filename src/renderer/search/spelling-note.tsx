/**
 * Owns the offer of another spelling, or saying that the results are already for it.
 */
import { Anchor, Text } from '@mantine/core'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { SearchResult } from '../../shared/domain'

type Props = { readonly result: SearchResult; readonly onSearch: (query: string) => void }

/** Where the button stands in the sentence; no text has it. */
const PLACE = '\u0000'

export function SpellingNote({ result, onSearch }: Props): ReactNode {
  const { didYouMean, corrected, query } = result
  if (didYouMean === undefined || didYouMean === null || didYouMean === query) return null
  const choice = (
    <Anchor component="button" type="button" fw={600} onClick={() => onSearch(didYouMean)}>
      {didYouMean}
    </Anchor>
  )
  const [before, after] = t(corrected === true ? 'search.corrected' : 'search.didYouMean', {
    query,
    choice: PLACE,
  }).split(PLACE)
  return (
    <Text size="sm" data-testid="did-you-mean">
      {before}
      {choice}
      {after}
    </Text>
  )
}

/**
 * Owns going where a notification or a link leads: a search, the report of a job, a document to read. Refuses: anything that it would do
 * there; links come from anywhere.
 */
import { useEffect, useEffectEvent, useState } from 'react'
import { call, callApp } from '../client/caller'
import { onGoTo } from '../client/changes'
import { showFailure } from '../client/failures'
import { readingOfDocument, type Reading } from '../preview/reading'

type Ways = { readonly search: (query: string) => void; readonly job: (id: string) => void }

/** Goes there at once and whenever it is wanted later; `reading` is the document that is wanted. */
export function useWantedPlace(ways: Ways): {
  readonly reading: Reading | null
  readonly setReading: (reading: Reading | null) => void
} {
  const [reading, setReading] = useState<Reading | null>(null)
  const go = useEffectEvent(async () => {
    const { place } = await callApp('place.take', {})
    if (place === null) return
    if (place.kind === 'search') ways.search(place.query)
    else if (place.kind === 'job') ways.job(place.id)
    else setReading(readingOfDocument(await call('documents.show', { id: place.id })))
  })
  useEffect(() => {
    const take = (): void => {
      go().catch(showFailure)
    }
    take()
    return onGoTo(take)
  }, [])
  return { reading, setReading }
}

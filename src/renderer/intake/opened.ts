/**
 * Owns what was opened with the app from outside (by its start, a second one, the system): it is offered like a drop, and the person says where it goes.
 */
import { useEffect, useEffectEvent } from 'react'
import { doBeside } from '../client/actions'
import { callApp } from '../client/caller'
import { onOpened } from '../client/changes'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import { offerPaths } from './offer'
import type { OfferedPath } from '../../shared/calls'

const tellMissing = (missing: readonly string[], count: number): void => {
  const names = missing.join(', ')
  if (count > 0) showNote(t('intake.missing', { count, names }), t('intake.missingWhich', { names }))
}

const takeOpened = async (collection: string): Promise<void> => {
  const taken: OfferedPath[] = []
  for (let more = true; more;) {
    const { paths, missing, missingCount, more: isMore } = await callApp('intake.take', {})
    taken.push(...paths)
    tellMissing(missing, missingCount)
    more = isMore
  }
  if (taken.length > 0) await offerPaths(taken, collection, { choose: true })
}

/** Offers what is opened from now on, and what was opened before; `collection` is what is proposed. */
export function useOpenedPaths(collection: string): void {
  const take = useEffectEvent(() => doBeside(takeOpened(collection)))
  useEffect(() => {
    take()
    return onOpened(() => take())
  }, [])
}

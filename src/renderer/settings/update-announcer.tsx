/**
 * Owns saying, wherever in the window a person is, that the feed has a newer version. Refuses: asking the feed, and telling one version twice.
 */
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { callApp } from '../client/caller'
import { onChange } from '../client/changes'
import { doBeside } from '../client/actions'
import { t } from '../text/language'
import { announce } from './settings-announcer'

export function UpdateAnnouncer({ onShow }: { readonly onShow: () => void }): ReactNode {
  const [told] = useState(() => new Set<string>())
  const show = useEffectEvent(onShow)
  useEffect(() => {
    const look = async (): Promise<void> => {
      const { found, phase } = await callApp('updates.state', {})
      if (found === null || phase !== 'idle' || told.has(found.version)) return
      told.add(found.version)
      const title = t('updates.foundTitle', { version: found.version })
      announce({ id: 'update-found', title, text: t('updates.foundBody'), color: 'blue', show: () => show() })
    }
    // Not before a hint: what knows of updates is not loaded for the start of a window.
    return onChange(['updates'], () => doBeside(look()))
  }, [told])
  return null
}

/**
 * Owns dropping and pasting: the whole window takes files, folders and archives, and text, which becomes a note; it says beforehand where they go.
 * Refuses: text over a field or from the page itself, which is left alone.
 */
import { Stack, Text } from '@mantine/core'
import { IconStackPush } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { doBeside } from '../client/actions'
import { dropTaker, type DropTaker } from '../client/drop-taker'
import { offerPaths } from '../intake/offer'
import { useOpenedPaths } from '../intake/opened'
import { carries, readTransfer, toPaths, type Transfer } from '../intake/transfer'
import { t } from '../text/language'
import { dropTargetOf, type Scope } from '../client/places'
import classes from './drop-overlay.module.css'
import type { ReactNode } from 'react'

type Carried = 'files' | 'text'

/** Where text goes by itself when it is dropped or pasted. */
const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null

const carriedBy = (event: DragEvent): Carried | null => carries(event.dataTransfer?.types ?? [])

const take = async (transfer: Transfer, collection: string): Promise<void> => {
  const paths = await toPaths(transfer)
  if (paths.length === 0) return
  // Notes take a while: whoever took drops before may be gone.
  const taker = dropTaker()
  if (taker === null) await offerPaths(paths, collection)
  else taker.take(paths)
}

/** Takes what is pasted outside of fields. */
function usePaste(collection: string): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const { clipboardData: data } = event
      if (data === null || event.defaultPrevented || isField(event.target) || carries(data.types) === null) return
      // Before a dialog that takes nothing, nothing is meant to be added.
      if (dropTaker() === null && document.querySelector('[role="dialog"]') !== null) return
      event.preventDefault()
      doBeside(take(readTransfer(data), collection))
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  }, [collection])
}

const sayWhere = (carried: Carried, taker: DropTaker | null, collection: string): string => {
  if (taker !== null) return t('intake.dropToTaker', { place: taker.label })
  return t(carried === 'files' ? 'intake.dropTo' : 'intake.dropTextTo', { collection })
}

export function DropOverlay({ scope }: { readonly scope: Scope }): ReactNode {
  const [over, setOver] = useState<Carried | null>(null)
  const target = dropTargetOf(scope)
  useOpenedPaths(target)
  usePaste(target)

  useEffect(() => {
    /** Text of this page is dragged from one place of it to another. */
    let isOwn = false
    const begin = (): void => {
      isOwn = true
    }
    const end = (): void => {
      isOwn = false
    }
    const wantedOf = (event: DragEvent): Carried | null => {
      const carried = carriedBy(event)
      return carried === 'text' && (isOwn || isField(event.target)) ? null : carried
    }
    const hold = (event: DragEvent): void => {
      const carried = wantedOf(event)
      setOver(carried)
      if (carried === null || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    }
    const leave = (event: DragEvent): void => {
      // Moving on to another element leaves one as well; only who goes nowhere has left the window, or given up (and then the
      // event no longer says what was carried).
      if (event.relatedTarget === null) setOver(null)
    }
    // There are no mouse moves during a drag: the first one says that it is over, also where no leave was told.
    // What was dragged may have been taken out of the page, and then nothing else says that.
    const move = (): void => {
      isOwn = false
      setOver(null)
    }
    const drop = (event: DragEvent): void => {
      setOver(null)
      if (wantedOf(event) === null || event.dataTransfer === null) return
      event.preventDefault()
      doBeside(take(readTransfer(event.dataTransfer), target))
    }
    window.addEventListener('dragstart', begin)
    window.addEventListener('dragend', end)
    window.addEventListener('dragenter', hold)
    window.addEventListener('dragover', hold)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    window.addEventListener('mousemove', move)
    return () => {
      window.removeEventListener('dragstart', begin)
      window.removeEventListener('dragend', end)
      window.removeEventListener('dragenter', hold)
      window.removeEventListener('dragover', hold)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
      window.removeEventListener('mousemove', move)
    }
  }, [target])

  if (over === null) return null
  return (
    <div className={classes.overlay} data-testid="drop-overlay">
      <Stack className={classes.frame} align="center" justify="center" gap={6}>
        <IconStackPush size={44} stroke={1.4} aria-hidden />
        <Text size="xl" fw={600}>
          {sayWhere(over, dropTaker(), target)}
        </Text>
        <Text c="dimmed">{t(over === 'files' ? 'intake.dropWhat' : 'intake.dropTextWhat')}</Text>
      </Stack>
    </div>
  )
}

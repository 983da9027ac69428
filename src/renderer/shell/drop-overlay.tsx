/**
 * Owns dropping: the whole window takes files, folders and archives, and says beforehand where they will go.
 * Refuses: drags without files (text, a link), which are left alone.
 */
import { Stack, Text } from '@mantine/core'
import { IconStackPush } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { getBridge } from '../client/bridge'
import { dropTaker, type DropTaker } from '../client/drop-taker'
import { showFailure, showNote } from '../client/failures'
import { offerPaths } from '../intake/offer'
import { useOpenedPaths } from '../intake/opened'
import { t } from '../text/language'
import { dropTargetOf, type Scope } from '../client/places'
import classes from './drop-overlay.module.css'
import type { ReactNode } from 'react'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

const takeDrop = async (event: DragEvent, collection: string): Promise<void> => {
  const paths = getBridge().pathsOfDrop(Array.from(event.dataTransfer?.files ?? []))
  if (paths.length === 0) {
    showNote(t('intake.nothingToAdd'), t('intake.noFile'))
    return
  }
  const taker = dropTaker()
  if (taker === null) await offerPaths(paths, collection)
  else taker.take(paths)
}

const sayWhere = (taker: DropTaker | null, collection: string): string =>
  taker === null ? t('intake.dropTo', { collection }) : t('intake.dropToTaker', { place: taker.label })

export function DropOverlay({ scope }: { readonly scope: Scope }): ReactNode {
  const [over, setOver] = useState(false)
  const target = dropTargetOf(scope)
  useOpenedPaths(target)

  useEffect(() => {
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const hold = (event: DragEvent): void => {
      if (!carriesFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    }
    const leave = (event: DragEvent): void => {
      // Moving on to another element leaves one as well; only who goes nowhere has left the window, or given up (and then the
      // event no longer says what was carried).
      if (event.relatedTarget === null) setOver(false)
    }
    // There are no mouse moves during a drag: the first one says that it is over, also where no leave was told.
    const move = (): void => setOver(false)
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(false)
      takeDrop(event, target).catch(showFailure)
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', hold)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    window.addEventListener('mousemove', move)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragover', hold)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
      window.removeEventListener('mousemove', move)
    }
  }, [target])

  if (!over) return null
  return (
    <div className={classes.overlay} data-testid="drop-overlay">
      <Stack className={classes.frame} align="center" justify="center" gap={6}>
        <IconStackPush size={44} stroke={1.4} aria-hidden />
        <Text size="xl" fw={600}>
          {sayWhere(dropTaker(), target)}
        </Text>
        <Text c="dimmed">{t('intake.dropWhat')}</Text>
      </Stack>
    </div>
  )
}

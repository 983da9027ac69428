/**
 * Owns dropping: the whole window takes files, folders and archives, and says beforehand where they will go.
 * Refuses: drags without files (text, a link), which are left alone.
 */
import { Stack, Text } from '@mantine/core'
import { IconStackPush } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { showFailure, showNote } from '../client/failures'
import { offerPaths } from '../client/intake'
import { dropTargetOf, type Scope } from '../client/places'
import classes from './drop-overlay.module.css'
import type { ReactNode } from 'react'

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

const takeDrop = async (event: DragEvent, collection: string): Promise<void> => {
  const paths = window.sluice.pathsOfDrop(Array.from(event.dataTransfer?.files ?? []))
  if (paths.length === 0) {
    showNote('Nothing to add', 'What was dropped is not a file or folder on this computer.')
    return
  }
  await offerPaths(paths, collection)
}

export function DropOverlay({ scope }: { readonly scope: Scope }): ReactNode {
  const [over, setOver] = useState(false)
  const target = dropTargetOf(scope)

  useEffect(() => {
    // Entering a child fires before leaving its parent: only the count of both tells when the drag has left the window.
    let depth = 0
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth += 1
      setOver(true)
    }
    const hold = (event: DragEvent): void => {
      if (!carriesFiles(event) || event.dataTransfer === null) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
    }
    const leave = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      takeDrop(event, target).catch(showFailure)
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', hold)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragover', hold)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [target])

  if (!over) return null
  return (
    <div className={classes.overlay} data-testid="drop-overlay">
      <Stack className={classes.frame} align="center" justify="center" gap={6}>
        <IconStackPush size={44} stroke={1.4} aria-hidden />
        <Text size="xl" fw={600}>
          Drop to add to “{target}”
        </Text>
        <Text c="dimmed">Files, folders and zip archives. Originals stay where they are.</Text>
      </Stack>
    </div>
  )
}

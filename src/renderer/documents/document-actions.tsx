/**
 * Owns what can be done with a document wherever it is listed: open the original, show where it is, read the text.
 */
import { Button, Group } from '@mantine/core'
import { IconExternalLink, IconFolderSearch, IconTextCaption } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { isInArchive, nameOfPath } from '../text/passages'
import type { ReactNode } from 'react'

/** Opens the original, or says where it is shown instead. @throws AppError */
export const openDocument = async (id: string): Promise<void> => {
  const { message } = await callApp('documents.open', { id })
  if (message !== null) showNote('Shown in its folder', message)
}

/** Shows the original in the file manager. @throws AppError */
export const revealDocument = async (id: string): Promise<void> => {
  const { shown } = await callApp('documents.reveal', { id })
  if (shown === 'archive') showNote('The archive is shown', 'The document is inside it.')
}

type Props = { readonly id: string; readonly path: string; readonly onRead: () => void }

/** A document within an archive has no file of its own: its archive is shown, and its text is read here. */
export function DocumentActions({ id, path, onRead }: Props): ReactNode {
  const opening = useAction(openDocument)
  const revealing = useAction(revealDocument)
  const name = nameOfPath(path)
  const inArchive = isInArchive(path)
  const look = { size: 'compact-sm', variant: 'subtle', color: 'gray' } as const
  return (
    <Group gap={2}>
      {inArchive ? null : (
        <Button
          {...look}
          leftSection={<IconExternalLink size={14} aria-hidden />}
          loading={opening.pending}
          onClick={() => opening.run(id)}
          aria-label={`Open ${name}`}
        >
          Open
        </Button>
      )}
      <Button
        {...look}
        leftSection={<IconTextCaption size={14} aria-hidden />}
        onClick={onRead}
        aria-label={`Read the text of ${name}`}
      >
        Read
      </Button>
      <Button
        {...look}
        leftSection={<IconFolderSearch size={14} aria-hidden />}
        loading={revealing.pending}
        onClick={() => revealing.run(id)}
        aria-label={inArchive ? `Show the archive of ${name}` : `Show ${name} in its folder`}
      >
        {inArchive ? 'Show archive' : 'Show in folder'}
      </Button>
    </Group>
  )
}

/**
 * Owns the two buttons that add files or folders through the system's dialogs.
 */
import { Button, Group } from '@mantine/core'
import { IconFilePlus, IconFolderPlus } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { offerPaths } from '../intake/offer'
import { dropTargetOf, type Scope } from '../client/places'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { PickKind } from '../../shared/app-calls'

type Props = { readonly scope: Scope; readonly onAdded?: (() => void) | undefined }

/** Asks for files or folders by the system's dialog and offers them; false when the person chose none. @throws AppError */
export const pickAndOffer = async (kind: PickKind, scope: Scope): Promise<boolean> => {
  const { paths } = await callApp('dialog.pick', { kind })
  if (paths.length === 0) return false
  await offerPaths(
    paths.map((path) => ({ path })),
    dropTargetOf(scope),
  )
  return true
}

export function PickButtons({ scope, onAdded }: Props): ReactNode {
  const add = async (kind: PickKind): Promise<void> => {
    if (await pickAndOffer(kind, scope)) onAdded?.()
  }
  const files = useAction(() => add('files'))
  const folders = useAction(() => add('folders'))
  return (
    <Group gap="xs">
      <Button leftSection={<IconFilePlus size={16} aria-hidden />} loading={files.pending} onClick={files.run}>
        {t('queue.addFiles')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFolderPlus size={16} aria-hidden />}
        loading={folders.pending}
        onClick={folders.run}
      >
        {t('queue.addFolders')}
      </Button>
    </Group>
  )
}

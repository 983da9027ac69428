/**
 * Owns saving the view that is shown as PDF: what it looks like on paper is in `print.css`, and in light colors whatever the window has.
 */
import { Button } from '@mantine/core'
import { IconFileTypePdf } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import './print.css'
import type { ReactNode } from 'react'

type Props = { readonly name: string; readonly size?: 'xs' }

export function PrintButton({ name, size }: Props): ReactNode {
  const printing = useAction(async () => {
    const { file } = await callApp('view.print', { name })
    if (file !== null) showNote(t('files.printed'), file)
  })
  return (
    <Button
      variant="default"
      {...(size === undefined ? {} : { size })}
      leftSection={<IconFileTypePdf size={15} aria-hidden />}
      loading={printing.pending}
      onClick={printing.run}
    >
      {t('files.print')}
    </Button>
  )
}

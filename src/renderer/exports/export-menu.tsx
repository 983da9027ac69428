/**
 * Owns the button by which something is written to files of several kinds: a menu of them, and while one is written, how it is stopped.
 * Refuses: asking where; the app does, in the system's dialog.
 */
import { Button, Group, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useRef, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'

/** What the app answers: where the file is; `null` when a person chose no place, or stopped it. */
type Written = { readonly file: string | null }

export type ExportChoice = {
  readonly label: string
  /** Told when it is there. */
  readonly done: string
  /** `run`: the name by which it can be stopped. */
  readonly write: (run: string) => Promise<Written>
}

type Props = {
  readonly choices: readonly ExportChoice[]
  readonly size?: 'xs' | 'compact-sm'
  readonly disabled?: boolean
}

export function ExportMenu({ choices, size, disabled = false }: Props): ReactNode {
  const run = useRef<string | null>(null)
  const wasStopped = useRef(false)
  const writing = useAction(async ({ write, done }: ExportChoice) => {
    run.current = crypto.randomUUID()
    wasStopped.current = false
    const { file } = await write(run.current)
    if (file !== null) showNote(done, file)
    else if (wasStopped.current) showNote(t('files.stopped'))
  })
  const stopping = useAction(async () => {
    if (run.current === null) return
    wasStopped.current = true
    await callApp('export.stop', { run: run.current })
  })
  const look = { variant: 'default', ...(size === undefined ? {} : { size }) } as const
  return (
    <Group gap={6} wrap="nowrap">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            {...look}
            leftSection={<IconDownload size={15} aria-hidden />}
            loading={writing.pending}
            disabled={disabled}
          >
            {t('files.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map((choice) => (
            <Menu.Item key={choice.label} onClick={() => writing.run(choice)}>
              {choice.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {writing.pending ? (
        <Button {...look} aria-label={t('files.stopExport')} onClick={stopping.run}>
          {t('files.stop')}
        </Button>
      ) : null}
    </Group>
  )
}

/**
 * Owns entering the password of one document: it goes on with just that one, and with what else of its archive waits for the same.
 * Refuses: keeping the password; the field is emptied when it was sent.
 */
import { Button, Group, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import type { ReactNode } from 'react'
import type { Problem } from '../../shared/domain'
import type { ErrorCode } from '../../shared/errors'

const LOCKED: readonly ErrorCode[] = ['PDF_ENCRYPTED', 'DOCUMENT_ENCRYPTED', 'ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG']

/** Whether a password could open it. */
export const isLocked = ({ code, documentId }: Problem): boolean => documentId !== null && LOCKED.includes(code)

type Props = {
  readonly documentId: string
  readonly path: string
  /** Called once the password is being tried. */
  readonly onSent?: () => void
}

export function UnlockForm({ documentId, path, onSent }: Props): ReactNode {
  const [password, setPassword] = useState('')
  const name = nameOfPath(path)
  const unlocking = useAction(async () => {
    const { tasks } = await call('documents.password', { id: documentId, password })
    setPassword('')
    showNote(t('report.tryingPassword', { name }), tasks > 1 ? t('report.waitForPassword', { count: tasks }) : '')
    onSent?.()
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (password !== '') unlocking.run()
      }}
    >
      <Group gap="xs" mt={4} mb={4} align="flex-end">
        <PasswordInput
          size="xs"
          w={240}
          aria-label={t('report.passwordOf', { name })}
          placeholder={t('report.password')}
          autoComplete="off"
          maxLength={1_024}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="default" loading={unlocking.pending} disabled={password === ''}>
          {t('report.unlock')}
        </Button>
      </Group>
    </form>
  )
}

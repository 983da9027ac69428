/**
 * Owns what stands under the sentence of a failure: its code, and on demand what to do and the facts, to be copied or saved.
 * Refuses: toasts of its own; what fails here is said here.
 */
import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { toAppError, type AppError } from '../../shared/errors'
import { adviceOf, factsOf, failureText } from '../text/advice'
import { callApp } from './caller'
import { usePending } from './pending'
import { t } from '../text/language'
import type { ReactNode } from 'react'

type Props = {
  readonly error: AppError
  /** Told when the details are opened: whoever reads them is not hurried. */
  readonly onOpen: () => void
}

function Facts({ error }: Pick<Props, 'error'>): ReactNode {
  const facts = factsOf(error.details)
  const advice = adviceOf(error.code)
  return (
    <>
      {advice === null ? null : <Text size="sm">{advice}</Text>}
      {facts.length === 0 ? null : (
        <Code block mah={160} className="wrap-anywhere" tabIndex={0} aria-label={t('client.facts')}>
          {facts.map(([name, value]) => `${name}: ${value}`).join('\n')}
        </Code>
      )}
    </>
  )
}

/** Saves the report file; the person is asked where. Says where it is, or nothing when the person did not want it. */
export const saveProblemReport = async (what: string): Promise<string | null> => {
  const { file } = await callApp('problem.export', { what: what.slice(0, 4_000) })
  return file === null ? null : t('client.savedAs', { file })
}

export function FailureNote({ error, onOpen }: Props): ReactNode {
  const [open, setOpen] = useState(false)
  const [said, setSaid] = useState('')
  const onFailure = (thrown: unknown): void => setSaid(toAppError(thrown).message)
  const text = failureText(error.code, error.message, error.details)
  const copying = usePending(async () => {
    await callApp('clipboard.write', { text })
    setSaid(t('client.copied'))
  }, onFailure)
  const saving = usePending(async () => setSaid((await saveProblemReport(text)) ?? ''), onFailure)
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" c="dimmed">
          {error.code}
        </Text>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open)
            onOpen()
          }}
        >
          {t(open ? 'client.less' : 'client.details')}
        </Button>
      </Group>
      {open ? (
        <>
          <Facts error={error} />
          <Group gap={6}>
            <Button size="compact-xs" variant="default" loading={copying.pending} onClick={copying.run}>
              {t('client.copy')}
            </Button>
            <Button size="compact-xs" variant="default" loading={saving.pending} onClick={saving.run}>
              {t('client.saveReport')}
            </Button>
          </Group>
          <Text size="xs" role="status" className="wrap-anywhere">
            {said}
          </Text>
        </>
      ) : null}
    </Stack>
  )
}

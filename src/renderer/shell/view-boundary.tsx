/**
 * Owns what a person sees when a view breaks: the rest of the window stays, the error is named and logged, and there is a way back.
 */
import { Button, Code, Collapse, Group, Stack, Text, Title } from '@mantine/core'
import { Component, useState } from 'react'
import { toAppError } from '../../shared/errors'
import { useAction } from '../client/actions'
import { saveProblemReport } from '../client/failure-note'
import { showNote } from '../client/failures'
import { logProblem } from '../client/uncaught'
import { t } from '../text/language'
import type { ErrorInfo, ReactNode } from 'react'

type Props = {
  readonly children: ReactNode
  /** What stops when something in it breaks, for the log. */
  readonly name: string
  /** Where else to go; without it there is only the way to show it again. */
  readonly onLeave?: () => void
}
type State = { readonly error: Error | null }

type StoppedProps = {
  readonly error: Error
  readonly onAgain: () => void
  readonly onLeave: (() => void) | undefined
}

function Stopped({ error, onAgain, onLeave }: StoppedProps): ReactNode {
  const [open, setOpen] = useState(false)
  const saving = useAction(async () => {
    const said = await saveProblemReport(`${error.message}\n${error.stack ?? ''}`)
    if (said !== null) showNote(t('shell.reportSaved'), said)
  })
  return (
    <Stack p="xl" maw={640} role="alert">
      <Title order={2} size="h3">
        {t('shell.viewStopped')}
      </Title>
      <Text>{t('shell.viewStoppedWhy')}</Text>
      <Text>{t('shell.viewStoppedHelp')}</Text>
      <Group>
        <Button onClick={onAgain}>{t('shell.showAgain')}</Button>
        {onLeave === undefined ? null : (
          <Button variant="default" onClick={onLeave}>
            {t('shell.goToSearch')}
          </Button>
        )}
        <Button variant="default" loading={saving.pending} onClick={saving.run}>
          {t('client.saveReport')}
        </Button>
        <Button variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('client.details')}
        </Button>
      </Group>
      <Collapse expanded={open}>
        <Code block className="wrap-anywhere">
          {error.message}
        </Code>
      </Collapse>
    </Stack>
  )
}

/** An error boundary; React knows them only as classes. */
export class ViewBoundary extends Component<Props, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: thrown instanceof Error ? thrown : toAppError(thrown) }
  }

  override componentDidCatch(thrown: unknown, { componentStack }: ErrorInfo): void {
    const error = thrown instanceof Error ? thrown : toAppError(thrown)
    const traced = new Error(error.message, { cause: error })
    traced.stack = `${error.stack ?? ''}\nshown in${componentStack ?? ''}`
    logProblem(this.props.name, toAppError(traced))
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return <Stopped error={error} onAgain={() => this.setState({ error: null })} onLeave={this.props.onLeave} />
  }
}

/**
 * Owns the window in which a collection is made or changed: the steps, the buttons, the keys, and saving.
 * Refuses: what is chosen on each step (its own file), and where a person may go (the reducer).
 */
import { Alert, Button, Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useEffect, useReducer, useRef, type Dispatch, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { takeDrops } from '../client/drop-taker'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import classes from './collection-wizard.module.css'
import { ContentsStep } from './contents-step'
import { NameStep } from './name-step'
import { ReadingStep } from './reading-step'
import { ReviewStep } from './review-step'
import { makeCollection, updateCollection } from './saving'
import {
  isChanged,
  openWizard,
  problemOf,
  reduceWizard,
  stepOf,
  stepsOf,
  type Draft,
  type StepId,
  type Task,
  type WizardEvent,
  type WizardState,
} from './wizard-state'
import type { StepProps } from './steps'

type Settled = Extract<WizardState, { readonly phase: 'filling' | 'reviewing' }>

type WizardProps = {
  readonly task: Task
  readonly initial: Draft
  /** It was saved; with the name it has now. */
  readonly onDone: (name: string) => void
  readonly onClose: () => void
}

const forms: Readonly<Record<Exclude<StepId, 'review'>, (props: StepProps) => ReactNode>> = {
  name: NameStep,
  contents: ContentsStep,
  reading: ReadingStep,
}

type StepListProps = { readonly task: Task; readonly current: StepId; readonly send: Dispatch<WizardEvent> }

function StepList({ task, current, send }: StepListProps): ReactNode {
  const steps = stepsOf(task)
  const at = steps.findIndex(({ id }) => id === current)
  return (
    <ol className={classes.steps} aria-label={t('collections.steps')}>
      {steps.map(({ id, title }, index) => (
        <li key={id}>
          <UnstyledButton
            className={classes.step}
            data-done={index < at || undefined}
            aria-current={id === current ? 'step' : undefined}
            onClick={() => send({ type: 'went', step: id })}
          >
            {t('collections.stepNumbered', { number: index + 1, title })}
          </UnstyledButton>
        </li>
      ))}
    </ol>
  )
}

type ButtonProps = {
  readonly task: Task
  readonly state: Settled
  readonly saving: boolean
  readonly isDirty: boolean
  readonly send: Dispatch<WizardEvent>
}

function Buttons({ task, state, saving, isDirty, send }: ButtonProps): ReactNode {
  const steps = stepsOf(task)
  const current = stepOf(state)
  const isLast = steps.at(-1)?.id === current
  const isFirst = steps[0]?.id === current
  const isReady = problemOf(state.draft) === null
  const what =
    task.kind === 'change'
      ? t('collections.save')
      : t(state.draft.paths.length === 0 ? 'collections.create' : 'collections.createAndAdd')
  return (
    <Group justify="space-between" className={classes.buttons}>
      <Button variant="default" disabled={saving} onClick={() => send({ type: 'left', isDirty })}>
        {t('common.cancel')}
      </Button>
      <Group gap="xs">
        {isFirst ? null : (
          <Button variant="default" disabled={saving} onClick={() => send({ type: 'back' })}>
            {t('collections.back')}
          </Button>
        )}
        {isLast || task.kind === 'change' ? (
          <Button type="submit" loading={saving} disabled={!isReady || (task.kind === 'change' && !isDirty)}>
            {what}
          </Button>
        ) : (
          <Button type="submit" disabled={!isReady}>
            {t('collections.next')}
          </Button>
        )}
      </Group>
    </Group>
  )
}

function Leaving({ send }: { readonly send: Dispatch<WizardEvent> }): ReactNode {
  return (
    <Alert
      color="yellow"
      title={t('collections.closeWithoutSaving')}
      role="alertdialog"
      aria-label={t('collections.closeWithoutSaving')}
    >
      <Text size="sm">{t('collections.notKept')}</Text>
      <Group mt="sm" gap="xs">
        <Button variant="default" size="compact-sm" autoFocus onClick={() => send({ type: 'stayed' })}>
          {t('collections.goOn')}
        </Button>
        <Button color="red" size="compact-sm" onClick={() => send({ type: 'gaveUp' })}>
          {t('collections.closeAllTheSame')}
        </Button>
      </Group>
    </Alert>
  )
}

/** A list that is open over the form has the key for itself. */
const isListOpen = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.getAttribute('aria-expanded') === 'true'

export function CollectionWizard({ task, initial, onDone, onClose }: WizardProps): ReactNode {
  const [state, send] = useReducer(reduceWizard, initial, openWizard)
  const settled = state.phase === 'saving' || state.phase === 'leaving' ? state.from : state
  const draft = settled.phase === 'closed' ? null : settled.draft
  const isDirty = draft !== null && isChanged(draft, initial)
  const isDone = useRef(false)

  useEffect(() => {
    if (state.phase === 'closed') onClose()
  }, [state.phase, onClose])

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || isListOpen(event.target)) return
      event.preventDefault()
      send({ type: 'left', isDirty })
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [isDirty])

  const label =
    draft === null || draft.name.trim() === ''
      ? t('collections.theNewCollection')
      : t('collections.quoted', { name: draft.name.trim() })
  useEffect(() => {
    if (task.kind !== 'make') return undefined
    return takeDrops({
      label,
      take: (paths) => {
        send({ type: 'added', paths })
        send({ type: 'went', step: 'contents' })
      },
    })
  }, [task.kind, label])

  if (settled.phase === 'closed') return null
  const save = (): void => {
    if (isDone.current) return
    isDone.current = true
    send({ type: 'submitted' })
    const seen = settled.phase === 'reviewing' && settled.look.kind === 'seen' ? settled.look.estimate : null
    const saving =
      task.kind === 'make'
        ? makeCollection(settled.draft, seen !== null && seen.confirmation !== null)
        : updateCollection(task.collection.name, settled.draft, initial)
    saving.then(
      (name) => {
        if (task.kind === 'change') showNote(t('collections.saved', { name }))
        onDone(name)
        send({ type: 'saved' })
      },
      (thrown: unknown) => {
        isDone.current = false
        send({ type: 'refused', error: toAppError(thrown) })
      },
    )
  }
  const isLast = stepsOf(task).at(-1)?.id === stepOf(settled)
  const problem = problemOf(settled.draft)
  const props: StepProps = { task, draft: settled.draft, problem, refusal: settled.refusal, send }
  const Form = settled.phase === 'filling' ? forms[settled.step] : null
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (state.phase !== settled.phase || problem !== null) return
        if (isLast || task.kind === 'change') save()
        else send({ type: 'next' })
      }}
    >
      <StepList task={task} current={stepOf(settled)} send={send} />
      <Stack className={classes.body}>
        {Form === null ? null : <Form {...props} />}
        {settled.phase === 'reviewing' ? <ReviewStep {...props} look={settled.look} /> : null}
      </Stack>
      {state.phase === 'leaving' ? (
        <Leaving send={send} />
      ) : (
        <Buttons task={task} state={settled} saving={state.phase === 'saving'} isDirty={isDirty} send={send} />
      )}
    </form>
  )
}

/** Opens the wizard. It closes itself; Escape asks only when something would be lost. */
export const openCollectionWizard = (
  title: string,
  task: Task,
  initial: Draft,
  onDone: WizardProps['onDone'],
): void => {
  const id = modals.open({
    title,
    size: 680,
    closeOnEscape: false,
    closeOnClickOutside: false,
    withCloseButton: false,
    children: <CollectionWizard task={task} initial={initial} onDone={onDone} onClose={() => modals.close(id)} />,
  })
}

/**
 * Owns what each step of the wizard is given.
 */
import type { Dispatch } from 'react'
import type { Draft, problemOf, Refusal, Task, WizardEvent } from './wizard-state'

export type StepProps = {
  readonly task: Task
  readonly draft: Draft
  readonly problem: ReturnType<typeof problemOf>
  /** Why the engine did not take it, on the step where it is mended. */
  readonly refusal: Refusal | null
  readonly send: Dispatch<WizardEvent>
}

/**
 * Owns how a change of model goes on in the window: what a person is deciding (one reducer), and where the collection stands (told by its
 * generations). Refuses: calls and markup. What is not possible cannot be written down here.
 */
import type { AppError } from '../../shared/errors'
import type { CollectionGeneration, ModelEstimate } from '../../shared/generations'

/** What a person is deciding. Nothing has been changed in any of these. */
export type ChangeState =
  | { readonly step: 'closed' }
  | { readonly step: 'choosing' }
  | { readonly step: 'estimating'; readonly model: string }
  | { readonly step: 'estimated'; readonly model: string; readonly estimate: ModelEstimate }
  | { readonly step: 'starting'; readonly model: string; readonly estimate: ModelEstimate }
  | { readonly step: 'refused'; readonly model: string; readonly code: string; readonly message: string }

export type ChangeEvent =
  /** `model` is known where the person comes with one, for example from a budget that was used up. */
  | { readonly type: 'opened'; readonly model: string | null }
  | { readonly type: 'chosen'; readonly model: string }
  | { readonly type: 'estimated'; readonly model: string; readonly estimate: ModelEstimate }
  | { readonly type: 'refused'; readonly model: string; readonly error: AppError }
  | { readonly type: 'approved' }
  | { readonly type: 'closed' }

export const CLOSED: ChangeState = { step: 'closed' }

/** The model that is being decided about; `null` while there is none. */
export const chosenModel = (state: ChangeState): string | null => ('model' in state ? state.model : null)

/** An answer about another model than the one that is chosen now comes too late and changes nothing. */
export const reduceChange = (state: ChangeState, event: ChangeEvent): ChangeState => {
  switch (event.type) {
    case 'opened':
      return event.model === null ? { step: 'choosing' } : { step: 'estimating', model: event.model }
    case 'chosen':
      // What was approved is on its way: it is not changed any more.
      return state.step === 'closed' || state.step === 'starting' ? state : { step: 'estimating', model: event.model }
    case 'estimated':
      return state.step === 'estimating' && state.model === event.model
        ? { step: 'estimated', model: event.model, estimate: event.estimate }
        : state
    case 'refused': {
      const isAsked = state.step === 'estimating' || state.step === 'starting'
      const { code, message } = event.error
      return isAsked && state.model === event.model ? { step: 'refused', model: event.model, code, message } : state
    }
    case 'approved':
      return state.step === 'estimated' ? { ...state, step: 'starting' } : state
    case 'closed':
      return CLOSED
  }
}

/** Where a collection stands. Only one model serves, and at most one other is being made. */
export type Standing =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'settled'
      readonly serving: CollectionGeneration
      readonly previous: CollectionGeneration | null
    }
  | {
      readonly kind: 'building'
      readonly serving: CollectionGeneration
      readonly next: CollectionGeneration
      /** From 0 to 1. */
      readonly share: number
    }
  | { readonly kind: 'ready'; readonly serving: CollectionGeneration; readonly next: CollectionGeneration }

/** The share of texts that have their vectors; all of nothing is all. */
export const shareOf = ({ contents, missing }: Pick<CollectionGeneration, 'contents' | 'missing'>): number =>
  contents + missing === 0 ? 1 : contents / (contents + missing)

export const standingOf = (generations: readonly CollectionGeneration[]): Standing => {
  const inState = (state: CollectionGeneration['state']): CollectionGeneration | null =>
    generations.find((generation) => generation.state === state) ?? null
  const serving = inState('serving')
  if (serving === null) return { kind: 'empty' }
  const building = inState('building')
  if (building !== null) return { kind: 'building', serving, next: building, share: shareOf(building) }
  const ready = inState('ready')
  if (ready !== null) return { kind: 'ready', serving, next: ready }
  return { kind: 'settled', serving, previous: inState('previous') }
}

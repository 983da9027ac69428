/**
 * Owns how making or changing a collection goes on: one reducer over what a person has chosen so far and where they are.
 * Refuses: calls and markup. What is not possible cannot be written down here: only a review has figures, only what was refused has a reason.
 */
import { settingsOf, type CollectionFile } from '../../shared/collection-settings'
import { t } from '../text/language'
import type { SummaryWish } from '../../shared/answers'
import type { OfferedPath } from '../../shared/calls'
import type { Collection, CollectionColor, Estimate, FigureReading, ScanReading } from '../../shared/domain'
import type { AppError } from '../../shared/errors'

/** Everything that can be chosen. Patterns are kept as they are typed: one a line. */
export type Draft = {
  readonly name: string
  readonly color: CollectionColor | null
  readonly paths: readonly OfferedPath[]
  readonly ignores: string
  readonly model: string
  readonly scans: ScanReading
  readonly figures: FigureReading
  readonly summaries: SummaryWish
  readonly weight: number
  /** `null`: as the setting says; 0: any number. */
  readonly tasksPerMinute: number | null
}

export type StepId = 'name' | 'contents' | 'reading' | 'review'

/** The steps, once: their order, what they are called, and whether changing a collection has them as well. */
export const wizardSteps: readonly { readonly id: StepId; readonly title: string; readonly whenChanging: boolean }[] = [
  { id: 'name', title: t('collections.stepName'), whenChanging: true },
  { id: 'contents', title: t('collections.stepContents'), whenChanging: true },
  { id: 'reading', title: t('collections.stepReading'), whenChanging: true },
  { id: 'review', title: t('collections.stepReview'), whenChanging: false },
]

/** What is being done: making one, or changing the one that is there. */
export type Task = { readonly kind: 'make' } | { readonly kind: 'change'; readonly collection: Collection }

/** What a look at the contents found. */
export type Look =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'seen'; readonly estimate: Estimate }
  | { readonly kind: 'failed'; readonly message: string }

export type Refusal = { readonly code: string; readonly message: string }

type Filling = {
  readonly phase: 'filling'
  readonly step: Exclude<StepId, 'review'>
  readonly draft: Draft
  readonly refusal: Refusal | null
}
type Reviewing = {
  readonly phase: 'reviewing'
  readonly draft: Draft
  readonly look: Look
  readonly refusal: Refusal | null
}
type Settled = Filling | Reviewing
export type WizardState =
  | Settled
  /** On its way: nothing can be changed any more. `from` is gone back to when it is refused. */
  | { readonly phase: 'saving'; readonly from: Settled }
  /** Asked whether what was chosen may be lost. */
  | { readonly phase: 'leaving'; readonly from: Settled }
  | { readonly phase: 'closed' }

export type WizardEvent =
  | { readonly type: 'changed'; readonly draft: Partial<Omit<Draft, 'paths'>> }
  | { readonly type: 'added'; readonly paths: readonly OfferedPath[] }
  | { readonly type: 'dropped'; readonly path: string }
  /** Settings of a file take the place of those that are shown; what goes in stays. */
  | { readonly type: 'imported'; readonly file: CollectionFile }
  | { readonly type: 'went'; readonly step: StepId }
  | { readonly type: 'next' }
  | { readonly type: 'back' }
  | { readonly type: 'looked'; readonly estimate: Estimate }
  | { readonly type: 'lookFailed'; readonly error: AppError }
  | { readonly type: 'submitted' }
  | { readonly type: 'refused'; readonly error: AppError }
  | { readonly type: 'saved' }
  /** `isDirty`: something would be lost. */
  | { readonly type: 'left'; readonly isDirty: boolean }
  | { readonly type: 'stayed' }
  | { readonly type: 'gaveUp' }

const BUILT_IN = 'local'

const EMPTY: Draft = {
  name: '',
  color: null,
  paths: [],
  ignores: '',
  model: BUILT_IN,
  scans: 'ocr',
  figures: 'off',
  summaries: 'off',
  weight: 1,
  tasksPerMinute: null,
}

const withSettings = (settings: CollectionFile['settings']): Omit<Draft, 'name' | 'paths'> => ({
  color: settings.color ?? EMPTY.color,
  ignores: (settings.ignores ?? []).join('\n'),
  model: settings.model ?? EMPTY.model,
  scans: settings.scans ?? EMPTY.scans,
  figures: settings.figures ?? EMPTY.figures,
  summaries: settings.summaries ?? EMPTY.summaries,
  weight: settings.weight ?? EMPTY.weight,
  tasksPerMinute: settings.tasksPerMinute ?? EMPTY.tasksPerMinute,
})

/** With nothing chosen, or as another collection is: its settings without its documents. */
export const draftOf = (collection: Collection | null, name: string): Draft =>
  collection === null ? { ...EMPTY, name } : { ...EMPTY, ...withSettings(settingsOf(collection)), name }

export const stepsOf = ({ kind }: Task): typeof wizardSteps =>
  kind === 'make' ? wizardSteps : wizardSteps.filter(({ whenChanging }) => whenChanging)

export const openWizard = (draft: Draft): WizardState => ({ phase: 'filling', step: 'name', draft, refusal: null })

/** Patterns, one a line; blank lines are none. */
export const patternsOf = (ignores: string): string[] => [
  ...new Set(
    ignores
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
]

/** What keeps a draft from being saved, by the step on which it is mended; `null` for nothing. */
export const problemOf = (draft: Draft): { readonly step: StepId; readonly message: string } | null => {
  if (draft.name.trim() === '') return { step: 'name', message: t('collections.needsName') }
  const patterns = patternsOf(draft.ignores)
  if (patterns.length > 1_000) return { step: 'contents', message: t('collections.tooManyPatterns') }
  if (patterns.some((pattern) => pattern.length > 1_000))
    return { step: 'contents', message: t('collections.patternTooLong') }
  return null
}

/** The step on which a person mends what the engine refused. */
const stepsOfCodes: Readonly<Partial<Record<string, Filling['step']>>> = {
  COLLECTION_EXISTS: 'name',
  VISION_MISSING: 'reading',
  PROVIDER_UNKNOWN: 'reading',
}

const goTo = (draft: Draft, step: StepId): Settled =>
  step === 'review'
    ? { phase: 'reviewing', draft, refusal: null, look: { kind: draft.paths.length === 0 ? 'nothing' : 'looking' } }
    : { phase: 'filling', step, draft, refusal: null }

/** Forward only past what is in order; back at any time. */
const move = (state: Settled, step: StepId): Settled => {
  const problem = problemOf(state.draft)
  const order = wizardSteps.map(({ id }) => id)
  const isBlocked = problem !== null && order.indexOf(step) > order.indexOf(problem.step)
  return goTo(state.draft, isBlocked ? problem.step : step)
}

/** Where a settled state is; its neighbors are taken from the table. */
export const stepOf = (state: Settled): StepId => (state.phase === 'reviewing' ? 'review' : state.step)

const neighbor = (state: Settled, by: 1 | -1): StepId => {
  const at = wizardSteps.findIndex(({ id }) => id === stepOf(state))
  return wizardSteps[at + by]?.id ?? stepOf(state)
}

const change = (state: Settled, draft: Draft): Settled =>
  // What the figures counted is not what would go in any more.
  state.phase === 'reviewing' ? goTo(draft, 'review') : { ...state, draft, refusal: null }

const addPaths = (draft: Draft, paths: readonly OfferedPath[]): Draft => {
  const known = new Set(draft.paths.map(({ path }) => path))
  const added = paths.filter(({ path }) => !known.has(path) && known.add(path))
  return { ...draft, paths: [...draft.paths, ...added] }
}

const reduceSettled = (state: Settled, event: WizardEvent): WizardState => {
  const { draft } = state
  switch (event.type) {
    case 'changed':
      return change(state, { ...draft, ...event.draft })
    case 'added':
      return change(state, addPaths(draft, event.paths))
    case 'dropped':
      return change(state, { ...draft, paths: draft.paths.filter(({ path }) => path !== event.path) })
    case 'imported': {
      const { name, settings } = event.file
      return goTo({ ...draft, ...withSettings(settings), name: draft.name.trim() === '' ? name : draft.name }, 'name')
    }
    case 'went':
      return move(state, event.step)
    case 'next':
      return move(state, neighbor(state, 1))
    case 'back':
      return move(state, neighbor(state, -1))
    case 'looked':
    case 'lookFailed':
      // An answer to what is not asked any more changes nothing.
      if (state.phase !== 'reviewing' || state.look.kind !== 'looking') return state
      return {
        ...state,
        look:
          event.type === 'looked'
            ? { kind: 'seen', estimate: event.estimate }
            : { kind: 'failed', message: event.error.message },
      }
    case 'submitted': {
      const problem = problemOf(draft)
      return problem === null ? { phase: 'saving', from: state } : goTo(draft, problem.step)
    }
    case 'left':
      return event.isDirty ? { phase: 'leaving', from: state } : { phase: 'closed' }
    case 'refused':
    case 'saved':
    case 'stayed':
    case 'gaveUp':
      return state
  }
}

export const reduceWizard = (state: WizardState, event: WizardEvent): WizardState => {
  switch (state.phase) {
    case 'filling':
    case 'reviewing':
      return reduceSettled(state, event)
    case 'saving': {
      if (event.type === 'saved') return { phase: 'closed' }
      if (event.type !== 'refused') return state
      const { code, message } = event.error
      const refusal = { code, message }
      const step = stepsOfCodes[code]
      return step === undefined
        ? { ...state.from, refusal }
        : { phase: 'filling', step, draft: state.from.draft, refusal }
    }
    case 'leaving':
      if (event.type === 'gaveUp') return { phase: 'closed' }
      return event.type === 'stayed' || event.type === 'left' ? state.from : state
    case 'closed':
      return state
  }
}

/** Whether leaving would lose something. */
export const isChanged = (draft: Draft, initial: Draft): boolean => JSON.stringify(draft) !== JSON.stringify(initial)

/** The settings that differ from those of `initial`, as a call takes them. */
export const changesOf = (
  draft: Draft,
  initial: Draft,
): Partial<Pick<Draft, 'color' | 'scans' | 'figures' | 'summaries' | 'weight' | 'tasksPerMinute'>> & {
  ignores?: string[]
} => {
  const { color, scans, figures, summaries, weight, tasksPerMinute } = draft
  const plain = { color, scans, figures, summaries, weight, tasksPerMinute }
  const differing = Object.entries(plain).filter(([key, value]) => initial[key as keyof typeof plain] !== value)
  const ignores = patternsOf(draft.ignores)
  const isSame = JSON.stringify(ignores) === JSON.stringify(patternsOf(initial.ignores))
  return { ...Object.fromEntries(differing), ...(isSame ? {} : { ignores }) }
}

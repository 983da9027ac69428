/**
 * Owns the keys of the queue: which key does what with the job that has the focus, and how they are told.
 * Refuses: keys that are held together with others, except those that move a job in the line (`line.ts`).
 */
import { t } from '../text/language'

export const jobVerbs = ['hold', 'cancel', 'raise', 'lower', 'retry', 'open'] as const
export type JobVerb = (typeof jobVerbs)[number]

type Row = {
  /** What the browser calls the key, in lower case. */
  readonly keys: readonly string[]
  /** For people, and for `aria-keyshortcuts`. */
  readonly shown: string
  readonly spoken: string
}

export const verbKeys: Readonly<Record<JobVerb, Row>> = {
  hold: { keys: ['p'], shown: 'P', spoken: 'P' },
  cancel: { keys: ['delete'], shown: t('queue.keyDelete'), spoken: 'Delete' },
  raise: { keys: ['+'], shown: '+', spoken: 'Plus' },
  lower: { keys: ['-', '−'], shown: '−', spoken: 'Minus' },
  retry: { keys: ['r'], shown: 'R', spoken: 'R' },
  open: { keys: ['enter'], shown: t('queue.keyEnter'), spoken: 'Enter' },
}

type Press = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>

/** What a pressed key asks for; `null` for any other key. */
export const verbOf = ({ key, altKey, ctrlKey, metaKey }: Press): JobVerb | null => {
  if (altKey || ctrlKey || metaKey) return null
  const pressed = key.toLowerCase()
  return jobVerbs.find((verb) => verbKeys[verb].keys.includes(pressed)) ?? null
}

/** As `aria-keyshortcuts` has them. */
export const spokenKeys = (verbs: readonly JobVerb[]): string => verbs.map((verb) => verbKeys[verb].spoken).join(' ')

const steps: Readonly<Partial<Record<string, (at: number, last: number) => number>>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
}

/** Which of `count` jobs has the focus next; `null` when the key is not one of those that move it. */
export const stepTo = ({ key, altKey, ctrlKey, metaKey }: Press, at: number, count: number): number | null => {
  if (altKey || ctrlKey || metaKey || count === 0) return null
  return steps[key]?.(at, count - 1) ?? null
}

/** For the sheet of shortcuts. */
export const queueKeyRows: readonly (readonly [keys: string, label: string])[] = [
  ['ArrowDown', t('queue.keysMove')],
  ['P', t('queue.keysHold')],
  ['Delete', t('queue.keysCancel')],
  ['Plus', t('queue.keysRaise')],
  ['Minus', t('queue.keysLower')],
  ['R', t('queue.keysRetry')],
  ['Enter', t('queue.keysOpen')],
  ['Alt+ArrowUp', t('queue.keysLine')],
]

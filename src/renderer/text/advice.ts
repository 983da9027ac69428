/**
 * Owns what is said to do about a failed call, beyond its own sentence: one row for each disposition. A missing row is a type error.
 */
import { dispositionOf, type Disposition, type ErrorCode, type ErrorDetails } from '../../shared/errors'

const advice: Readonly<Record<Disposition, string | null>> = {
  retry: 'It may pass by itself: try again in a moment.',
  deadLetter: 'Mend what the sentence names, then try again.',
  reject: 'A limit said no. Every limit can be changed under Settings.',
  skip: null,
  partial: null,
  note: null,
  wait: 'It waits for a decision of yours: look at the queue.',
  interrupted: 'It is repeated by itself. Nothing is lost.',
  pause: 'Whatever needs it waits and goes on by itself once the cause is gone.',
  cancel: null,
  // Its sentence says what to do.
  refuse: null,
}

/** What to do; `null` when the sentence of the error says all there is to say. */
export const adviceOf = (code: ErrorCode): string | null =>
  code === 'INTERNAL_BUG'
    ? 'You did nothing wrong, and nothing is lost. Try again; if it comes back, save a report file and send it along when you report it.'
    : advice[dispositionOf(code)]

/** The facts of an error as a list that can be read and copied. */
export const factsOf = (details: ErrorDetails): readonly (readonly [name: string, value: string])[] =>
  Object.entries(details).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)] as const],
  )

/** A failure as text, for whoever is asked for help. */
export const failureText = (code: ErrorCode, message: string, details: ErrorDetails): string =>
  [message, `Code: ${code}`, ...factsOf(details).map(([name, value]) => `${name}: ${value}`)].join('\n')

/**
 * Owns what is said to do about a failed call, beyond its own sentence: one row for each disposition. A missing row is a type error.
 */
import { dispositionOf, type Disposition, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import { t } from './language'

const advice: Readonly<Record<Disposition, string | null>> = {
  retry: t('figures.adviceRetry'),
  deadLetter: t('figures.adviceDeadLetter'),
  reject: t('figures.adviceReject'),
  skip: null,
  partial: null,
  note: null,
  wait: t('figures.adviceWait'),
  interrupted: t('figures.adviceInterrupted'),
  pause: t('figures.advicePause'),
  cancel: null,
  // Its sentence says what to do.
  refuse: null,
}

/** What to do; `null` when the sentence of the error says all there is to say. */
export const adviceOf = (code: ErrorCode): string | null =>
  code === 'INTERNAL_BUG' ? t('figures.adviceBug') : advice[dispositionOf(code)]

/** The facts of an error as a list that can be read and copied. */
export const factsOf = (details: ErrorDetails): readonly (readonly [name: string, value: string])[] =>
  Object.entries(details).flatMap(([name, value]) =>
    // What it quotes is said in its sentence.
    name === 'because' || value === undefined || value === null || value === '' ? [] : [[name, String(value)] as const],
  )

/** A failure as text, for whoever is asked for help. */
export const failureText = (code: ErrorCode, message: string, details: ErrorDetails): string =>
  [message, t('figures.code', { code }), ...factsOf(details).map(([name, value]) => `${name}: ${value}`)].join('\n')

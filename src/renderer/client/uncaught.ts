/**
 * Owns what nobody caught in the page: it is told to the person, and to the log of the app.
 * Refuses: silence, and telling one error over and over: an error that repeats at every frame is logged a few times only.
 */
import { toAppError } from '../../shared/errors'
import { doBeside } from './actions'
import { callApp } from './caller'
import { showFailure } from './failures'

/** What browsers report when a layout takes two rounds; nothing has gone wrong. */
const HARMLESS = /^ResizeObserver loop/
const MAX_TOLD = 20

let told = 0

/** Writes what went wrong in the page into the log of the app. `where`: the view, or how it came up. */
export const logProblem = (where: string, thrown: unknown): void => {
  told += 1
  if (told > MAX_TOLD) return
  const { message, stack, cause } = toAppError(thrown)
  const trace = cause instanceof Error ? (cause.stack ?? cause.message) : (stack ?? '')
  doBeside(callApp('problem.tell', { where, message: message.slice(0, 2_000), stack: trace.slice(0, 8_000) }))
}

const tell = (where: string, thrown: unknown): void => {
  logProblem(where, thrown)
  showFailure(thrown)
}

/** Listens from now on, for as long as the page lives. */
export const tellUncaught = (): void => {
  window.addEventListener('unhandledrejection', (event) => tell('a promise', event.reason))
  window.addEventListener('error', (event) => {
    if (!HARMLESS.test(event.message)) tell('the page', event.error ?? new Error(event.message))
  })
}

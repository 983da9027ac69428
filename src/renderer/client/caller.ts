/**
 * Owns how the page calls the engine and the app: replies become values or `AppError`s.
 * Refuses: showing anything; see `failures.ts`.
 */
import { fromErrorRecord } from '../../shared/errors'
import { sayAnswer, sayError } from '../text/spoken'
import { getBridge } from './bridge'
import type { AppCallName, AppCallParams, AppCallResult } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'
import type { Reply } from '../../shared/window'

const unwrap = <T>(reply: Reply<T>): T => {
  if (reply.ok) return sayAnswer(reply.value)
  throw sayError(fromErrorRecord(reply.error))
}

let held: Promise<void> | null = null

/** From now on calls of the engine wait until what this returns is called. The window shows itself before the engine stands. */
export const holdCalls = (): (() => void) => {
  let letGo = (): void => undefined
  held = new Promise((resolve) => {
    letGo = resolve
  })
  return () => {
    held = null
    letGo()
  }
}

/** Calls the engine. @throws AppError */
export const call: Caller = async (name, params) => {
  if (held !== null) await held
  return unwrap(await getBridge().call(name, params))
}

/** Calls the app around the engine. @throws AppError */
export const callApp = async <N extends AppCallName>(name: N, params: AppCallParams<N>): Promise<AppCallResult<N>> =>
  unwrap(await getBridge().app(name, params))

/**
 * Owns how a view reads: asks, asks again when something changed, and never shows the answer to an older question.
 * Refuses: keeping data beyond the view; the store is the truth.
 */
import { useEffect, useState } from 'react'
import { toAppError } from '../../shared/errors'
import { call, callApp } from './caller'
import { onChange, type ChangeTopic } from './changes'
import { showFailure } from './failures'
import { makeRefresher, realClock } from './refresher'
import type { AppCallName, AppCallParams, AppCallResult } from '../../shared/app-calls'
import type { CallName, CallParams, CallResult } from '../../shared/calls'
import type { AppError, ErrorCode } from '../../shared/errors'

export type QueryOptions = {
  /** Asked again when one of these changed. */
  readonly topics?: readonly ChangeTopic[]
  /** Asked again at this pace as well, in milliseconds. */
  readonly everyMs?: number | undefined
  /** Least pause between two requests, in milliseconds. */
  readonly pauseMs?: number
  /** Asked again at once when it is another number: something was changed here. */
  readonly again?: number
  /** Keeps showing the last answer while a new question is on its way. */
  readonly keepPrevious?: boolean
  /** No answer is given sooner than this after its question, in milliseconds. */
  readonly leastMs?: number
  /** Codes that the view explains itself, without a toast. */
  readonly quiet?: readonly ErrorCode[]
}

export type Query<T> = {
  readonly data: T | undefined
  readonly error: AppError | undefined
  /** True while the answer to the current question is not there. */
  readonly loading: boolean
}

type Answer<T> = { readonly key: string; readonly data: T | undefined; readonly error: AppError | undefined }

const DEFAULT_PAUSE_MS = 400
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const NONE: readonly ChangeTopic[] = []

function useAnswer<T>(key: string | null, ask: (key: string) => Promise<T>, options: QueryOptions): Query<T> {
  const {
    topics = NONE,
    everyMs,
    pauseMs = DEFAULT_PAUSE_MS,
    keepPrevious = false,
    leastMs = 0,
    quiet,
    again = 0,
  } = options
  const [answer, setAnswer] = useState<Answer<T> | null>(null)
  const topicKey = topics.join()
  const quietKey = quiet?.join() ?? ''

  useEffect(() => {
    if (key === null) return undefined
    let live = true
    const load = async (): Promise<void> => {
      try {
        const [data] = await Promise.all([ask(key), leastMs === 0 ? null : pause(leastMs)])
        if (live) setAnswer({ key, data, error: undefined })
      } catch (thrown) {
        if (!live) return
        const error = toAppError(thrown)
        setAnswer((before) => ({ key, data: before?.key === key ? before.data : undefined, error }))
        if (!quietKey.split(',').includes(error.code)) showFailure(error)
      }
    }
    const refresher = makeRefresher(load, pauseMs, realClock)
    const stopHints = topicKey === '' ? null : onChange(topicKey.split(',') as ChangeTopic[], refresher.hint)
    const timer = everyMs === undefined ? null : setInterval(refresher.hint, everyMs)
    return () => {
      live = false
      refresher.close()
      stopHints?.()
      if (timer !== null) clearInterval(timer)
    }
  }, [key, ask, topicKey, everyMs, pauseMs, leastMs, quietKey, again])

  const current = answer !== null && answer.key === key ? answer : null
  const shown = current ?? (keepPrevious && key !== null ? answer : null)
  return { data: shown?.data, error: current?.error, loading: key !== null && current === null }
}

const askEngine = (key: string): Promise<unknown> => {
  const [name, params] = JSON.parse(key) as [CallName, never]
  return call(name, params)
}

const askApp = (key: string): Promise<unknown> => {
  const [name, params] = JSON.parse(key) as [AppCallName, never]
  return callApp(name, params)
}

/** Reads from the engine. `params` of `null` asks nothing. */
export function useCall<N extends CallName>(
  name: N,
  params: CallParams<N> | null,
  options: QueryOptions = {},
): Query<CallResult<N>> {
  const key = params === null ? null : JSON.stringify([name, params])
  return useAnswer(key, askEngine as (key: string) => Promise<CallResult<N>>, options)
}

/** Reads from the app around the engine. */
export function useAppCall<N extends AppCallName>(
  name: N,
  params: AppCallParams<N>,
  options: QueryOptions = {},
): Query<AppCallResult<N>> {
  return useAnswer(JSON.stringify([name, params]), askApp as (key: string) => Promise<AppCallResult<N>>, options)
}

/**
 * Owns one question to the documents: asked once, followed while its answer is written, stopped when nobody waits any more.
 */
import { useEffect, useState } from 'react'
import { toAppError, type AppError } from '../../shared/errors'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import type { Answer } from '../../shared/answers'
import type { Scope } from '../client/places'

export type Asking = {
  /** What has been written so far; not checked yet. */
  readonly written: string
  readonly answer: Answer | null
  readonly error: AppError | null
  /** It cannot be followed while it is written; it comes as a whole. */
  readonly unfollowed: boolean
}

const NOTHING: Asking = { written: '', answer: null, error: null, unfollowed: false }
const FOLLOW_MS = 10_000

/** Tells what is written until it is over or `isLive` says that nobody listens. */
const follow = async (id: string, isLive: () => boolean, onText: (text: string) => void): Promise<void> => {
  let written = ''
  let restarts = 0
  while (isLive()) {
    const piece = await call('ask.follow', { id, from: written.length, timeoutMs: FOLLOW_MS })
    written = piece.restarts === restarts ? written + piece.text : piece.text
    restarts = piece.restarts
    if (isLive() && piece.text !== '') onText(written)
    if (piece.done) return
  }
}

export function useAnswer(question: string, scope: Scope): Asking {
  const [asking, setAsking] = useState<Asking>(NOTHING)
  useEffect(() => {
    let live = true
    let over = false
    const id = crypto.randomUUID()
    const end = (change: Partial<Asking>): void => {
      over = true
      if (live) setAsking((before) => ({ ...before, ...change }))
    }
    call('ask', { question, id, collections: scope === null ? [] : [scope] }).then(
      (answer) => end({ answer }),
      (thrown: unknown) => end({ error: toAppError(thrown) }),
    )
    follow(
      id,
      () => live && !over,
      (written) => setAsking((before) => (before.answer === null ? { ...before, written } : before)),
      // eslint-disable-next-line house/told-failure -- following is a comfort: the answer comes without it, and the view says so
    ).catch(() => {
      if (live) setAsking((before) => ({ ...before, unfollowed: true }))
    })
    return () => {
      live = false
      if (!over) call('ask.stop', { id }).catch(showFailure)
    }
  }, [question, scope])
  return asking
}

/**
 * Owns how a view acts: a button is busy until its call is answered, cannot fire twice, and a failure is told.
 */
import { useCallback, useRef, useState } from 'react'
import { showFailure } from './failures'

export type Action<A extends readonly unknown[]> = {
  readonly run: (...args: A) => void
  readonly pending: boolean
}

/** Wraps `work` for buttons: one run at a time, its failure becomes a toast. */
export function useAction<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  const [pending, setPending] = useState(false)
  const busy = useRef(false)
  const run = useCallback(
    (...args: A): void => {
      if (busy.current) return
      busy.current = true
      setPending(true)
      work(...args)
        .catch(showFailure)
        .finally(() => {
          busy.current = false
          setPending(false)
        })
        .catch(showFailure)
    },
    [work],
  )
  return { run, pending }
}

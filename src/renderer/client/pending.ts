/**
 * Owns that what a control starts is pending until it is over and cannot be started twice meanwhile.
 * Refuses: telling failures; they go to whoever is named.
 */
import { useCallback, useRef, useState } from 'react'

export type Action<A extends readonly unknown[]> = {
  readonly run: (...args: A) => void
  readonly pending: boolean
}

/** Wraps `work` for controls: one run at a time; what it throws goes to `onFailure`. */
export function usePending<A extends readonly unknown[]>(
  work: (...args: A) => Promise<void>,
  onFailure: (thrown: unknown) => void,
): Action<A> {
  const [pending, setPending] = useState(false)
  const busy = useRef(false)
  const run = useCallback(
    (...args: A): void => {
      if (busy.current) return
      busy.current = true
      setPending(true)
      work(...args)
        .catch(onFailure)
        .finally(() => {
          busy.current = false
          setPending(false)
        })
        .catch(onFailure)
    },
    [work, onFailure],
  )
  return { run, pending }
}

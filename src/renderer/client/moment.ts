/**
 * Owns the passing of time in views that count down. Refuses: anything exact; a second is fine enough for a person.
 */
import { useEffect, useState } from 'react'

const TICK_MS = 1_000

/** The time now in ms since 1970, again every second while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return undefined
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [running])
  return now
}

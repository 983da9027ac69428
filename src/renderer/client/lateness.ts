/**
 * Owns waiting a moment before something is shown, so that what is over at once does not flicker.
 */
import { useEffect, useState } from 'react'

/** True once `key` has been the same for `ms`; `null` is never late. */
export function useLate(key: string | null, ms: number): boolean {
  const [late, setLate] = useState<string | null>(null)
  useEffect(() => {
    if (key === null) return undefined
    const timer = setTimeout(() => setLate(key), ms)
    return () => {
      clearTimeout(timer)
      setLate(null)
    }
  }, [key, ms])
  return key !== null && late === key
}

/**
 * Owns which groups of a list a person has opened or closed, told by their keys.
 */
import { useCallback, useState } from 'react'

/** The keys that were toggled an odd number of times, and what toggles one. */
export const useToggles = (): readonly [ReadonlySet<string>, (key: string) => void] => {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const toggle = useCallback((key: string): void => {
    setToggled((before) => {
      const after = new Set(before)
      if (!after.delete(key)) after.add(key)
      return after
    })
  }, [])
  return [toggled, toggle]
}

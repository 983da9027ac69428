/**
 * Owns where the focus is among the jobs: arrow keys move it from one to the next, and a job that changes its place keeps it.
 * Refuses: the focus of anything else.
 */
import { useCallback, useEffect, useRef } from 'react'
import { verbOf, stepTo } from './job-keys'
import type { KeyboardEvent, RefObject } from 'react'

const jobsIn = (root: HTMLElement | null): HTMLElement[] => [
  ...(root?.querySelectorAll<HTMLElement>('[data-job]') ?? []),
]

/** For the element around the jobs. `order`: changes whenever a job may have changed its place. */
export function useJobFocus(order: string): {
  readonly root: RefObject<HTMLDivElement | null>
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
} {
  const root = useRef<HTMLDivElement>(null)
  /** The job that a key did something to. */
  const kept = useRef<string | null>(null)
  useEffect(() => {
    const forget = (): void => {
      kept.current = null
    }
    window.addEventListener('pointerdown', forget)
    return () => window.removeEventListener('pointerdown', forget)
  }, [])
  useEffect(() => {
    // A row that goes from one list to another is another element: the focus fell to the page.
    if (kept.current === null || document.activeElement !== document.body) return
    jobsIn(root.current)
      .find(({ dataset }) => dataset['job'] === kept.current)
      ?.focus()
  }, [order])
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>): void => {
    const { target } = event
    if (!(target instanceof HTMLElement) || target.dataset['job'] === undefined) return
    if (event.altKey || verbOf(event) !== null) kept.current = target.dataset['job']
    const jobs = jobsIn(root.current)
    const next = stepTo(event, jobs.indexOf(target), jobs.length)
    if (next === null) return
    event.preventDefault()
    kept.current = null
    jobs[next]?.focus()
  }, [])
  return { root, onKeyDown }
}

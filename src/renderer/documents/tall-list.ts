/**
 * Owns lists that are taller than an element can be: the element stands for the whole list, and what is in sight is moved to where it is seen, so that the last row
 * is reached by scrolling to the end. Refuses: lists that fit, which scroll as they are.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react'

/** Chromium lays out 2^25 pixels; up to 2^24 its numbers for drawing tell every single one apart. */
export const MOST_PX = 16_000_000

/** How tall the element is, and how much of the list has no place in it, in pixels. */
export const fitList = (listPx: number): { readonly shownPx: number; readonly hiddenPx: number } => ({
  shownPx: Math.min(listPx, MOST_PX),
  hiddenPx: Math.max(0, listPx - MOST_PX),
})

/** How far the list is moved up at a place of the scroll bar: nothing at its start, all that has no place at its end; whole pixels. */
export const shiftAt = (topPx: number, mostTopPx: number, hiddenPx: number): number =>
  mostTopPx <= 0 ? 0 : Math.round(hiddenPx * Math.min(1, Math.max(0, topPx / mostTopPx)))

/** How far the scroll bar goes for so many pixels of the list; at least one, or nothing would move. */
export const stepOf = (deltaPx: number, mostTopPx: number, hiddenPx: number): number => {
  const step = mostTopPx <= 0 ? deltaPx : (deltaPx * mostTopPx) / (mostTopPx + hiddenPx)
  return Math.sign(step) * Math.max(1, Math.abs(step))
}

const mostTopOf = (scroll: HTMLElement): number => scroll.scrollHeight - scroll.clientHeight

const LINE_PX = 40
/** What a key moves, of the height in sight. */
const keySteps: Readonly<Record<string, (heightPx: number) => number>> = {
  ArrowDown: () => LINE_PX,
  ArrowUp: () => -LINE_PX,
  PageDown: (heightPx) => heightPx * 0.9,
  PageUp: (heightPx) => heightPx * -0.9,
}

export type TallList = {
  readonly shownPx: number
  /** Holds the rows; placed where the first of them belongs. */
  readonly holder: RefObject<HTMLDivElement | null>
  /** Where in the list one is at a place of the scroll bar, in pixels. */
  readonly toList: (topPx: number) => number
}

/** @param firstPx where in the list what the holder holds begins */
export function useTallList(scroll: HTMLElement | null, listPx: number, firstPx: () => number): TallList {
  const holder = useRef<HTMLDivElement | null>(null)
  const { shownPx, hiddenPx } = fitList(listPx)
  const now = useRef({ hiddenPx, firstPx: 0 })
  // Looked at when it changes: asking after each drawing would have all of it laid out once more.
  const seen = useRef({ topPx: 0, mostTopPx: 0 })

  const toList = useCallback(
    (topPx: number): number => topPx + shiftAt(topPx, seen.current.mostTopPx, now.current.hiddenPx),
    [],
  )

  const look = useCallback((): void => {
    if (scroll !== null) seen.current = { topPx: scroll.scrollTop, mostTopPx: mostTopOf(scroll) }
  }, [scroll])

  const place = useCallback((): void => {
    const { current: element } = holder
    if (element === null) return
    const shift = shiftAt(seen.current.topPx, seen.current.mostTopPx, now.current.hiddenPx)
    element.style.transform = `translateY(${now.current.firstPx - shift}px)`
  }, [])

  useLayoutEffect(look, [look, shownPx])
  // After every drawing: other rows may be the first.
  useLayoutEffect(() => {
    now.current = { hiddenPx, firstPx: firstPx() }
    place()
  })

  const isTall = hiddenPx > 0
  useEffect(() => {
    if (scroll === null || !isTall) return
    const follow = (): void => {
      look()
      place()
    }
    const sized = new ResizeObserver(follow)
    sized.observe(scroll)
    const move = (event: Event, deltaPx: number): void => {
      event.preventDefault()
      scroll.scrollTop += stepOf(deltaPx, mostTopOf(scroll), now.current.hiddenPx)
    }
    // As far as in a list that fits: else a turn of the wheel would skip rows.
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey && event.deltaY !== 0) move(event, event.deltaY)
    }
    const press = (event: KeyboardEvent): void => {
      const stepPx = keySteps[event.key]
      if (stepPx !== undefined && event.target === scroll) move(event, stepPx(scroll.clientHeight))
    }
    scroll.addEventListener('scroll', follow, { passive: true })
    scroll.addEventListener('wheel', turn, { passive: false })
    scroll.addEventListener('keydown', press)
    return () => {
      sized.disconnect()
      scroll.removeEventListener('scroll', follow)
      scroll.removeEventListener('wheel', turn)
      scroll.removeEventListener('keydown', press)
    }
  }, [scroll, isTall, look, place])

  return { shownPx, holder, toList }
}

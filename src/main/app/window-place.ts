/**
 * Owns where the window opens: where it was, as far as that is on a display that is there. Refuses: Electron; displays are handed in.
 */

export type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
type Wanted = Pick<Place, 'width' | 'height'> & { readonly x: number | null; readonly y: number | null }

/** So much of the top of a window has to be on a display, to take hold of it. */
const GRIP_WIDTH = 120
const GRIP_HEIGHT = 32

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom)

const holds = (area: Place, { x, y, width }: Place): boolean =>
  overlap(x, width, area.x, area.width) >= GRIP_WIDTH && overlap(y, GRIP_HEIGHT, area.y, area.height) >= GRIP_HEIGHT

/**
 * The place for a window that was at `wanted`: no larger than its display, and without `x` and `y` (in the middle) when it would not be seen.
 * `areas`: what windows may take of each display, the main one first.
 */
export const placeWindow = (
  wanted: Wanted,
  areas: readonly Place[],
): Partial<Place> & Pick<Place, 'width' | 'height'> => {
  const { x, y } = wanted
  const area = x === null || y === null ? undefined : areas.find((one) => holds(one, { ...wanted, x, y }))
  const bounds = area ?? areas[0]
  const width = Math.min(wanted.width, bounds?.width ?? wanted.width)
  const height = Math.min(wanted.height, bounds?.height ?? wanted.height)
  if (area === undefined || x === null || y === null) return { width, height }
  return { x, y, width, height }
}

/**
 * Owns the sign of how many documents failed, where the system shows programs: a number that macOS and Linux write themselves, and a picture with
 * the number that Windows lays over the one on its taskbar.
 * Refuses: Electron; what shows the sign is handed in.
 */
import type { Translate } from '../../shared/translate'

/** A picture of this many pixels to each side, four bytes each: blue, green, red, opacity (as Electron's `createFromBitmap` takes them). */
export type BadgePicture = { readonly bitmap: Buffer; readonly size: number }

export type BadgeSystem = {
  readonly platform: NodeJS.Platform
  /** As Electron's `app.setBadgeCount`. */
  readonly setCount: (count: number) => void
  /** As Electron's `BrowserWindow.setOverlayIcon`; `null` takes it away, `description` is for who cannot see it. */
  readonly setOverlay: (picture: BadgePicture | null, description: string) => void
}

/** Twice what Windows shows at 100 %, which it makes smaller by itself. */
const SIZE = 32
const RED = [0x2b, 0x2b, 0xd6] as const
const WHITE = [0xff, 0xff, 0xff] as const

/** Three columns by five rows for each sign, row by row, a 1 for a dot. */
const SIGNS: Readonly<Record<string, string>> = {
  '0': '111101101101111',
  '1': '010110010010111',
  '2': '111001111100111',
  '3': '111001111001111',
  '4': '101101111001001',
  '5': '111100111001111',
  '6': '111100111101111',
  '7': '111001001010010',
  '8': '111101111101111',
  '9': '111101111001111',
  '+': '000010111010000',
}
const COLUMNS = 3
const ROWS = 5

/** What is written into it: more than two signs cannot be read. */
const writtenAs = (count: number): string => (count > 99 ? '9+' : String(count))

/** Draws a red disc with a number in it. */
export const drawBadge = (count: number): BadgePicture => {
  const bitmap = Buffer.alloc(SIZE * SIZE * 4)
  const paint = (
    x: number,
    y: number,
    [blue, green, red]: readonly [number, number, number],
    opacity: number,
  ): void => {
    bitmap.set([blue, green, red, opacity], (y * SIZE + x) * 4)
  }
  const middle = (SIZE - 1) / 2
  for (let y = 0; y < SIZE; y += 1)
    for (let x = 0; x < SIZE; x += 1) {
      const inside = Math.min(1, Math.max(0, SIZE / 2 - Math.hypot(x - middle, y - middle)))
      paint(x, y, RED, Math.round(inside * 255))
    }
  const signs = [...writtenAs(count)]
  const dot = signs.length === 1 ? 4 : 3
  const width = signs.length * COLUMNS * dot + (signs.length - 1) * dot
  const left = Math.round((SIZE - width) / 2)
  const top = Math.round((SIZE - ROWS * dot) / 2)
  signs.forEach((sign, place) => {
    for (const [at, lit] of [...(SIGNS[sign] ?? '')].entries()) {
      if (lit !== '1') continue
      const x = left + (place * (COLUMNS + 1) + (at % COLUMNS)) * dot
      const y = top + Math.floor(at / COLUMNS) * dot
      for (let down = 0; down < dot; down += 1)
        for (let right = 0; right < dot; right += 1) paint(x + right, y + down, WHITE, 255)
    }
  })
  return { bitmap, size: SIZE }
}

/** Shows how many failed; none takes the sign away. */
export const showBadge = (count: number, t: Translate, system: BadgeSystem): void => {
  // Windows has no numbers on programs: there it is a picture, with words for who cannot see it.
  if (system.platform === 'win32')
    system.setOverlay(count > 0 ? drawBadge(count) : null, count > 0 ? t('desktop.failedBadge', { count }) : '')
  else system.setCount(count)
}

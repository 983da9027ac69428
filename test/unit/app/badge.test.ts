// The sign of failed documents where the system shows programs, by a window and a system that only remember what they were told.
import { describe, expect, it } from 'vitest'
import { drawBadge, showBadge, type BadgePicture, type BadgeSystem } from '../../../src/main/app/badge'
import { createTranslate } from '../../../src/shared/translate'

type Seen = { counts: number[]; overlays: (readonly [BadgePicture | null, string])[] }

const remember = (platform: NodeJS.Platform): { system: BadgeSystem; seen: Seen } => {
  const seen: Seen = { counts: [], overlays: [] }
  const system: BadgeSystem = {
    platform,
    setCount: (count) => seen.counts.push(count),
    setOverlay: (picture, description) => seen.overlays.push([picture, description]),
  }
  return { system, seen }
}

const t = createTranslate('de')

/** The picture as text: `#` red, `o` white, ` ` clear. */
const look = ({ bitmap, size }: BadgePicture): string[] =>
  Array.from({ length: size }, (_row, y) =>
    Array.from({ length: size }, (_column, x) => {
      const [blue = 0, , , opacity = 0] = bitmap.subarray((y * size + x) * 4)
      return opacity < 128 ? ' ' : blue > 200 ? 'o' : '#'
    }).join(''),
  )

describe('failed documents', () => {
  it('are a number where the system writes it itself', () => {
    for (const platform of ['darwin', 'linux'] as const) {
      const { system, seen } = remember(platform)
      showBadge(3, t, system)
      showBadge(0, t, system)
      expect(seen).toEqual({ counts: [3, 0], overlays: [] })
    }
  })

  it('are a picture with words over the one on the taskbar of Windows, and none takes it away', () => {
    const { system, seen } = remember('win32')
    showBadge(1, t, system)
    showBadge(12, t, system)
    showBadge(0, t, system)
    expect(seen.counts).toEqual([])
    expect(seen.overlays.map(([, description]) => description)).toEqual([
      '1 Dokument fehlgeschlagen',
      '12 Dokumente fehlgeschlagen',
      '',
    ])
    expect(seen.overlays.map(([picture]) => picture?.bitmap.length)).toEqual([4_096, 4_096, undefined])
  })
})

describe('the picture', () => {
  it('is a red disc with the number in white, the same for all that are too many', () => {
    const one = look(drawBadge(1))
    expect(one[0]?.[0]).toBe(' ')
    expect(one[16]?.[2]).toBe('#')
    expect(one.join('').match(/o/g)?.length).toBe(8 * 16)
    expect(look(drawBadge(100))).toEqual(look(drawBadge(5_000)))
    const all = Array.from({ length: 101 }, (_, count) => look(drawBadge(count)).join(''))
    expect(new Set(all).size).toBe(101)
    // Nothing of it lies outside of the disc.
    for (const picture of [drawBadge(88), drawBadge(100)]) expect(look(picture)[0]).not.toContain('o')
  })
})

// When work rests: on battery, and while other programs keep the computer busy.
import { describe, expect, test } from 'vitest'
import { othersPercent, Politeness, type PowerSettings } from '../../../src/main/polite/politeness'

describe('work gives way', () => {
  const settings = (more: Partial<PowerSettings>): PowerSettings => ({
    pauseOnBattery: false,
    polite: false,
    busyPercent: 60,
    busyMs: 30_000,
    ...more,
  })

  test('on battery only when asked to, and goes on at the mains', () => {
    const politeness = new Politeness()
    expect(politeness.look(0, true, 100, settings({}))).toBeNull()
    expect(politeness.look(1, true, 0, settings({ pauseOnBattery: true }))).toBe('ON_BATTERY')
    expect(politeness.look(2, false, 0, settings({ pauseOnBattery: true }))).toBeNull()
  })

  test('to others that are busy for a while, and goes on when they are quiet for a while', () => {
    const politeness = new Politeness()
    const polite = settings({ polite: true })
    const said = (
      [
        [0, 90],
        [20_000, 90],
        [25_000, 10],
        [30_000, 90],
        [61_000, 90],
        [70_000, 50],
        [100_000, 50],
        [110_000, 20],
        [141_000, 20],
      ] as const
    ).map(([atMs, others]) => politeness.look(atMs, false, others, polite))
    const busy = 'MACHINE_BUSY'
    expect(said).toEqual([null, null, null, null, busy, busy, busy, busy, null])
  })

  test('to others, not to itself', () => {
    expect(othersPercent({ busy: 0, all: 0 }, { busy: 90, all: 100 }, 80)).toBe(10)
    expect(othersPercent({ busy: 0, all: 0 }, { busy: 10, all: 100 }, 80)).toBe(0)
    expect(othersPercent({ busy: 5, all: 10 }, { busy: 5, all: 10 }, 0)).toBe(0)
  })
})

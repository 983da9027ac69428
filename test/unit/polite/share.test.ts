// Work keeps to its share of the processors, by the time that was really used.
import { beforeEach, describe, expect, it } from 'vitest'
import { createShare, type Share } from '../../../src/main/polite/share'

let nowMs: number
let usedMs: number
let percent: number | null
let share: Share

beforeEach(() => {
  nowMs = 0
  usedMs = 5_000
  percent = 25
  share = createShare({ nowMs: () => nowMs, usedMs: () => usedMs, processors: () => 4, percent: () => percent })
})

describe('a quarter of four processors', () => {
  it('lets the first task start, and the next when it is paid for', () => {
    expect(share.waitMs()).toBe(0)
    // Two processors for a second: one of them was ours.
    nowMs += 1_000
    usedMs += 2_000
    expect(share.waitMs()).toBe(1_000)
    nowMs += 400
    expect(share.waitMs()).toBe(600)
    nowMs += 600
    expect(share.waitMs()).toBe(0)
  })

  it('is what tasks get in the long run, however long each is', () => {
    let working = 0
    for (let task = 0; task < 200; task += 1) {
      const takesMs = 10 + ((task * 37) % 900)
      nowMs += share.waitMs()
      nowMs += takesMs
      usedMs += takesMs * 3
      working += takesMs * 3
    }
    nowMs += share.waitMs()
    expect(working / nowMs).toBeGreaterThan(0.97)
    expect(working / nowMs).toBeLessThan(1.03)
  })

  it('saves up no more than a second of it', () => {
    share.waitMs()
    nowMs += 3_600_000
    expect(share.waitMs()).toBe(0)
    usedMs += 3_000
    expect(share.waitMs()).toBe(2_000)
  })

  it('waits a minute at most for what one long task took', () => {
    nowMs += 1_000
    usedMs += 900_000
    expect(share.waitMs()).toBe(60_000)
  })

  it('is forgotten when there is no bound any more', () => {
    nowMs += 1_000
    usedMs += 50_000
    expect(share.waitMs()).toBeGreaterThan(1_000)
    percent = null
    expect(share.waitMs()).toBe(0)
    percent = 25
    expect(share.waitMs()).toBe(0)
  })

  it('is not lost when a clock or a count falls', () => {
    nowMs = -5_000
    usedMs = 0
    expect(share.waitMs()).toBe(0)
  })
})

// How much of the computer work takes, as the settings and the computer of the test say.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGovernor, type Governor } from '../../../src/main/polite/governor'
import { resolveLimits, type LimitName } from '../../../src/shared/limits'
import type { RestReason } from '../../../src/shared/rest'
import { silentLog } from '../../support/engine'

const PROCESSORS = 4
const MiB = 1024 * 1024

let nowMs: number
let busyMs: number
let usedMs: number
let onBattery: boolean | null
let set: Partial<Record<LimitName, number>>
let rests: (RestReason | null)[]
let changes: number
let timers: Set<{ atMs: number; fire: () => void }>
let governor: Governor

/** The computer works for so long; others and we take these shares of all its processors. */
const pass = (ms: number, others: number, own = 0): void => {
  for (let left = ms; left > 0; left -= 1_000) {
    nowMs += 1_000
    busyMs += 10 * PROCESSORS * (others + own)
    usedMs += 10 * PROCESSORS * own
    for (const timer of [...timers])
      if (timer.atMs <= nowMs) {
        timers.delete(timer)
        timer.fire()
      }
  }
}

beforeEach(() => {
  nowMs = 0
  busyMs = 0
  usedMs = 0
  onBattery = false
  set = {}
  rests = []
  changes = 0
  timers = new Set()
  governor = createGovernor({
    limits: () => resolveLimits(set),
    nowMs: () => nowMs,
    setTimer: (ms, fire) => {
      const timer = { atMs: nowMs + ms, fire }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    log: silentLog,
    usedMs: () => usedMs,
    rest: (reason) => rests.push(reason),
    onChange: () => {
      changes += 1
    },
    machine: {
      cpuTimes: () => ({ busy: busyMs, all: nowMs * PROCESSORS }),
      processors: () => PROCESSORS,
      onBattery: () => onBattery,
    },
    askMetered: () => Promise.resolve(true),
  })
})
afterEach(() => governor.close())

const facts = (idleMs: number | null, more: { onBattery?: boolean; windowPercent?: number } = {}) => ({
  idleMs,
  onBattery: more.onBattery ?? null,
  windowPercent: more.windowPercent ?? 0,
})

describe('work as it comes', () => {
  it('takes what it needs, and the computer is left alone', () => {
    governor.start()
    expect(timers.size).toBe(0)
    expect(governor.state()).toBeNull()
    expect([governor.pace.allow(8), governor.pace.waitMs(), governor.pace.memoryBytes()]).toEqual([8, 0, null])
    pass(10_000, 0, 100)
    expect(governor.pace.waitMs()).toBe(0)
  })
})

describe('work that is always polite', () => {
  beforeEach(() => {
    set = { 'polite.when': 2, 'polite.cpuPercent': 25, 'polite.memoryBytes': 512 * MiB }
    governor.start()
  })

  it('takes its share of threads, of time and of memory, and says so', () => {
    expect(governor.state()).toEqual({ why: 'always', cpuPercent: 25, memoryBytes: 512 * MiB })
    expect([governor.pace.allow(4), governor.pace.allow(1)]).toEqual([1, 1])
    expect(governor.pace.memoryBytes()).toBe(512 * MiB)
    governor.pace.waitMs()
    pass(1_000, 0, 50)
    expect(governor.pace.waitMs()).toBe(1_000)
  })

  it('needs no look at the computer for it', () => {
    expect(timers.size).toBe(0)
  })

  it('has one thread at least', () => {
    set = { ...set, 'polite.cpuPercent': 5 }
    expect(governor.pace.allow(4)).toBe(1)
  })
})

describe('work that is polite while the computer is used', () => {
  beforeEach(() => {
    set = { 'polite.when': 1, 'polite.cpuPercent': 50 }
    governor.start()
  })

  it('is so at first, and no more once others have been still for a minute', () => {
    expect(governor.state()?.why).toBe('in-use')
    pass(55_000, 2, 40)
    expect(governor.state()).not.toBeNull()
    pass(15_000, 2, 90)
    expect(governor.state()).toBeNull()
    expect(governor.pace.waitMs()).toBe(0)
    expect(changes).toBe(1)
  })

  it('is so again as soon as others work', () => {
    pass(90_000, 0)
    expect(governor.state()).toBeNull()
    pass(5_000, 30)
    expect(governor.state()?.cpuPercent).toBe(50)
  })

  it('goes by touches where a window tells of them, and by others again when it is gone', () => {
    governor.tell(facts(1_000))
    pass(55_000, 0)
    expect(governor.state()).not.toBeNull()
    governor.tell(facts(400_000))
    pass(5_000, 90)
    expect(governor.state()).toBeNull()
    pass(60_000, 90)
    expect(governor.state()).not.toBeNull()
  })
})

describe('work rests', () => {
  it('on battery, from the first moment, until it is at the mains again', () => {
    set = { 'power.pauseOnBattery': 1 }
    onBattery = true
    governor.start()
    expect(rests).toEqual(['ON_BATTERY'])
    pass(5_000, 0)
    expect(rests).toEqual(['ON_BATTERY', 'ON_BATTERY'])
    onBattery = false
    pass(10_000, 0)
    expect(rests.slice(2)).toEqual([null])
  })

  it('as a window says where the system does not', () => {
    set = { 'power.pauseOnBattery': 1 }
    onBattery = null
    governor.start()
    expect(rests).toEqual([])
    governor.tell(facts(null, { onBattery: true }))
    expect(rests).toEqual(['ON_BATTERY'])
    governor.tell(facts(null, { onBattery: true }))
    expect(rests).toEqual(['ON_BATTERY'])
    governor.tell(facts(null, { onBattery: false }))
    expect(rests).toEqual(['ON_BATTERY', null])
  })

  it('while others are busy for the time that is set, never for itself or its window', () => {
    set = { 'power.polite': 1, 'power.busyPercent': 60, 'power.busyMs': 10_000 }
    governor.start()
    pass(40_000, 0, 95)
    governor.tell(facts(null, { windowPercent: 30 }))
    pass(40_000, 70, 20)
    expect(rests).toEqual([])
    governor.tell(facts(null))
    pass(10_000, 70)
    expect(rests).toEqual([])
    pass(5_000, 70)
    expect(rests).toEqual(['MACHINE_BUSY'])
    pass(20_000, 10)
    expect(rests.at(-1)).toBeNull()
  })

  it('no more when it is switched off', () => {
    set = { 'power.pauseOnBattery': 1 }
    onBattery = true
    governor.start()
    set = {}
    pass(5_000, 0)
    expect(rests).toEqual(['ON_BATTERY', null])
    expect(timers.size).toBe(0)
  })
})

it('the network costs as the setting says, else as the system does', async () => {
  expect(await governor.network.isMetered()).toBe(true)
  set = { 'power.metered': 2 }
  expect(await governor.network.isMetered()).toBe(false)
})

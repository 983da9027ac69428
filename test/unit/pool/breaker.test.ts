// When a host is left alone and when it is tried again, on a clock that is driven.
import { beforeEach, describe, expect, it } from 'vitest'
import { createBreaker, type HostBreaker } from '../../../src/main/pool/breaker'
import { recordLog, type LogEntry } from '../../support/pool/hosts'

let nowMs: number
let guards: { breakerFailures: number; breakerMs: number; minFreeBytes: number }
let changes: string[]
let entries: LogEntry[]
let breaker: HostBreaker

beforeEach(() => {
  nowMs = 1_000
  guards = { breakerFailures: 3, breakerMs: 30_000, minFreeBytes: 0 }
  changes = []
  const recorded = recordLog()
  entries = recorded.entries
  breaker = createBreaker({
    host: 'parse',
    guards: () => guards,
    clock: { now: () => nowMs, wallMs: () => Date.UTC(2026, 0, 1) },
    log: recorded.log,
    onChange: () => changes.push(breaker.snapshot().state),
  })
})

const failTimes = async (times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) await breaker.failed('exit code 1', null)
}
/** Lets microtasks settle in which a trial that passed is told on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the breaker of a host', () => {
  it('opens at as many failures in a row as its bound says, and tells why and when it is tried again', async () => {
    await failTimes(2)
    expect(breaker.isOpen()).toBe(false)
    await failTimes(1)
    expect(breaker.isOpen()).toBe(true)
    expect(changes).toEqual(['open'])
    expect(breaker.snapshot()).toEqual({
      host: 'parse',
      state: 'open',
      failures: 3,
      reason: 'exit code 1',
      retryInMs: 30_000,
    })
    const refusal = breaker.refusal()
    expect(refusal.code).toBe('HOST_UNAVAILABLE')
    expect(refusal.details).toMatchObject({ host: 'parse', retryInMs: 30_000, retryAt: '2026-01-01T00:00:30.000Z' })
    expect(refusal.message).toContain('reading documents failed 3 times in a row (exit code 1)')
  })

  it('forgets failures when a task was done in between', async () => {
    await failTimes(2)
    breaker.worked()
    await failTimes(2)
    expect(breaker.isOpen()).toBe(false)
  })

  it('lets one task decide after the wait: it closes when that is done', async () => {
    await failTimes(3)
    expect(breaker.begin()).toBe(false)
    nowMs += 30_000
    expect(breaker.isOpen()).toBe(false)
    expect(breaker.snapshot().state).toBe('half-open')
    expect(breaker.begin()).toBe(true)
    expect(breaker.isProbing()).toBe(true)
    breaker.worked()
    await settle()
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failures: 0, reason: null })
    expect(changes).toEqual(['open', 'closed'])
    await failTimes(2)
    expect(breaker.isOpen()).toBe(false)
  })

  it('opens again for as long when the trial fails', async () => {
    await failTimes(3)
    nowMs += 30_000
    breaker.begin()
    await breaker.failed('exit code 2', null)
    expect(breaker.snapshot()).toMatchObject({ state: 'open', failures: 4, reason: 'exit code 2', retryInMs: 30_000 })
  })

  it('tries the next one when a trial ended without saying anything', async () => {
    await failTimes(3)
    nowMs += 30_000
    breaker.begin()
    breaker.ended()
    await settle()
    expect(breaker.isOpen()).toBe(false)
    expect(breaker.isProbing()).toBe(false)
    expect(breaker.begin()).toBe(true)
    breaker.worked()
    await settle()
    expect(breaker.snapshot().state).toBe('closed')
  })

  it('does not take a document for the host, until many in a row died and nothing was done', async () => {
    for (const label of ['a', 'a', 'a', 'b', 'c', 'd', 'e']) await breaker.failed('SIGSEGV', label)
    expect(breaker.isOpen()).toBe(false)
    breaker.worked()
    for (const label of ['a', 'b', 'c', 'd', 'e']) await breaker.failed('SIGSEGV', label)
    expect(breaker.isOpen()).toBe(false)
    await breaker.failed('SIGSEGV', 'f')
    expect(breaker.isOpen()).toBe(true)
  })

  it('follows changed bounds at once', async () => {
    await failTimes(3)
    guards = { ...guards, breakerMs: 100 }
    nowMs += 100
    expect(breaker.isOpen()).toBe(false)
    breaker.begin()
    breaker.worked()
    await settle()
    guards = { ...guards, breakerFailures: 1 }
    await failTimes(1)
    expect(breaker.isOpen()).toBe(true)
  })

  it('is not held longer by a clock on the wall that jumps back', async () => {
    await failTimes(3)
    const real = Date.now
    Date.now = () => real() - 86_400_000
    try {
      nowMs += 30_000
      expect(breaker.begin()).toBe(true)
      expect(breaker.isProbing()).toBe(true)
    } finally {
      Date.now = real
    }
    breaker.worked()
    await settle()
  })

  it('writes down what happens to it', async () => {
    await failTimes(3)
    nowMs += 30_000
    breaker.begin()
    breaker.worked()
    await settle()
    const told = entries.filter(({ event }) => event.startsWith('host.breaker')).map(({ event }) => event)
    expect(told).toEqual(['host.breaker_open', 'host.breaker_probe', 'host.breaker_closed'])
  })
})

// The circuit breaker around an embedding provider: when it opens, what is not counted, and how it closes again.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createBreaker, withBreaker } from '../../../src/main/providers/breaker'
import type { EmbeddingProvider } from '../../../src/main/providers/provider'
import { AppError, dispositionOf, type ErrorCode } from '../../../src/shared/errors'
import { silentLog } from '../../support/engine'

afterEach(() => {
  vi.useRealTimers()
})

const makeProvider = (nowMs = () => Date.now()) => {
  const state: { fails: ErrorCode | null; calls: number } = { fails: null, calls: 0 }
  const answer = async (): Promise<void> => {
    state.calls += 1
    if (state.fails) throw new AppError(state.fails, { reason: 'no answer' })
  }
  const inner: EmbeddingProvider = {
    name: 'fake',
    model: 'm',
    dimensions: 2,
    embedPassages: async () => {
      await answer()
      return { model: 'm', dimensions: 2, windows: [], vectors: new Uint16Array() }
    },
    embedQuery: async () => {
      await answer()
      return { vector: new Float32Array(2), known: 1 }
    },
  }
  const provider = withBreaker(inner, {
    guards: () => ({ failures: 3, openMs: 30_000 }),
    nowMs,
    wallMs: () => Date.now(),
    log: silentLog,
  })
  return { state, provider }
}

const codeOf = async (call: Promise<unknown>): Promise<string | null> =>
  call.then(
    () => null,
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
  )

describe('the breaker of a provider', () => {
  it('opens after failures in a row, says when it is tried again, and closes when that goes well', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') })
    const { state, provider } = makeProvider()
    state.fails = 'EMBEDDING_INVALID'
    for (let at = 0; at < 3; at += 1) expect(await codeOf(provider.embedPassages(['x']))).toBe('EMBEDDING_INVALID')
    const refused = await provider.embedQuery('x').catch((thrown: unknown) => thrown)
    expect(refused).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      details: { provider: 'fake', retryAt: '2026-01-01T00:00:30.000Z' },
    })
    expect(state.calls).toBe(3)

    vi.advanceTimersByTime(30_001)
    expect(await codeOf(provider.embedPassages(['x']))).toBe('EMBEDDING_INVALID')
    expect(await codeOf(provider.embedPassages(['x']))).toBe('PROVIDER_UNAVAILABLE')
    expect(state.calls).toBe(4)

    vi.advanceTimersByTime(30_001)
    state.fails = null
    expect(await codeOf(provider.embedPassages(['x']))).toBeNull()
    expect(await codeOf(provider.embedPassages(['x']))).toBeNull()
    expect(state.calls).toBe(6)
  })

  it('is not kept open by a clock that is set back', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') })
    let now = 0
    const { state, provider } = makeProvider(() => now)
    state.fails = 'EMBEDDING_INVALID'
    for (let at = 0; at < 3; at += 1) await codeOf(provider.embedPassages(['x']))
    vi.setSystemTime(Date.parse('2025-12-31T00:00:00Z'))
    now = 29_999
    expect(await codeOf(provider.embedPassages(['x']))).toBe('PROVIDER_UNAVAILABLE')
    now = 30_000
    state.fails = null
    expect(await codeOf(provider.embedPassages(['x']))).toBeNull()
  })

  it('does not count what somebody else is to blame for, and forgets failures when something goes well', async () => {
    const { state, provider } = makeProvider()
    for (const fails of ['CANCELLED', 'SHUTTING_DOWN', 'HOST_DIED', 'HOST_UNAVAILABLE', 'MODEL_MISSING'] as const) {
      state.fails = fails
      expect(await codeOf(provider.embedPassages(['x']))).toBe(fails)
    }
    for (const fails of [
      'EMBEDDING_INVALID',
      'EMBEDDING_INVALID',
      null,
      'EMBEDDING_INVALID',
      'EMBEDDING_INVALID',
    ] as const) {
      state.fails = fails
      expect(await codeOf(provider.embedPassages(['x']))).toBe(fails)
    }
    expect(state.calls).toBe(10)
  })

  it('makes tasks wait without spending a try', () => {
    expect(dispositionOf('PROVIDER_UNAVAILABLE')).toBe('pause')
  })

  it('tells its state: closed, open until a time, and half-open when the next call decides', async () => {
    let now = 0
    const breaker = createBreaker('fake', {
      guards: () => ({ failures: 2, openMs: 30_000 }),
      nowMs: () => now,
      wallMs: () => now,
      log: silentLog,
    })
    const fail = (): Promise<never> => Promise.reject(new AppError('PROVIDER_TIMEOUT', { provider: 'fake', limit: 1 }))
    expect(breaker.state()).toEqual({ state: 'closed', failures: 0, reason: null, retryAt: null })
    await codeOf(breaker(fail))
    expect(breaker.state()).toMatchObject({ state: 'closed', failures: 1 })
    await codeOf(breaker(fail))
    expect(breaker.state()).toMatchObject({ state: 'open', failures: 2, retryAt: '1970-01-01T00:00:30.000Z' })
    expect(breaker.state().reason).toContain('did not answer')
    now = 30_000
    expect(breaker.state()).toMatchObject({ state: 'half-open', retryAt: null })
    await breaker(() => Promise.resolve(1))
    expect(breaker.state()).toEqual({ state: 'closed', failures: 0, reason: null, retryAt: null })
  })
})

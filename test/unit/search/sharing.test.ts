import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { createSharing } from '../../../src/main/search/sharing'

/** Work that ends when the test says so, and remembers each start with its signal. */
const makeWork = () => {
  const started: { signal: AbortSignal; finish: (value: string) => void; fail: (error: Error) => void }[] = []
  const start = (signal: AbortSignal): Promise<string> =>
    new Promise((finish, fail) => {
      started.push({ signal, finish, fail })
    })
  const nth = (index: number) => {
    const work = started[index]
    if (work === undefined) throw new Error(`work ${index} was not started`)
    return work
  }
  return { start, started, nth }
}

const leaving = (): AbortController => new AbortController()
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('work that several ask for in the same moment', () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => {
    unhandled.push(reason)
  }
  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })
  afterEach(async () => {
    await settle()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('is done once for all of one key, and anew for another', async () => {
    const share = createSharing<string>()
    const { start, started, nth } = makeWork()
    const first = share('state 1', null, start)
    const second = share('state 1', leaving().signal, start)
    const later = share('state 2', null, start)
    expect(started).toHaveLength(2)
    nth(0).finish('old')
    nth(1).finish('new')
    expect(await Promise.all([first, second, later])).toEqual(['old', 'old', 'new'])
  })

  it('is not kept: who asks after its end has it done again', async () => {
    const share = createSharing<string>()
    const { start, nth } = makeWork()
    const first = share('key', null, start)
    nth(0).finish('one')
    expect(await first).toBe('one')
    const second = share('key', null, start)
    nth(1).finish('two')
    expect(await second).toBe('two')
  })

  it('goes on for the other when one leaves, who is told at once', async () => {
    const share = createSharing<string>()
    const { start, nth } = makeWork()
    const [one, other] = [leaving(), leaving()]
    const left = share('key', one.signal, start)
    const stayed = share('key', other.signal, start)
    one.abort(new AppError('CANCELLED'))
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(nth(0).signal.aborted).toBe(false)
    nth(0).finish('found')
    expect(await stayed).toBe('found')
  })

  it('goes on for one who cannot leave', async () => {
    const share = createSharing<string>()
    const { start, nth } = makeWork()
    const one = leaving()
    const stayed = share('key', null, start)
    const left = share('key', one.signal, start)
    one.abort(new AppError('CANCELLED'))
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(nth(0).signal.aborted).toBe(false)
    nth(0).finish('found')
    expect(await stayed).toBe('found')
  })

  it('is stopped with the last who leaves, and whoever asks then gets fresh work that the old one does not end', async () => {
    const share = createSharing<string>()
    const { start, nth, started } = makeWork()
    const [one, other] = [leaving(), leaving()]
    const asked = [share('key', one.signal, start), share('key', other.signal, start)]
    const outcomes = Promise.allSettled(asked)
    one.abort(new AppError('CANCELLED'))
    other.abort(new AppError('CANCELLED'))
    expect(nth(0).signal.aborted).toBe(true)
    const fresh = share('key', null, start)
    expect(started).toHaveLength(2)
    nth(0).fail(new AppError('CANCELLED'))
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await settle()
    // The end of the old work does not take the fresh one away.
    const joined = share('key', null, start)
    expect(started).toHaveLength(2)
    nth(1).finish('fresh')
    expect(await Promise.all([fresh, joined])).toEqual(['fresh', 'fresh'])
    expect(nth(1).signal.reason).not.toBeInstanceOf(AppError)
  })

  it('tells its error to all, and is done again for the next', async () => {
    const share = createSharing<string>()
    const { start, nth, started } = makeWork()
    const outcomes = Promise.allSettled([share('key', null, start), share('key', leaving().signal, start)])
    nth(0).fail(new AppError('SEARCH_QUERY_EMPTY'))
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SEARCH_QUERY_EMPTY' } })
    const again = share('key', null, start)
    expect(started).toHaveLength(2)
    nth(1).finish('found')
    expect(await again).toBe('found')
  })

  it('is not begun for one who has left already', async () => {
    const share = createSharing<string>()
    const { start, started } = makeWork()
    await expect(share('key', AbortSignal.abort(new AppError('CANCELLED')), start)).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(started).toEqual([])
  })

  it('leaves nothing behind at a signal that outlives it', async () => {
    const share = createSharing<string>()
    const { start, nth } = makeWork()
    const one = leaving()
    const [first, second] = [share('key', one.signal, start), share('key', null, start)]
    nth(0).finish('found')
    expect(await Promise.all([first, second])).toEqual(['found', 'found'])
    await settle()
    expect(getEventListeners(one.signal, 'abort')).toEqual([])
    const next = share('key', null, start)
    one.abort(new AppError('CANCELLED'))
    expect(nth(1).signal.aborted).toBe(false)
    nth(1).finish('again')
    expect(await next).toBe('again')
  })
})

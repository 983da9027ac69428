// How fast a server is asked: by a clock of the test's own.
import { describe, expect, it } from 'vitest'
import { createPace, type PaceBounds } from '../../../src/main/providers/pace'

const makePace = (bounds: Partial<PaceBounds>) => {
  let nowMs = 0
  const timers: { atMs: number; fire: () => void }[] = []
  const pace = createPace(() => ({ concurrency: 100, requestsPerMinute: 0, tokensPerMinute: 0, ...bounds }), {
    nowMs: () => nowMs,
    setTimer: (ms, fire) => {
      const timer = { atMs: nowMs + ms, fire }
      timers.push(timer)
      return () => {
        const at = timers.indexOf(timer)
        if (at >= 0) timers.splice(at, 1)
      }
    },
  })
  const entered: string[] = []
  const enter = (name: string, tokens = 1, isUrgent = false, signal?: AbortSignal) =>
    pace.enter(tokens, isUrgent, signal).then((leave) => {
      entered.push(name)
      return leave
    })
  const asked: Promise<unknown>[] = []
  /** Asks without waiting. */
  const ask = (name: string, tokens = 1, isUrgent = false): void => {
    asked.push(enter(name, tokens, isUrgent))
  }
  const advance = async (ms: number): Promise<void> => {
    nowMs += ms
    for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
      timers.splice(timers.indexOf(timer), 1)
      timer.fire()
    }
    await Promise.resolve()
    await Promise.resolve()
  }
  return { enter, ask, entered, advance }
}

describe('the pace of a server', () => {
  it('lets so many in at once, and a person before those who wait', async () => {
    const { enter, ask, entered, advance } = makePace({ concurrency: 1 })
    const leave = await enter('first')
    ask('batch')
    ask('question', 1, true)
    await advance(0)
    expect(entered).toEqual(['first'])
    leave()
    leave()
    await advance(0)
    expect(entered).toEqual(['first', 'question'])
  })

  it('lets so many requests in within a minute', async () => {
    const { ask, entered, advance } = makePace({ requestsPerMinute: 2 })
    for (const name of ['a', 'b', 'c']) ask(name)
    await advance(0)
    expect(entered).toEqual(['a', 'b'])
    await advance(29_000)
    expect(entered).toEqual(['a', 'b'])
    await advance(1_001)
    expect(entered).toEqual(['a', 'b', 'c'])
  })

  it('lets so many tokens in within a minute; what is larger than that waits for a whole one', async () => {
    const { ask, entered, advance } = makePace({ tokensPerMinute: 600 })
    ask('small', 300)
    ask('huge', 10_000)
    await advance(0)
    expect(entered).toEqual(['small'])
    await advance(30_001)
    expect(entered).toEqual(['small', 'huge'])
  })

  it('lets go of who does not want to wait any more', async () => {
    const { enter, ask, entered, advance } = makePace({ concurrency: 1 })
    const leave = await enter('first')
    const abort = new AbortController()
    const waiting = enter('second', 1, false, abort.signal)
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    ask('third')
    leave()
    await advance(0)
    expect(entered).toEqual(['first', 'third'])
  })
})

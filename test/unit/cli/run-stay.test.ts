// `run --stay` while the owner of the data folder does not answer, or says again and again that it is not well.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { run } from '../../../src/main/cli/commands/run'
import type { CommandContext } from '../../../src/main/cli/context'

const LOOK_MS = 30_000

/** A command beside an owner that answers as told, and what ends it. */
const makeContext = (answer: () => Promise<unknown>) => {
  const stop = new AbortController()
  const happened = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
  const asked: string[] = []
  const session = {
    role: () => 'client',
    drain: async () => undefined,
    call: (name: string) => {
      asked.push(name)
      return answer()
    },
  }
  const context = {
    terminal: { note: () => undefined },
    json: false,
    log: { warn: () => undefined },
    interrupt: { signal: stop.signal, happened, close: () => undefined },
    open: async () => session,
  } as unknown as CommandContext
  return { context, asked, interrupt: () => stop.abort() }
}

describe('a queue that goes on until it is told to end', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('ends when it is told to, also while nobody answers', async () => {
    const { context, asked, interrupt } = makeContext(() => new Promise(() => undefined))
    const ended = run(context, [], { stay: true })
    await vi.advanceTimersByTimeAsync(LOOK_MS)
    expect(asked).toEqual(['queue.status'])
    interrupt()
    expect(await ended).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives up after three failures in a row, so that it is started anew', async () => {
    let failures = 2
    const { context, asked } = makeContext(async () => {
      failures -= 1
      if (failures !== 0) throw new AppError('DATA_DIR_UNWRITABLE', { path: '/data' })
    })
    const ended = expect(run(context, [], { stay: true })).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE' })
    await vi.advanceTimersByTimeAsync(5 * LOOK_MS)
    await ended
    // One failure, one look that went well, three failures.
    expect(asked).toHaveLength(5)
  })
})

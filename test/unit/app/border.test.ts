import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { MAX_MESSAGE_BYTES } from '../../../src/shared/calls'
import { answerCall } from '../../../src/main/app/border'
import type { Caller } from '../../../src/shared/calls'

const silent = (): void => undefined
const callerOf =
  (answer: (name: string, params: unknown) => unknown): Caller =>
  async (name, params) =>
    answer(name, params) as never

describe('the border between the page and the engine', () => {
  it('hands on parameters with their defaults, and the result', async () => {
    const seen: unknown[] = []
    const caller = callerOf((name, params) => {
      seen.push([name, params])
      return { documents: [], total: 0 }
    })
    const reply = await answerCall('documents.list', { contains: 'x' }, caller, silent)
    expect(reply).toEqual({ ok: true, value: { documents: [], total: 0 } })
    const defaults = { offset: 0, limit: 100, sort: 'name', descending: false }
    expect(seen).toEqual([['documents.list', { contains: 'x', ...defaults }]])
  })

  it.each([
    ['a name that is no call', 'documents.burn', {}],
    ['a name of every object', 'constructor', {}],
    ['a name that is no text', { toString: 1 }, {}],
    ['parameters that do not fit', 'documents.list', { limit: 0 }],
    ['no parameters', 'documents.show', undefined],
    ['too large parameters', 'collections.create', { name: 'x', more: 'y'.repeat(MAX_MESSAGE_BYTES) }],
  ])('refuses %s without calling the engine', async (_what, name, params) => {
    let called = false
    const caller = callerOf(() => {
      called = true
      return {}
    })
    const reply = await answerCall(name, params, caller, silent)
    expect(reply).toMatchObject({ ok: false, error: { code: 'USAGE' } })
    expect(called).toBe(false)
  })

  it('turns errors into records without stacks, and logs what was thrown', async () => {
    const logged: unknown[] = []
    const thrown = new AppError('NOT_FOUND', { what: 'document', id: '7' })
    const caller = callerOf(() => {
      throw thrown
    })
    const reply = await answerCall('documents.show', { id: '7' }, caller, (_name, error) => logged.push(error))
    expect(reply).toEqual({
      ok: false,
      error: { code: 'NOT_FOUND', details: { what: 'document', id: '7' }, message: thrown.message },
    })
    expect(logged).toEqual([thrown])
  })

  it('does not pass on a result of the wrong shape or size', async () => {
    const wrong = await answerCall(
      'documents.list',
      {},
      callerOf(() => ({ documents: 'all' })),
      silent,
    )
    expect(wrong).toMatchObject({ ok: false, error: { code: 'INTERNAL_BUG' } })
    const text = { text: 'x'.repeat(MAX_MESSAGE_BYTES), nextOffset: null }
    const large = await answerCall(
      'documents.text',
      { id: '1' },
      callerOf(() => text),
      silent,
    )
    expect(large).toMatchObject({ ok: false, error: { code: 'INTERNAL_BUG' } })
  })
})

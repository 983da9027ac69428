import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { EngineLink } from '../../../src/main/app/engine-link'
import type { EngineSession } from '../../../src/main/app/engine-link'

const silent = (): void => undefined

const sessionOf = (parts: Partial<EngineSession> = {}): EngineSession => ({
  call: async () => ({ collections: [], total: 0 }) as never,
  role: () => 'owner',
  onEvent: () => silent,
  close: async () => undefined,
  ...parts,
})

describe('the connection of the app to the engine', () => {
  it('holds calls back until the engine stands', async () => {
    let open: (session: EngineSession) => void = silent
    const link = new EngineLink(() => new Promise((resolve) => (open = resolve)), silent)
    const starting = link.start()
    expect(link.state()).toEqual({ state: 'starting', role: null, error: null })
    const answer = link.call('collections.list', {})
    open(sessionOf())
    await starting
    expect(await answer).toEqual({ collections: [], total: 0 })
    expect(link.state()).toEqual({ state: 'ready', role: 'owner', error: null })
  })

  it('holds back what is called before the start is begun, too', async () => {
    const link = new EngineLink(async () => sessionOf(), silent)
    const answer = link.call('collections.list', {})
    await new Promise((resolve) => setImmediate(resolve))
    await link.start()
    expect(await answer).toEqual({ collections: [], total: 0 })
  })

  it('refuses what waits for a start that never comes, when it is closed', async () => {
    const link = new EngineLink(async () => sessionOf(), silent)
    const refused = expect(link.call('collections.list', {})).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    await link.close()
    await refused
    await expect(link.call('collections.list', {})).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })

  it('tells why it could not start, refuses calls with that, and can be started again', async () => {
    let broken = true
    const events: unknown[] = []
    const failures: string[] = []
    const link = new EngineLink(
      async () => {
        if (broken) throw new AppError('DATA_DIR_UNWRITABLE', { path: '/data' })
        return sessionOf()
      },
      ({ code }) => failures.push(code),
    )
    link.onEvent((event) => events.push(event))
    await link.start()
    expect(link.state()).toMatchObject({ state: 'failed', error: { code: 'DATA_DIR_UNWRITABLE' } })
    await expect(link.call('collections.list', {})).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE' })
    broken = false
    await link.start()
    expect(link.state().state).toBe('ready')
    expect(failures).toEqual(['DATA_DIR_UNWRITABLE'])
    expect(events).toHaveLength(2)
  })

  it('passes on what changed, and stops listening when asked', async () => {
    let tell: (event: { type: 'changed'; topics: 'jobs'[] }) => void = silent
    const link = new EngineLink(
      async () =>
        sessionOf({
          onEvent: (listen) => {
            tell = listen
            return silent
          },
        }),
      silent,
    )
    await link.start()
    const topics: string[] = []
    const stop = link.onEvent((event) => topics.push(...event.topics))
    tell({ type: 'changed', topics: ['jobs'] })
    stop()
    tell({ type: 'changed', topics: ['jobs'] })
    expect(topics).toEqual(['jobs'])
  })

  it('closes an engine that is still being started', async () => {
    let open: (session: EngineSession) => void = silent
    let closed = 0
    const link = new EngineLink(() => new Promise((resolve) => (open = resolve)), silent)
    const starting = link.start()
    const closing = link.close()
    open(
      sessionOf({
        close: async () => {
          closed += 1
        },
      }),
    )
    await Promise.all([starting, closing])
    expect(closed).toBe(1)
    expect(link.state().state).not.toBe('ready')
  })
})

// What serves the page answers every request, and nothing that keeps it from that is lost.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { APP_ORIGIN } from '../../../src/main/app/content-policy'
import { CRASH_PAGE } from '../../../src/main/app/crash-page'
import { servePage } from '../../../src/main/app/protocol'
import type { ProtocolRequest, Session } from 'electron'

vi.mock('electron', () => ({ protocol: {} }))

type Answer = { readonly statusCode?: number; readonly error?: number }
type Serve = (request: Pick<ProtocolRequest, 'method' | 'url'>, answer: (given: Answer) => void) => void

it('tells what could not be served, and answers all the same', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sluice-protocol-'))
  try {
    // A file of the page that cannot be read.
    mkdirSync(join(root, 'index.html'))
    const told: unknown[] = []
    let serve: Serve | null = null
    const session = {
      protocol: {
        registerBufferProtocol: (_scheme: string, by: Serve) => {
          serve = by
          return true
        },
      },
    }
    const broken = new Error('no words')
    servePage(session as unknown as Session, {
      root,
      crashPage: () => Promise.reject(broken),
      language: () => 'en',
      onFailure: (thrown) => told.push(thrown),
    })
    const ask = (url: string): Promise<Answer> => new Promise((resolve) => serve?.({ method: 'GET', url }, resolve))
    expect(await ask(CRASH_PAGE)).toEqual({ error: -2 })
    expect(told).toEqual([broken])
    expect(await ask(`${APP_ORIGIN}/index.html`)).toEqual({ error: -2 })
    expect(told[1]).toMatchObject({ code: expect.stringMatching(/^E/) as unknown })
    expect(await ask(`${APP_ORIGIN}/missing.js`)).toMatchObject({ statusCode: 404 })
    expect(told).toHaveLength(2)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

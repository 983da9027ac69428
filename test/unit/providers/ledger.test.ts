// Owns the tests of the ledger of connections: nothing is sent that is not in it, and nothing in it hides a host.
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LEDGER_ROWS } from '../../../src/shared/ledger'
import { beginConnection, recoverConnections, refuseConnections } from '../../../src/main/store/connections'
import { AppError } from '../../../src/shared/errors'
import { errorOf, openWorkbench, type Workbench } from './workbench'
import type { AddressInfo } from 'node:net'

let bench: Workbench
beforeEach(async () => {
  bench = await openWorkbench({ tries: 1 })
})
afterEach(async () => {
  await bench.close()
})

const TEXT = ['The harbor is calm.']

describe('the ledger', () => {
  it('is empty until something is sent', () => {
    expect(bench.ledger()).toEqual({
      hosts: [],
      hostsTotal: 0,
      sent: 0,
      sentLocally: 0,
      refused: 0,
      connections: [],
      total: 0,
    })
  })

  it('has every request with what it was for, and what went out and came in', async () => {
    await bench.providers.embedding('fake').embedPassages(TEXT)
    await bench.providers.embedding('fake').embedQuery('calm')
    await bench.providers.chat()?.complete({ messages: [{ role: 'user', content: 'Hello?' }], maxTokens: 20 })
    await bench.providers
      .chat()
      ?.complete({ messages: [{ role: 'user', content: 'Hello?' }], maxTokens: 20, onText: () => undefined })
    await bench.providers.test('fake')
    const { connections, hosts, sent, sentLocally } = bench.ledger()
    expect(connections.map(({ purpose }) => purpose).reverse()).toEqual([
      'embed',
      'query',
      'answer',
      'answer',
      'test',
      'test',
      'test',
    ])
    for (const connection of connections) {
      expect(connection).toMatchObject({ outcome: 'answered', provider: 'fake', isLocal: true })
      expect(connection.detail).toMatch(/^200/)
      expect(connection.bytesIn).toBeGreaterThan(10)
    }
    expect(connections.at(-1)?.bytesOut).toBeGreaterThan(TEXT.join().length)
    const { port } = new URL(bench.fake.url)
    expect(hosts).toHaveLength(1)
    expect(hosts[0]).toMatchObject({ port: Number(port), isLocal: true, requests: 7, refused: 0, failed: 0 })
    expect([sent, sentLocally]).toEqual([0, 7])
  })

  it('has what failed, and by its sentence no secret', async () => {
    bench.fake.misbehave('reset', { times: 1 })
    expect((await errorOf(bench.providers.embedding('fake').embedPassages(TEXT)))?.code).toBe('PROVIDER_UNREACHABLE')
    bench.fake.misbehave('server-error', { times: 1 })
    expect((await errorOf(bench.reopen().embedding('fake').embedPassages(TEXT)))?.code).toBe('PROVIDER_FAILED')
    const { connections } = bench.ledger()
    expect(connections.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['answered', '500'],
      ['failed', expect.any(String)],
    ])
    expect(JSON.stringify(connections)).not.toContain('sk-')
  })

  it('has a redirect as failed, and nothing of where it led', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(307, { location: 'https://elsewhere.example/v1/embeddings' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    bench.providers.update('fake', { definition: { baseUrl: `http://127.0.0.1:${port}/v1` }, key: 'sk-x' })
    await errorOf(bench.providers.embedding('fake').embedPassages(TEXT))
    server.close()
    const { connections } = bench.ledger()
    expect(connections.map(({ host, outcome, detail }) => [host, outcome, detail])).toEqual([
      ['127.0.0.1', 'failed', 'unexpected redirect'],
    ])
  })

  it('is written before anything is sent: what cannot be noted is not sent', async () => {
    const full = bench.reopen({
      ledger: { begin: () => Promise.reject(new AppError('DISK_FULL')), settle: async () => undefined },
    })
    expect(await errorOf(full.embedding('fake').embedPassages(TEXT))).not.toBeNull()
    expect(bench.fake.counts.embeddings.calls).toBe(0)
  })

  it('costs no answer when its end cannot be noted: that was paid for', async () => {
    const full = bench.reopen({
      ledger: { begin: () => Promise.resolve({ id: 1 }), settle: () => Promise.reject(new AppError('DISK_FULL')) },
    })
    expect(await errorOf(full.embedding('fake').embedPassages(TEXT))).toBeNull()
  })

  it('tells what was under way when the process died', () => {
    const { db } = bench
    const entry = { host: 'api.example', port: 443, isLocal: false, provider: 'p', purpose: 'embed', bytesOut: 9 }
    db.transaction('write', () => beginConnection(db, entry))
    expect(db.transaction('write', () => recoverConnections(db))).toEqual({ lost: 1 })
    expect(bench.ledger()).toMatchObject({ sent: 1, connections: [{ outcome: 'unknown', bytesOut: 9 }] })
  })

  it('is bounded, counts everything, and forgets no host', () => {
    const { db } = bench
    const refused = { host: 'first.example', port: 443, isLocal: false, purpose: 'window: request', detail: '' }
    db.transaction('write', () => {
      refuseConnections(db, { refused: [refused] })
      db.run(`UPDATE connections SET at = '2001-01-03T00:00:00.000Z'`)
      for (let at = 0; at < LEDGER_ROWS + 600; at += 1)
        refuseConnections(db, { refused: [{ ...refused, host: 'last.example' }] })
      db.run(`UPDATE connection_days SET day = '2001-01-01' WHERE host = 'first.example'`)
      for (let at = 0; at < 600; at += 1) refuseConnections(db, { refused: [{ ...refused, host: 'last.example' }] })
    })
    const { hosts, refused: all, total } = bench.ledger()
    expect(total).toBeLessThan(LEDGER_ROWS + 500)
    expect(all).toBe(1 + LEDGER_ROWS + 1_200)
    expect(hosts.map(({ host }) => host)).toEqual(['last.example', 'first.example'])
    expect(hosts[1]).toMatchObject({ refused: 1, requests: 0, firstAt: '2001-01-03T00:00:00.000Z' })
    expect(db.all(`SELECT day FROM connection_days WHERE host = 'first.example'`)).toEqual([{ day: '' }])
  })
})

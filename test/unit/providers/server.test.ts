// What becomes of everything that a server can do wrong: the right code, nothing corrupted, nothing unpaid, and it goes on afterwards.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { decodeFloat16 } from '../../../src/shared/float16'
import { toErrorRecord, type ErrorCode } from '../../../src/shared/errors'
import { definitionOf, errorOf, KEY, openWorkbench, type Workbench } from './workbench'
import type { Misbehavior } from '../../support/fake-provider/misbehavior'

let bench: Workbench
const TEXTS = ['The harbor is calm.', 'A letter about tomatoes.', 'Invoices of March']

beforeEach(async () => {
  bench = await openWorkbench({ tries: 1 })
})
afterEach(async () => {
  await bench.close()
})

const embed = (signal?: AbortSignal) => bench.providers.embedding('fake').embedPassages(TEXTS, signal)

const faults: readonly (readonly [Misbehavior, ErrorCode])[] = [
  ['unauthorized', 'PROVIDER_REFUSED'],
  ['forbidden', 'PROVIDER_REFUSED'],
  ['no-credit', 'PROVIDER_REFUSED'],
  ['no-model', 'PROVIDER_MODEL_MISSING'],
  ['bad-request', 'PROVIDER_REQUEST'],
  ['rate-limit', 'PROVIDER_RATE_LIMIT'],
  ['rate-limit-date', 'PROVIDER_RATE_LIMIT'],
  ['rate-limit-silent', 'PROVIDER_RATE_LIMIT'],
  ['server-error', 'PROVIDER_FAILED'],
  ['html', 'PROVIDER_INVALID'],
  ['garbage', 'PROVIDER_INVALID'],
  ['other-json', 'PROVIDER_INVALID'],
  ['empty', 'PROVIDER_INVALID'],
  ['reset', 'PROVIDER_UNREACHABLE'],
  ['too-few', 'PROVIDER_INVALID'],
  ['too-many', 'PROVIDER_INVALID'],
  ['same-index', 'PROVIDER_INVALID'],
  ['wrong-dimensions', 'PROVIDER_INVALID'],
  ['not-a-number', 'PROVIDER_INVALID'],
  ['huge-number', 'PROVIDER_INVALID'],
  ['zero-vector', 'PROVIDER_INVALID'],
]

describe('a server that misbehaves', () => {
  it.each(faults)('ends %s with %s, counts the call, and is asked again afterwards', async (what, code) => {
    bench.fake.misbehave(what, { times: 1, retryAfterS: 90 })
    const error = await errorOf(embed())
    expect(error?.code).toBe(code)
    const record = toErrorRecord(error)
    expect(JSON.stringify(record)).not.toContain('sk-')
    expect(bench.used().calls).toBe(1)
    // As after a new start: patience is not kept.
    const { vectors } = await bench.reopen().embedding('fake').embedPassages(TEXTS)
    expect(vectors).toHaveLength(3 * 24)
    expect(bench.used().calls).toBe(bench.fake.counts.embeddings.calls)
  })

  it.each(['never', 'slow-drip'] as const)('gives up when it is late (%s)', async (what) => {
    bench.providers.update('fake', { definition: { timeoutMs: 150 } })
    bench.fake.misbehave(what, { times: 1 })
    expect((await errorOf(embed()))?.code).toBe('PROVIDER_TIMEOUT')
    expect(bench.used()).toMatchObject({ calls: 1, unsettled: 1 })
  })

  it('says that nobody is there', async () => {
    await bench.fake.close()
    expect(await errorOf(embed())).toMatchObject({ code: 'PROVIDER_UNREACHABLE', details: { reason: 'ECONNREFUSED' } })
    expect(bench.used()).toMatchObject({ calls: 1, unsettled: 0, inputTokens: 0 })
  })

  it('keeps to the indexes when the answers come in another order', async () => {
    const straight = await embed()
    bench.fake.misbehave('shuffled')
    const shuffled = await embed()
    expect(shuffled.vectors).toEqual(straight.vectors)
    expect(shuffled.windows).toEqual(straight.windows)
  })

  it('makes vectors of length 1 of what it is given', async () => {
    const { vectors } = await embed()
    expect(Math.hypot(...decodeFloat16(vectors.slice(0, 24)))).toBeCloseTo(1, 2)
    const { vector } = await bench.providers.embedding('fake').embedQuery('harbor')
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })

  it('stops at once when it is cancelled, and the call is counted as one whose end nobody knows', async () => {
    bench.fake.misbehave('never')
    const abort = new AbortController()
    const call = errorOf(embed(abort.signal))
    await bench.fake.until(({ counts }) => counts.embeddings.calls === 1)
    abort.abort()
    expect((await call)?.code).toBe('CANCELLED')
    expect(bench.used()).toMatchObject({ calls: 1, unsettled: 1 })
  })

  it('sends the key, and nothing about this computer', async () => {
    await embed()
    const { headers } = bench.fake.requests[0] ?? {}
    expect(headers?.authorization).toBe(`Bearer ${KEY}`)
    expect(headers?.['user-agent']).toBe('Sluice')
    expect(Object.keys(headers ?? {}).filter((name) => /stainless|openai/.test(name))).toEqual([])
  })
})

describe('a key', () => {
  it('does not go to another server with a changed address; what comes from a variable is told', async () => {
    const moved = bench.providers.update('fake', { definition: { baseUrl: 'https://models.example/v1' } })
    expect(moved.notes?.join()).toMatch(/was for http:\/\/127.*give the one for https:\/\/models\.example/)
    expect(bench.providers.update('fake', { definition: { baseUrl: bench.fake.url } }).notes).toEqual([])
    expect((await errorOf(embed()))?.code).toBe('PROVIDER_KEY_MISSING')
    expect(bench.fake.requests).toEqual([])
    const same = bench.providers.update('fake', { definition: { baseUrl: bench.fake.url, tries: 2 }, key: KEY })
    expect(same.notes).toBeUndefined()
    await embed()
    const others = bench.reopen({ environment: { SLUICE_KEY_FAKE: KEY } })
    const told = others.update('fake', { definition: { baseUrl: 'https://models.example/v1' } })
    expect(told.notes?.join()).toContain('SLUICE_KEY_FAKE is sent to https://models.example')
  })

  it('that stayed behind of an earlier provider of that name does not go to a new one', async () => {
    const definition = definitionOf(bench.fake)
    rmSync(join(bench.dir, 'providers.json'))
    const after = bench.reopen()
    const added = after.add('fake', { definition })
    expect(added.notes?.join()).toContain('earlier "fake"')
    expect(added.key?.place).toBe('none')
    expect((await errorOf(after.embedding('fake').embedPassages(['text'])))?.code).toBe('PROVIDER_KEY_MISSING')
    expect(bench.fake.requests).toEqual([])
    expect(after.add('other', { definition }).notes).toBeUndefined()
  })
})

describe('how it is asked', () => {
  it('speaks to Azure with a key of its own header and a version', async () => {
    const azure = {
      preset: 'azure',
      apiVersion: '2024-10-21',
      baseUrl: bench.fake.url.replace('/v1', '/openai/deployments/d'),
    }
    bench.providers.update('fake', { definition: azure })
    await embed()
    const { headers } = bench.fake.requests[0] ?? {}
    expect(headers?.['api-key']).toBe(KEY)
    expect(headers?.authorization).toBeUndefined()
  })

  it('does not follow to another address: the key would go with it', async () => {
    let followed = 0
    const other = createServer((_, response) => {
      followed += 1
      response.end()
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    bench.fake.redirectTo(`http://127.0.0.1:${port}/v1/embeddings`)
    const error = await errorOf(embed())
    await new Promise((resolve) => other.close(resolve))
    expect(error?.code).toBe('PROVIDER_UNREACHABLE')
    expect(followed).toBe(0)
  })

  it('sends texts and queries with the prefixes that the model wants', async () => {
    bench.providers.update('fake', {
      definition: { queryPrefix: 'query: ', passagePrefix: 'passage: ', batchTexts: 2 },
    })
    const { windows } = await embed()
    await bench.providers.embedding('fake').embedQuery('harbor')
    expect(bench.fake.requests.map(({ body }) => (body as { input: string[] }).input).sort()).toEqual([
      ['passage: Invoices of March'],
      ['passage: The harbor is calm.', 'passage: A letter about tomatoes.'],
      ['query: harbor'],
    ])
    expect(windows.map(({ text, start, end }) => TEXTS[text]?.slice(start, end))).toEqual(TEXTS)
  })

  it('estimates a query with what is put before it', async () => {
    bench.providers.update('fake', { definition: { queryPrefix: 'query: '.repeat(40) } })
    bench.fake.misbehave('never', { times: 1 })
    bench.providers.update('fake', { definition: { timeoutMs: 100 } })
    await errorOf(bench.providers.embedding('fake').embedQuery('harbor'))
    // Nobody knows what it took, so the estimate stands.
    expect(bench.used().inputTokens).toBeGreaterThan(40)
  })
})

describe('tries and patience', () => {
  it('asks again by itself after a passing fault, and counts both calls', async () => {
    bench.providers.update('fake', { definition: { tries: 3 } })
    bench.fake.misbehave('server-error', { times: 2 })
    await embed()
    expect(bench.used()).toMatchObject({ calls: 3, retries: 2, unsettled: 0 })
    expect(bench.used().inputTokens).toBe(bench.fake.counts.embeddings.inputTokens)
  })

  it('leaves a long wait to the queue, and does not ask before it is over', async () => {
    bench.providers.update('fake', { definition: { tries: 3 } })
    bench.fake.misbehave('rate-limit', { times: 1, retryAfterS: 90 })
    const error = await errorOf(embed())
    expect(error).toMatchObject({ code: 'PROVIDER_RATE_LIMIT', details: { retryAfterMs: 90_000 } })
    expect(await errorOf(embed())).toMatchObject({ code: 'PROVIDER_RATE_LIMIT' })
    expect(bench.fake.counts.embeddings.calls).toBe(1)
  })

  it('does not let a person wait: a query fails at once', async () => {
    bench.providers.update('fake', { definition: { tries: 3 } })
    bench.fake.misbehave('server-error', { times: 1 })
    expect((await errorOf(bench.providers.embedding('fake').embedQuery('harbor')))?.code).toBe('PROVIDER_FAILED')
  })

  it('leaves a server alone that fails again and again', async () => {
    bench.fake.misbehave('server-error')
    for (let at = 0; at < 3; at += 1) expect((await errorOf(embed()))?.code).toBe('PROVIDER_FAILED')
    expect((await errorOf(embed()))?.code).toBe('PROVIDER_UNAVAILABLE')
    expect(bench.fake.counts.embeddings.calls).toBe(3)
  })

  it('does not ask again with a key that was refused, until the definition changes', async () => {
    bench.fake.misbehave('forbidden', { times: 1 })
    await errorOf(embed())
    expect(await errorOf(embed())).toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(bench.fake.counts.embeddings.calls).toBe(1)
    bench.providers.update('fake', { definition: {}, key: KEY })
    await embed()
    expect(bench.fake.counts.embeddings.calls).toBe(2)
  })
})

describe('chat', () => {
  const messages = [{ role: 'user' as const, content: 'When does the ferry leave?' }]

  beforeEach(() => {
    bench.fake.answerChat(() => 'The ferry leaves at nine. [1]')
  })

  it('answers as a whole and in pieces, with what it took', async () => {
    const chat = bench.providers.chat()
    const whole = await chat?.complete({ messages, maxTokens: 100 })
    const pieces: string[] = []
    const streamed = await chat?.complete({ messages, maxTokens: 100, onText: (piece) => pieces.push(piece) })
    expect(whole).toMatchObject({ text: 'The ferry leaves at nine. [1]', finish: 'stop' })
    expect(streamed).toEqual(whole)
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(whole?.text)
    const { inputTokens, outputTokens } = bench.fake.counts.chat
    expect(bench.used()).toMatchObject({ calls: 2, inputTokens, outputTokens })
    expect(bench.used().costUsd).toBeCloseTo((inputTokens * 3 + outputTokens * 4) / 1e6, 12)
  })

  it('cuts an answer that is many times longer than was asked for, and leaves', async () => {
    let isLeft = false
    const endless = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const say = (): void => {
        const piece = { choices: [{ index: 0, delta: { content: 'more and ' }, finish_reason: null }] }
        if (!isLeft) response.write(`data: ${JSON.stringify(piece)}\n\n`, () => setImmediate(say))
      }
      response.once('close', () => {
        isLeft = true
      })
      say()
    })
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
    const { port } = endless.address() as AddressInfo
    bench.providers.update('fake', { key: KEY, definition: { baseUrl: `http://127.0.0.1:${port}/v1` } })
    const pieces: string[] = []
    const answer = await bench.providers
      .chat()
      ?.complete({ messages, maxTokens: 10, onText: (piece) => pieces.push(piece) })
    expect(answer?.finish).toBe('length')
    expect(answer?.text).toBe('more and '.repeat(9))
    expect(pieces.join('')).toBe(answer?.text)
    await expect.poll(() => isLeft).toBe(true)
    await new Promise((resolve) => endless.close(resolve))
  })

  it('says that the answer broke off and does not say its beginning twice', async () => {
    bench.providers.update('fake', { definition: { tries: 3 } })
    bench.fake.misbehave('half-stream')
    const pieces: string[] = []
    const call = bench.providers.chat()?.complete({ messages, maxTokens: 100, onText: (piece) => pieces.push(piece) })
    expect((await errorOf(Promise.resolve(call)))?.code).toBe('PROVIDER_BROKE_OFF')
    expect(bench.fake.counts.chat.calls).toBe(1)
    expect(pieces.join('')).toBe('The ferry leaves ')
  })

  it.each(['html', 'garbage', 'other-json', 'empty', 'half-stream'] as const)(
    'takes %s for no answer',
    async (what) => {
      bench.fake.misbehave(what)
      const call = bench.providers.chat()?.complete({ messages, maxTokens: 100 })
      expect((await errorOf(Promise.resolve(call)))?.code).toBe('PROVIDER_INVALID')
    },
  )

  it('is cut where it is many times longer than was asked for, also as a whole', async () => {
    bench.fake.answerChat(() => 'more and '.repeat(5_000), true)
    const asks = { messages, maxTokens: 10 }
    const whole = await bench.providers.chat()?.complete(asks)
    expect(whole).toMatchObject({ finish: 'length', text: 'more and '.repeat(9).slice(0, 80) })
    bench.fake.answerChat(() => `${'a'.repeat(79)}\u{1F6A2}${'b'.repeat(20)}`, true)
    expect((await bench.providers.chat()?.complete(asks))?.text).toBe('a'.repeat(79))
  })

  it('tells where it was cut', async () => {
    const answer = await bench.providers.chat()?.complete({ messages, maxTokens: 2 })
    expect(answer?.finish).toBe('length')
  })
})

describe('keys', () => {
  it('are in no definition, list, error or test result', async () => {
    expect(readFileSync(`${bench.dir}/providers.json`, 'utf8')).not.toContain(KEY)
    expect(JSON.stringify(bench.providers.list())).not.toContain(KEY)
    bench.providers.update('fake', { definition: {}, key: 'sk-another-0123456789' })
    const test = await bench.providers.test('fake')
    // The facts go with it: the window says them in its own language.
    expect(test).toMatchObject({ ok: false, code: 'PROVIDER_REFUSED', details: { provider: 'fake' } })
    expect(JSON.stringify(test)).not.toMatch(/sk-/)
  })

  it('are asked for when there is none, and a variable goes before all', async () => {
    bench.providers.update('fake', { definition: {}, key: null })
    expect(await errorOf(embed())).toMatchObject({
      code: 'PROVIDER_KEY_MISSING',
      details: { variable: 'SLUICE_KEY_FAKE' },
    })
    expect(bench.used().calls).toBe(0)
    const others = bench.reopen({ environment: { SLUICE_KEY_FAKE: KEY } })
    expect(others.list().find(({ name }) => name === 'fake')?.key?.place).toBe('environment')
    await others.embedding('fake').embedPassages(TEXTS)
  })
})

describe('the test of a provider', () => {
  it('tells dimensions, times and models', async () => {
    const test = await bench.providers.test('fake')
    expect(test).toMatchObject({ ok: true, dimensions: 24, models: ['fake-embedding', 'fake-chat'], code: null })
    expect(test.embeddingMs).not.toBeNull()
    expect(test.chatMs).not.toBeNull()
  })
})

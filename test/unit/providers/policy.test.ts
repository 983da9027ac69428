// Providers under the policy of an organization: what is not allowed is neither added nor used, and one budget bounds them all.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noPolicy } from '../../../src/shared/no-policy'
import { readPolicy, type Policy } from '../../../src/shared/policy'
import type { Use } from '../../../src/main/providers/provider'
import type { Meter } from '../../../src/main/providers/meter'
import { createServer } from '../../../src/main/providers/server'
import { AppError } from '../../../src/shared/errors'
import { serverDefinitionSchema } from '../../../src/shared/providers'
import { silentLog, systemClock } from '../../support/engine'
import { definitionOf, errorOf, KEY, openWorkbench, type Workbench } from './workbench'

let bench: Workbench
beforeEach(async () => {
  bench = await openWorkbench({ tries: 1 })
})
afterEach(() => bench.close())

const policyOf = (content: Record<string, unknown>): Policy =>
  readPolicy(JSON.stringify({ sluicePolicy: 1, organization: 'Example', ...content }), {
    path: '/etc/sluice/policy.json',
    place: 'system',
  })
const use: Use = { purpose: 'embed', jobId: 1, collectionId: 1 }

describe.each([
  ['no providers', () => policyOf({ providers: 'none' })],
  ['others', () => policyOf({ providers: [{ kind: 'openai', hosts: ['llm.example.org'] }] })],
  ['what nobody can read', () => readPolicy('{', { path: '/etc/sluice/policy.json', place: 'system' })],
])('a policy that allows %s', (_, make) => {
  it('lets none be added, used, tried or chosen, and nothing is sent', async () => {
    const providers = bench.reopen({ policy: make() })
    const add = async () => providers.add('more', { definition: definitionOf(bench.fake), key: 'k' })
    expect((await errorOf(add()))?.code).toBe('PROVIDER_FORBIDDEN')
    const embed = async () => providers.embedding('fake').embedPassages(['a text'], undefined, use)
    expect((await errorOf(embed()))?.code).toBe('PROVIDER_FORBIDDEN')
    expect((await errorOf(providers.test('fake')))?.code).toBe('PROVIDER_FORBIDDEN')
    const change = async () => providers.update('fake', { definition: { chatModel: 'other' } })
    expect((await errorOf(change()))?.code).toBe('PROVIDER_FORBIDDEN')
    expect(providers.chat()).toBeNull()
    expect(providers.vision()).toBeNull()
    expect(providers.list().find(({ name }) => name === 'fake')?.problem).toContain(
      'does not allow the provider "fake"',
    )
    expect(bench.fake.requests).toHaveLength(0)
    // What is there may go.
    providers.remove('fake')
    expect(providers.list().map(({ name }) => name)).toEqual(['local'])
  })
})

it('a policy that names the host of a provider leaves it as it is', async () => {
  const host = new URL(bench.fake.url).host
  const providers = bench.reopen({ policy: policyOf({ providers: [{ kind: 'openai', hosts: [host] }] }) })
  expect(await errorOf(providers.embedding('fake').embedPassages(['a text'], undefined, use))).toBeNull()
  expect(providers.chat()).not.toBeNull()
})

it('asks before each single request, whatever was asked before', async () => {
  const refusal = new AppError('PROVIDER_FORBIDDEN', { name: 'fake' })
  const server = createServer({
    name: 'fake',
    definition: serverDefinitionSchema.parse(definitionOf(bench.fake, { tries: 1 })),
    key: () => KEY,
    meter: bench.meter,
    ledger: { begin: async () => ({ id: 1 }), settle: async () => undefined },
    refusalOf: (address) => (address.startsWith(bench.fake.url) ? refusal : null),
    setTimer: systemClock.setTimer,
    random: () => 0,
    guards: () => ({ failures: 3, openMs: 60_000 }),
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    log: silentLog,
  })
  expect(await server.test()).toMatchObject({ ok: false })
  expect(bench.fake.requests).toHaveLength(0)
})

describe('a budget of an organization', () => {
  const under = (budgets: NonNullable<Policy['budgets']>) => {
    const meter: Meter = {
      ...bench.meter,
      begin: (call) => bench.meter.begin({ ...call, allBudgets: budgets } as typeof call),
    }
    return bench.reopen({ meter, policy: { ...noPolicy, budgets } })
  }
  const none = { usd: null, tokens: null }

  it('bounds all providers together, however many names they have', async () => {
    const providers = under({ run: none, day: { usd: null, tokens: 30 }, month: none })
    providers.add('twin', { definition: definitionOf(bench.fake, { tries: 1 }), key: 'sk-very-secret-0123456789' })
    const text = 'a text of a few words'
    const embed = (name: string) => errorOf(providers.embedding(name).embedPassages([text], undefined, use))
    let ended = null
    for (let turn = 0; turn < 20 && ended === null; turn += 1) ended = await embed(turn % 2 === 0 ? 'fake' : 'twin')
    expect(ended?.code).toBe('BUDGET_MANAGED')
    expect(ended?.message).toContain('what your organization allows for all providers together')
    expect(bench.used().calls).toBeGreaterThan(1)
    expect(bench.used().inputTokens).toBeLessThanOrEqual(30)
  })

  it('in USD refuses a provider whose prices nobody knows', async () => {
    const providers = under({ run: none, day: { usd: 1, tokens: null }, month: none })
    const definition = { kind: 'openai', baseUrl: 'https://models.example/v1', chatModel: 'unheard-of' }
    const error = await errorOf((async () => providers.add('dear', { definition }))())
    expect(error?.message).toContain('prices of its models are not known')
  })
})

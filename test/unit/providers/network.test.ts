// A network that costs by what goes through it: what nobody waits for is not sent to other computers.
import { afterEach, expect, it } from 'vitest'
import type { Use } from '../../../src/main/providers/provider'
import { openWorkbench, errorOf, type Workbench } from './workbench'

let bench: Workbench | null = null
afterEach(async () => {
  await bench?.close()
  bench = null
})

const use = (purpose: Use['purpose']): Use => ({ purpose, jobId: 1, collectionId: 1 })
const embed = (from: Workbench, purpose: Use['purpose']) =>
  from.providers.embedding('fake').embedPassages(['a text'], undefined, use(purpose))

it('work for a model on another computer waits, says why and when it is tried again, and blames nobody', async () => {
  let asked = 0
  const isMetered = () => {
    asked += 1
    return Promise.resolve(true)
  }
  bench = await openWorkbench({ baseUrl: 'https://models.example.org/v1' }, { parts: { isMetered } })
  for (let nth = 0; nth < 5; nth += 1) {
    const error = await errorOf(embed(bench, 'embed'))
    expect(error?.code).toBe('NETWORK_METERED')
    expect(error?.details).toMatchObject({ provider: 'fake' })
    expect(Date.parse(String(error?.details['retryAt']))).toBeGreaterThan(Date.now())
  }
  expect(asked).toBe(5)
  expect(bench.ledger()).toMatchObject({ sent: 0, hosts: [] })
  expect(bench.providers.list().find(({ name }) => name === 'fake')?.breaker).toMatchObject({ state: 'closed' })
})

it('a model on this computer goes on', async () => {
  bench = await openWorkbench({}, { parts: { isMetered: () => Promise.resolve(true) } })
  expect((await embed(bench, 'embed')).vectors.length).toBeGreaterThan(0)
  expect(bench.ledger().sentLocally).toBe(1)
})

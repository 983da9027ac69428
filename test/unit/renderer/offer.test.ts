// What is offered twice while it is looked at is added once.
import { expect, test, vi } from 'vitest'
import { call } from '../../../src/renderer/client/caller'
import { offerPaths } from '../../../src/renderer/intake/offer'

vi.mock('../../../src/renderer/client/caller', () => ({ call: vi.fn(), callApp: vi.fn() }))
vi.mock('../../../src/renderer/client/failures', () => ({ showFailure: vi.fn(), showNote: vi.fn() }))
vi.mock('../../../src/renderer/intake/offer-dialog', () => ({ OfferDialog: () => null }))

test('the same path dropped again during the look is added by one job', async () => {
  vi.useFakeTimers()
  try {
    let looked: (value: unknown) => void = () => undefined
    const created: unknown[] = []
    const answer = (name: string, params: { readonly paths?: unknown }): Promise<unknown> => {
      if (name === 'jobs.estimate')
        return new Promise<unknown>((resolve) => {
          looked = resolve
        })
      if (name === 'jobs.create') created.push(params.paths)
      return Promise.resolve({ job: { label: 'a' } })
    }
    vi.mocked(call).mockImplementation(answer as typeof call)
    const first = offerPaths([{ path: '/a.txt' }], 'default')
    await vi.advanceTimersByTimeAsync(200)
    const second = offerPaths([{ path: '/a.txt' }], 'default')
    looked({ documents: 1, bytes: 1, confirmation: null, costUsd: 0 })
    await Promise.all([first, second])
    await vi.advanceTimersByTimeAsync(500)
    looked({ documents: 1, bytes: 1, confirmation: null, costUsd: 0 })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(created).toEqual([[{ path: '/a.txt' }]])
  } finally {
    vi.useRealTimers()
  }
})

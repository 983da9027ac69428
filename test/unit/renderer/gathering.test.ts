// Drops in a row are one offer: nothing is lost, nothing is asked twice.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Gathering, type Offer } from '../../../src/renderer/intake/gathering'
import type { OfferedPath } from '../../../src/shared/calls'

const clock = {
  now: () => Date.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
const here = { collection: 'default', choose: false }
const file = (at: number): OfferedPath[] => [{ path: `/drops/${at}.txt` }]

describe('gathering', () => {
  let offers: { offer: Offer; decide: (thrown?: Error) => void }[]
  let gathering: Gathering

  beforeEach(() => {
    vi.useFakeTimers()
    offers = []
    gathering = new Gathering(
      (offer) =>
        new Promise((resolve, reject) => {
          const decide = (thrown?: Error): void => {
            offer.close()
            if (thrown === undefined) resolve()
            else reject(thrown)
          }
          offers.push({ offer, decide })
        }),
      clock,
    )
    return () => vi.useRealTimers()
  })

  const pathsOf = (at: number): string[] => (offers[at]?.offer.paths() ?? []).map(({ path }) => path)

  test('500 drops in a row are one offer with all of them, each once', async () => {
    const done = Array.from({ length: 500 }, (_, at) => gathering.add(file(at), here))
    done.push(gathering.add(file(7), here))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(offers).toHaveLength(1)
    expect(pathsOf(0)).toHaveLength(500)
    offers[0]?.decide()
    await Promise.all(done)
  })

  test('what comes while it is being decided joins, and is told', async () => {
    const done = gathering.add(file(1), here)
    await vi.advanceTimersByTimeAsync(200)
    const more = vi.fn()
    offers[0]?.offer.onMore(more)
    const joined = gathering.add(file(2), here)
    expect(more).toHaveBeenCalledOnce()
    offers[0]?.decide()
    await Promise.all([done, joined])
    expect(offers).toHaveLength(1)
    expect(pathsOf(0)).toEqual(['/drops/1.txt', '/drops/2.txt'])
  })

  test('what comes after it was decided is an offer of its own, after the first', async () => {
    const first = gathering.add(file(1), here)
    await vi.advanceTimersByTimeAsync(200)
    offers[0]?.offer.close()
    const second = gathering.add(file(2), here)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(offers).toHaveLength(1)
    offers[0]?.decide()
    await first
    await vi.advanceTimersByTimeAsync(200)
    expect(pathsOf(1)).toEqual(['/drops/2.txt'])
    offers[1]?.decide()
    await second
  })

  test('another collection is another offer; where a person chooses it is the same', async () => {
    const all = [
      gathering.add(file(1), here),
      gathering.add(file(2), { collection: 'letters', choose: false }),
      gathering.add(file(3), { collection: 'letters', choose: true }),
      gathering.add(file(4), { collection: 'default', choose: true }),
    ]
    for (let at = 0; at < 3; at += 1) {
      await vi.advanceTimersByTimeAsync(2_000)
      expect(offers).toHaveLength(at + 1)
      offers[at]?.decide()
    }
    await Promise.all(all)
    expect([0, 1, 2].map(pathsOf)).toEqual([['/drops/1.txt'], ['/drops/2.txt'], ['/drops/3.txt', '/drops/4.txt']])
  })

  test('a row that does not end is decided on all the same', async () => {
    const done = [gathering.add(file(0), here)]
    for (let at = 1; at < 20; at += 1) {
      await vi.advanceTimersByTimeAsync(100)
      done.push(gathering.add(file(at), here))
    }
    expect(offers).toHaveLength(1)
    expect(pathsOf(0)).toHaveLength(20)
    offers[0]?.decide()
    await Promise.all(done)
  })

  test('a failure is told to who offered it, and the next offer is decided', async () => {
    const first = gathering.add(file(1), here)
    const second = gathering.add(file(2), { collection: 'letters', choose: false })
    await vi.advanceTimersByTimeAsync(200)
    const failed = expect(first).rejects.toThrow('no')
    offers[0]?.decide(new Error('no'))
    await failed
    await vi.advanceTimersByTimeAsync(200)
    offers[1]?.decide()
    await expect(second).resolves.toBeUndefined()
  })
})

// Owns turning a table of hostile cases into tests that share one engine. Refuses to run two at a time: their figures would mix.
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { LimitName } from '../../../src/shared/limits'
import { openYard, type HostileCase, type Yard, type YardOptions } from './yard'

const CASE_MS = 180_000

/** One engine with `limits`, and one test for each case. */
export const describeHostile = (
  title: string,
  cases: readonly HostileCase[],
  limits: Partial<Record<LimitName, number>> = {},
  options: YardOptions = {},
): void => {
  describe(title, () => {
    let yard: Yard | null = null
    beforeAll(async () => {
      yard = await openYard(limits, options)
    }, 60_000)
    afterAll(async () => {
      await yard?.close()
    }, 60_000)
    for (const hostile of cases) {
      it(
        hostile.name,
        async () => {
          if (yard === null) throw new Error('the yard did not open')
          await yard.run(hostile)
        },
        CASE_MS,
      )
    }
  })
}

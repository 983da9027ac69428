import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planBatches } from '../../../../src/workers/model/session'

const lengthsOfTexts = fc.array(fc.integer({ min: 1, max: 128 }), { maxLength: 200 })

describe('batches', () => {
  it('hold every text once and no more tokens than allowed, padding included', () => {
    fc.assert(
      fc.property(lengthsOfTexts, fc.integer({ min: 64, max: 2048 }), (lengths, maxTokens) => {
        const batches = planBatches(lengths, maxTokens)
        expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index))
        for (const batch of batches) {
          const longest = Math.max(...batch.map((index) => lengths[index] ?? 0))
          if (batch.length > 1) expect(batch.length * longest).toBeLessThanOrEqual(maxTokens)
        }
      }),
    )
  })

  it('put texts of like length together, so that little is spent on padding', () => {
    expect(planBatches([5, 120, 6, 128, 4, 125], 400)).toEqual([
      [4, 0, 2],
      [1, 5, 3],
    ])
  })
})

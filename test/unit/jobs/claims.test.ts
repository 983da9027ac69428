import { describe, expect, it } from 'vitest'
import type { OperationName, Operations } from '../../../src/main/store/contract'
import type { Lane } from '../../../src/shared/phases'
import { document, startJob, type Bed } from '../store/bed'
import { complete, makeQueue } from './bed'

const DOCUMENTS = 12

describe('asking the store for work', () => {
  it('happens for each lane only when there may be some', async () => {
    const claims: Record<Lane, number> = { expand: 0, extract: 0, ocr: 0, vision: 0, embed: 0, summarize: 0 }
    let bed: Bed | null = null
    const counting = async <N extends OperationName>(
      name: N,
      params: Operations[N]['params'],
    ): Promise<Operations[N]['result']> => {
      if (bed === null) throw new Error('there is no store yet')
      if (name === 'tasks.claim') claims[(params as Operations['tasks.claim']['params']).lane] += 1
      await Promise.resolve()
      return bed.run(name, params)
    }
    const made = makeQueue(
      (store) => async (_lane, tasks) => {
        await Promise.resolve()
        for (const task of tasks) complete(store, task)
      },
      { store: { run: counting } },
    )
    bed = made.bed
    startJob(
      bed,
      Array.from({ length: DOCUMENTS }, (_, number) => document(`d${number}`)),
    )
    made.queue.notify()
    await made.queue.idle()
    // One for each document, and a few that find nothing; a claim of nothing is two questions (see `alone`).
    expect(claims.extract).toBeLessThanOrEqual(DOCUMENTS + 6)
    expect(claims.extract).toBeGreaterThanOrEqual(DOCUMENTS)
    // The scan, what its end may have made, and the first notice: not one for each document.
    expect(claims.expand).toBeLessThanOrEqual(8)
    await made.queue.close()
  })
})

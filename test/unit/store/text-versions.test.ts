// Proves that agreeing twice to reading texts anew gives one job, but not one that is being cancelled.
import { expect, it } from 'vitest'
import { remark } from '../../../src/shared/remarks'
import { claim, collectionId, makeBed } from './bed'

it('joins the job that reads anew, unless that is being cancelled', () => {
  const bed = makeBed()
  const agree = () =>
    bed.run('texts.readAnew', { collectionId: collectionId(bed), version: 2, naming: remark('JOB_READ_ANEW') }).id
  const first = agree()
  expect(agree()).toBe(first)
  expect(claim(bed, 'expand', 1)).toHaveLength(1)
  bed.run('jobs.cancel', { id: Number(first) })
  expect(agree()).not.toBe(first)
})

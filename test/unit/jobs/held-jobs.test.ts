// What one model or its provider lacks holds the jobs that need it, and no others.
import { describe, expect, it } from 'vitest'
import { TaskErrors } from '../../../src/main/jobs/task-errors'
import { AppError } from '../../../src/shared/errors'
import { claim, commit, document, startJob, type Bed } from '../store/bed'
import { complete, makeQueue, makeStage, settleDown } from './bed'

const budget = (): AppError => new AppError('BUDGET_EXCEEDED', { provider: 'mine' })

/** A job with one text that waits for its vectors. */
const addJob = (bed: Bed, name: string): void => {
  startJob(bed, [document(name)])
  for (const task of claim(bed, 'extract', 10)) commit(bed, task, [`text of ${task.path}`])
}

const start = () => {
  const stage = makeStage()
  const made = makeQueue(stage.run)
  for (const name of ['a', 'b']) addJob(made.bed, name)
  return { stage, ...made }
}

describe('texts that a server failed with together', () => {
  it('are due together again, time after time', async () => {
    // Each task alone would draw another wait.
    let drawn = 0
    const stage = makeStage()
    const { bed, queue, clock } = makeQueue(stage.run, { random: () => ((drawn += 7) % 10) / 10 })
    startJob(
      bed,
      ['a', 'b', 'c'].map((name) => document(name)),
    )
    for (const task of claim(bed, 'extract', 10)) commit(bed, task, [`text of ${task.path}`])
    queue.notify()
    await settleDown()
    for (let outage = 0; outage < 2; outage += 1) {
      expect(stage.at(0).tasks).toHaveLength(3)
      stage.at(0).fail(new AppError('PROVIDER_FAILED', { provider: 'mine' }))
      await settleDown()
      expect(stage.paths()).toEqual([])
      await clock.advance(60_000)
    }
    expect(stage.at(0).tasks).toHaveLength(3)
    stage.at(0).end()
    await queue.close()
  })
})

describe('a job whose model is not to be had', () => {
  it('waits and spends no try, while another one goes on in the same lane', async () => {
    const { stage, bed, queue, clock } = start()
    queue.notify()
    await settleDown()
    const run = stage.at(0)
    expect(run.tasks.map(({ path }) => path).sort()).toEqual(['a', 'b'])
    const [held, other] = [...run.tasks].sort((left, right) => left.path.localeCompare(right.path))
    if (!held || !other) throw new Error('they were not claimed together')
    complete(bed, other)
    run.fail(new TaskErrors(new Map([[held, budget()]])))
    await settleDown()
    expect(queue.status().blocked).toMatchObject({ code: 'BUDGET_EXCEEDED', lanes: ['embed'] })
    expect(queue.status().held).toMatchObject([{ jobId: held.jobId, details: { provider: 'mine' } }])
    addJob(bed, 'c')
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual(['embed: c'])
    stage.at(0).end()
    await settleDown()
    // It is tried again by itself, with all its tries.
    await clock.advance(5_000)
    expect(stage.at(0).tasks.map(({ path, attempts }) => [path, attempts])).toEqual([['a', 0]])
    expect(queue.status().blocked).toBeNull()
    stage.at(0).end()
    await queue.close()
  })

  it('is tried at once when a person did something about it', async () => {
    const { stage, queue } = start()
    queue.notify()
    await settleDown()
    stage.at(0).fail(budget())
    await settleDown()
    queue.notify()
    await settleDown()
    expect(stage.paths()).toEqual([])
    queue.tryHeld()
    await settleDown()
    expect(stage.paths()).toHaveLength(1)
    stage.at(0).end()
    await queue.close()
  })
})

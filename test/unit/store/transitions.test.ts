// The steps that jobs and tasks may take: the database knows the same as the table in code, and refuses every other step.
import { describe, expect, it } from 'vitest'
import { jobStates } from '../../../src/shared/domain'
import { jobTransitions, listSteps, taskStates, taskTransitions } from '../../../src/shared/transitions'
import { document, makeBed, startJob, type Bed } from './bed'

const pairs = <S extends string>(steps: readonly { from: S; to: S }[]): string[] =>
  steps.map(({ from, to }) => `${from} → ${to}`).sort()

const stored = (bed: Bed, kind: 'task' | 'job'): string[] =>
  pairs(
    bed.session.db.all<{ from: string; to: string }>(
      'SELECT from_state AS "from", to_state AS "to" FROM transitions WHERE kind = ?',
      kind,
    ),
  )

/** Every pair of states that is no step. */
const others = <S extends string>(states: readonly S[], steps: readonly { from: S; to: S }[]): (readonly [S, S])[] =>
  states.flatMap((from) =>
    states
      .filter((to) => to !== from && !steps.some((step) => step.from === from && step.to === to))
      .map((to) => [from, to] as const),
  )

/** Puts a row into a state, whatever its own says, without the guards. */
const force = (bed: Bed, table: 'tasks' | 'jobs', state: string): void => {
  bed.session.db.exec(`DROP TRIGGER IF EXISTS forced`)
  const { sql } = bed.session.db.one<{ sql: string }>(`SELECT sql FROM sqlite_master WHERE name = '${table}_step'`)
  bed.session.db.exec(`DROP TRIGGER ${table}_step`)
  bed.session.db.run(`UPDATE ${table} SET state = ? WHERE id = (SELECT max(id) FROM ${table})`, state)
  bed.session.db.exec(sql)
}

describe('the steps of tasks and jobs', () => {
  it('are the same in the code and in the database', () => {
    const bed = makeBed()
    expect(stored(bed, 'task')).toEqual(pairs(listSteps(taskTransitions)))
    expect(stored(bed, 'job')).toEqual(pairs(listSteps(jobTransitions)))
  })

  it('are the only ones that the database takes', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const step = (table: 'tasks' | 'jobs', to: string): void => {
      bed.session.db.run(`UPDATE ${table} SET state = ? WHERE id = (SELECT max(id) FROM ${table})`, to)
    }
    for (const [from, to] of others(taskStates, listSteps(taskTransitions))) {
      force(bed, 'tasks', from)
      expect(() => step('tasks', to), `task ${from} → ${to}`).toThrow('cannot take that step')
    }
    for (const { from, to } of listSteps(taskTransitions)) {
      force(bed, 'tasks', from)
      expect(() => step('tasks', to), `task ${from} → ${to}`).not.toThrow()
    }
    for (const [from, to] of others(jobStates, listSteps(jobTransitions))) {
      force(bed, 'jobs', from)
      expect(() => step('jobs', to), `job ${from} → ${to}`).toThrow('cannot take that step')
    }
  })

  it('begin where they may', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const { db } = bed.session
    expect(() =>
      db.run(
        `INSERT INTO jobs (collection_id, label, paths, patterns, kind, state, created_at) VALUES (1, 'x', '[]', '{}', 'intake', 'running', 'now')`,
      ),
    ).toThrow('no job begins in that state')
    expect(() =>
      db.run(
        `INSERT INTO tasks (job_id, collection_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, created_at)
          VALUES (1, 1, 'document', 'extract', 'extract', 'running', 'k', 'p', '{}', 0, 1, 'now')`,
      ),
    ).toThrow('no task begins in that state')
  })
})

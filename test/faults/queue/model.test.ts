// Random sequences of everything that people and crashes do to the queue, against a model so simple that it is surely right. A failure
// shrinks to the shortest sequence that still fails. SLUICE_MODEL_RUNS and SLUICE_MODEL_SEED ask for more, and for the same again.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { finalJobStates, outcomes, type JobState } from '../../../src/shared/domain'
import { jobTransitions } from '../../../src/shared/transitions'
import { makeTempDir } from '../../support/engine'
import { forgeZip } from '../../support/zip-forge'
import { bundleOwner } from './support/bundle'
import { openThere, type OwnerProcess } from './support/owner'
import { waitFor } from './support/scenarios'
import { findTrouble } from './support/verdict'

const RUNS = Number(process.env['SLUICE_MODEL_RUNS'] ?? 12)
const SEED = process.env['SLUICE_MODEL_SEED']
const COMMANDS = 14
const FOLDERS = 4
const temp = makeTempDir('model')
let made = 0

let bundled = { file: '', remove: (): void => undefined }

beforeAll(() => {
  bundled = bundleOwner()
})
afterAll(() => {
  bundled.remove()
  temp.remove()
})

/** What a person knows: which folders were offered by which job, whether it is paused, which dead letters were put aside. */
type Model = { jobs: Map<string, { folder: number; paused: boolean; cancelled: boolean }>; discarded: Set<string> }
type Real = { engine: OwnerProcess; dataDir: string; root: string; states: Map<string, JobState> }

const FOUND = ['a.txt', 'b.md', 'box.zip!/c.txt']
const pathsOf = (folder: number) => ({
  found: FOUND.map((name) => `folder-${folder}/${name}`),
  failed: [`folder-${folder}/broken.pdf`],
})

const writeFolders = (root: string): void => {
  for (let n = 0; n < FOLDERS; n += 1) {
    const folder = join(root, `folder-${n}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.txt'), `The ferry of folder ${n}.`)
    writeFileSync(join(folder, 'b.md'), `# Mill ${n}\n\nThe miller of ${n} sleeps.`)
    writeFileSync(join(folder, 'box.zip'), forgeZip([{ name: 'c.txt', data: `A lantern in box ${n}.` }]))
    writeFileSync(join(folder, 'broken.pdf'), `%PDF-1.7\nnothing, ${n}\n%%EOF`)
  }
}

const isOver = (state: JobState): boolean => finalJobStates.includes(state)

/** Whether one state follows from another by the table, in any number of steps: what lies between two looks is not seen. */
const canFollow = (from: JobState, to: JobState): boolean => {
  const reached = new Set<JobState>([from])
  for (const state of reached) for (const next of Object.keys(jobTransitions[state]) as JobState[]) reached.add(next)
  return reached.has(to)
}

/** What holds after every command. */
const checkAll = async (model: Model, real: Real): Promise<void> => {
  const { engine, states } = real
  for (const [id, known] of model.jobs) {
    const { job, documents, found } = await engine.call('jobs.progress', { id })
    expect(
      outcomes.reduce((sum, outcome) => sum + documents[outcome], 0),
      `the counts of job ${id}`,
    ).toBe(documents.total)
    expect(found).toBeGreaterThanOrEqual(documents.total)
    const before = states.get(id)
    if (before) expect(canFollow(before, job.state), `job ${id}: ${before} to ${job.state}`).toBe(true)
    states.set(id, job.state)
    if (known.paused && job.state === 'paused') {
      const { current } = await engine.call('jobs.progress', { id })
      expect(current, `what runs of the paused job ${id}`).toEqual([])
    }
  }
  const { deadLetters } = await engine.call('deadLetters.list', {
    offset: 0,
    limit: 100,
    rejected: false,
    discarded: false,
  })
  for (const { id } of deadLetters) expect(model.discarded.has(id), `dead letter ${id} was put aside`).toBe(false)
}

/** Errors that are right answers: the job was over, or was not, when asked. */
const unlessRefused = async (ask: () => Promise<unknown>): Promise<boolean> => {
  try {
    await ask()
    return true
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'JOB_STATE') return false
    throw thrown
  }
}

type Act = (model: Model, real: Real, pick: number) => Promise<void>

const jobOf = (model: Model, pick: number): string | undefined =>
  [...model.jobs.keys()][pick % Math.max(1, model.jobs.size)]

/** As an act on one job that was offered; nothing while there is none. */
const onJob =
  (act: (id: string, model: Model, real: Real) => Promise<void>): Act =>
  async (model, real, pick) => {
    const id = jobOf(model, pick)
    if (id !== undefined) await act(id, model, real)
  }

const all = { rejected: false, discarded: false } as const

const acts: Readonly<Record<string, Act>> = {
  drop: async (model, { engine, root }, pick) => {
    const folder = pick % FOLDERS
    const { job, created } = await engine.call('jobs.create', {
      paths: [{ path: join(root, `folder-${folder}`) }],
      collection: 'default',
      globs: [],
      ignores: [],
      key: null,
      confirmed: false,
      leaveOut: [],
      client: 'local',
      priority: 'normal',
    })
    // A repeated drop joins the job that works on it.
    expect(model.jobs.has(job.id)).toBe(!created)
    if (created) model.jobs.set(job.id, { folder, paused: false, cancelled: false })
    else expect(model.jobs.get(job.id)?.folder).toBe(folder)
  },
  pause: onJob(async (id, model, { engine }) => {
    const done = await unlessRefused(() => engine.call('jobs.pause', { id }))
    const known = model.jobs.get(id)
    if (done && known) known.paused = true
  }),
  resume: onJob(async (id, model, { engine }) => {
    await unlessRefused(() => engine.call('jobs.resume', { id }))
    const known = model.jobs.get(id)
    if (known) known.paused = false
  }),
  cancel: onJob(async (id, model, { engine }) => {
    const done = await unlessRefused(() => engine.call('jobs.cancel', { id }))
    const known = model.jobs.get(id)
    if (known && done) Object.assign(known, { cancelled: true, paused: false })
  }),
  retry: onJob(async (id, model, { engine }) => {
    await unlessRefused(() => engine.call('jobs.retry', { id }))
    const { deadLetters } = await engine.call('deadLetters.list', { ...all, discarded: true, offset: 0, limit: 100 })
    model.discarded = new Set(deadLetters.map(({ id: dead }) => dead))
  }),
  prioritize: onJob(async (id, _model, { engine }) => {
    await unlessRefused(() => engine.call('jobs.prioritize', { id, priority: 'high' }))
  }),
  replay: async (_model, { engine }) => {
    await engine.call('deadLetters.replay', { filter: all, settings: {} })
  },
  discard: async (model, { engine }) => {
    const { ids } = await engine.call('deadLetters.discard', { filter: all })
    for (const id of ids) model.discarded.add(id)
  },
  restore: async (model, { engine }) => {
    const { ids } = await engine.call('deadLetters.restore', { filter: { ...all, discarded: true } })
    expect(new Set(ids)).toEqual(model.discarded)
    model.discarded.clear()
  },
  /** The window is closed in the middle of it; no drain. */
  restart: async (_model, real) => {
    await real.engine.close()
    real.engine = openThere(bundled.file, real.dataDir)
  },
  /** The process is gone, whatever it was doing. */
  crash: async (_model, real) => {
    await real.engine.kill()
    real.engine = openThere(bundled.file, real.dataDir)
  },
  work: onJob(async (id, model, { engine }) => {
    if (model.jobs.get(id)?.paused) return
    await engine.call('jobs.wait', { id, timeoutMs: 300 })
  }),
}

class Command implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly name: string,
    readonly pick: number,
  ) {}
  check = (): boolean => true
  run = async (model: Model, real: Real): Promise<void> => {
    await acts[this.name]?.(model, real, this.pick)
    await checkAll(model, real)
  }
  toString = (): string => `${this.name}(${this.pick})`
}

const commands = fc.commands(
  // Drops come often: without jobs nothing else means anything.
  ['drop', ...Object.keys(acts)].map((name) => fc.nat(7).map((pick) => new Command(name, pick))),
  { maxCommands: COMMANDS },
)

/** Everything is resumed, retried and worked off: then every document that was ever offered is found once. */
const finish = async (model: Model, real: Real): Promise<void> => {
  const { engine } = real
  for (const id of model.jobs.keys()) {
    await unlessRefused(() => engine.call('jobs.resume', { id }))
    const { job } = await waitFor(engine, id, finalJobStates)
    expect(isOver(job.state)).toBe(true)
    const { report } = await engine.call('jobs.show', { id })
    if (job.state === 'cancelled' || report.documents.cancelled > 0 || report.documents.partial > 0) {
      await engine.call('jobs.retry', { id })
      await waitFor(engine, id, finalJobStates)
    }
  }
  const folders = [...new Set([...model.jobs.values()].map(({ folder }) => folder))].map(pathsOf)
  const { checks } = await engine.call('doctor', { repair: false, rebuild: false })
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  await engine.close()
  if (folders.length === 0) return
  const expected = { found: folders.flatMap(({ found }) => found), failed: folders.flatMap(({ failed }) => failed) }
  expect(await findTrouble(real.dataDir, expected)).toEqual([])
}

it('keeps its promises whatever is asked of it, in whatever order', { timeout: 3_600_000 }, async () => {
  const property = fc.asyncProperty(commands, async (sequence) => {
    made += 1
    const root = join(temp.path, `run-${made}`)
    const dataDir = join(root, 'data')
    mkdirSync(root, { recursive: true })
    writeFolders(root)
    const model: Model = { jobs: new Map(), discarded: new Set() }
    const real: Real = { engine: openThere(bundled.file, dataDir), dataDir, root, states: new Map() }
    try {
      await fc.asyncModelRun(() => ({ model, real }), sequence)
      await finish(model, real)
    } finally {
      await real.engine.close()
    }
  })
  await fc.assert(property, { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) })
})

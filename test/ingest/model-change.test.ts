// Another model for a collection, in a real engine: searches go on, whatever is cut off goes on, and one can go back.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { AppError } from '../../src/shared/errors'
import type { CollectionGeneration } from '../../src/shared/generations'
import { ingest, makeTempDir, startOwner, waitForJob, type TestEngineOptions } from '../support/engine'
import { makeLetterModel, neverAnswer, type LetterModel } from '../support/letter-models'

const TEXTS = {
  'boiler.txt': 'the boiler needs its inspection once in a year',
  'soup.txt': 'leeks and potatoes make a good soup',
  'tax.txt': 'the tax return is due in spring',
}

let temp: ReturnType<typeof makeTempDir>
let engine: Engine | null
let models: Record<string, LetterModel>

const start = async (more: Partial<TestEngineOptions> = {}): Promise<Engine> => {
  engine = await startOwner({
    dataDir: join(temp.path, 'data'),
    embeddings: (ref) => models[ref] ?? null,
    ...more,
  })
  return engine
}

const stop = async (): Promise<void> => {
  await engine?.close()
  engine = null
}

const write = (folder: string, texts: Readonly<Record<string, string>>): string => {
  const dir = join(temp.path, folder)
  mkdirSync(dir, { recursive: true })
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(dir, name), text)
  return dir
}

const find = async (query: string, collections: string[] = []): Promise<{ paths: string[]; notes: string[] }> => {
  if (!engine) throw new Error('no engine')
  const { results, notes } = await engine.call('search', { query, mode: 'semantic', collections })
  return { paths: results.map(({ path }) => path), notes: notes ?? [] }
}

const change = async (name: string, model: string, more: { hold?: boolean } = {}) => {
  if (!engine) throw new Error('no engine')
  return engine.call('collections.changeModel', { name, model, approve: true, ...more })
}

const changed = async (name: string, model: string, more: { hold?: boolean } = {}): Promise<void> => {
  const { job } = await change(name, model, more)
  if (!job || !engine) throw new Error('no job was begun')
  expect((await waitForJob(engine, job.id)).job.state).toBe('completed')
}

const generations = async (name = 'default'): Promise<CollectionGeneration[]> => {
  if (!engine) throw new Error('no engine')
  return (await engine.call('collections.models', { name })).generations
}

const states = async (name = 'default'): Promise<string[]> =>
  (await generations(name)).map(({ model, state }) => `${model} ${state}`).sort()

/** Waits until a task of the job is being worked on. */
const running = async (id: string): Promise<void> => {
  const current = async (): Promise<number> => (await engine?.call('jobs.progress', { id }))?.current.length ?? 0
  await expect.poll(current, { timeout: 20_000 }).toBeGreaterThan(0)
}

/** What `doctor` finds wrong. */
const troubles = async (): Promise<string[]> => {
  if (!engine) throw new Error('no engine')
  const { checks } = await engine.call('doctor', {})
  return checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
}

beforeEach(() => {
  temp = makeTempDir('models')
  engine = null
  models = { local: makeLetterModel('local', 61), wide: makeLetterModel('wide', 97), tall: makeLetterModel('tall', 43) }
})
afterEach(async () => {
  await stop()
  temp.remove()
})

describe('changing the model of a collection', () => {
  it('tells first what it takes, and begins nothing before somebody agrees', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    const asked = await engine?.call('collections.changeModel', { name: 'default', model: 'wide' })
    expect(asked).toMatchObject({
      approved: false,
      job: null,
      estimate: { model: 'letters-97', dimensions: 97, documents: 3, chunks: 3, keptChunks: 0, tokens: 15 },
    })
    expect(await states()).toEqual(['letters-61 serving'])
    await expect(change('default', 'local')).rejects.toMatchObject({ code: 'REBUILD_SAME_MODEL' })
    await expect(change('default', 'nobody')).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN' })
  })

  it('makes the new vectors while the old ones are searched, switches, goes back, and cleans up', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    const wide = models['wide'] as LetterModel
    wide.before = neverAnswer
    const { job, generation } = await change('default', 'wide')
    expect(generation).toMatchObject({ state: 'building', model: 'letters-97', missing: 3 })
    expect(job).toMatchObject({ kind: 'rebuild', state: 'queued' })
    await expect(change('default', 'tall')).rejects.toMatchObject({ code: 'REBUILD_RUNNING' })
    const id = job?.id ?? ''
    await running(id)
    expect((await engine?.call('jobs.pause', { id }))?.state).toBe('paused')
    // Texts that come meanwhile are found by the model there is, and get vectors of both.
    await ingest(engine as Engine, [write('more', { 'late.txt': 'a late paper about gardens and trees' })])
    expect((await find('gardens and trees')).paths[0]).toBe('more/late.txt')
    expect((await find('inspection of the boiler')).paths[0]).toBe('papers/boiler.txt')
    wide.before = () => undefined
    await engine?.call('jobs.resume', { id })
    await waitForJob(engine as Engine, id)
    expect(await states()).toEqual(['letters-61 previous', 'letters-97 serving'])
    expect((await generations())[1]).toMatchObject({ contents: 4, missing: 0 })
    // Its report names the model that it made vectors by.
    const report = await engine?.call('jobs.show', { id })
    expect(report?.report.embeddings).toMatchObject({ model: 'letters-97', dimensions: 97 })
    expect((await find('gardens and trees')).paths[0]).toBe('more/late.txt')
    expect(await troubles()).toEqual([])

    await engine?.call('collections.rollback', { name: 'default' })
    expect(await states()).toEqual(['letters-61 serving', 'letters-97 previous'])
    expect((await find('inspection of the boiler')).paths[0]).toBe('papers/boiler.txt')
    expect(await engine?.call('collections.cleanup', { name: 'default' })).toEqual({ dropped: 1 })
    expect(await states()).toEqual(['letters-61 serving'])
    expect(await troubles()).toEqual([])
    // Nothing is kept of it but the cache: it need not be computed again.
    const asked = wide.asked.length
    await changed('default', 'wide')
    expect(wide.asked.length).toBe(asked)
  })

  it('waits for a person when asked to, and takes in what came since before it switches', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    await changed('default', 'wide', { hold: true })
    expect(await states()).toEqual(['letters-61 serving', 'letters-97 ready'])
    const { comparison } = (await engine?.call('collections.compareModels', {
      name: 'default',
      queries: ['boiler inspection', 'soup'],
    })) ?? { comparison: null }
    expect(comparison).toMatchObject({ from: 'letters-61', to: 'letters-97', overlap: 1 })
    expect(comparison?.queries.map(({ query }) => query)).toEqual(['boiler inspection', 'soup'])
    await ingest(engine as Engine, [write('more', { 'late.txt': 'a late paper about gardens' })])
    const asked = await engine?.call('collections.switchModel', { name: 'default' })
    expect(asked).toMatchObject({ switched: false, missing: 1 })
    await waitForJob(engine as Engine, asked?.job?.id ?? '')
    expect(await states()).toEqual(['letters-61 previous', 'letters-97 serving'])
    expect((await find('gardens')).paths[0]).toBe('more/late.txt')
  })

  it('marks what came since a change as pending when it is taken back, and makes it good', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    await changed('default', 'wide')
    await ingest(engine as Engine, [write('more', { 'late.txt': 'a late paper about gardens' })])
    const back = await engine?.call('collections.rollback', { name: 'default' })
    expect(back).toMatchObject({ missing: 1 })
    const { jobs } = (await engine?.call('jobs.list', {})) ?? { jobs: [] }
    for (const { id } of jobs) await waitForJob(engine as Engine, id)
    expect((await find('gardens')).paths[0]).toBe('more/late.txt')
    expect(await troubles()).toEqual([])
  })

  it('makes good what a model that is taken back was working on', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    await changed('default', 'wide')
    const wide = models['wide'] as LetterModel
    let goOn = (): void => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    wide.before = () => held
    const owner = engine as Engine
    const path = write('more', { 'late.txt': 'a late paper about gardens' })
    const { job } = await owner.call('jobs.create', { paths: [{ path }] })
    const lanes = async () => (await owner.call('jobs.progress', { id: job.id })).current.map(({ phase }) => phase)
    await expect.poll(lanes, { timeout: 20_000 }).toContain('embed')
    await owner.call('collections.rollback', { name: 'default' })
    goOn()
    await waitForJob(owner, job.id)
    const { documents, problems } = (await owner.call('jobs.show', { id: job.id })).report
    expect([documents.indexed, problems]).toEqual([1, []])
    expect((await find('gardens')).paths[0]).toBe('more/late.txt')
    expect(await troubles()).toEqual([])
  })

  it('leaves no vector of a text that is removed, with proof, while a model thinks about it', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    const local = models['local'] as LetterModel
    let goOn = (): void => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    local.before = () => held
    const owner = engine as Engine
    const path = write('more', { 'late.txt': 'a late paper about gardens', 'next.txt': 'another paper about trees' })
    const { job } = await owner.call('jobs.create', { paths: [{ path }] })
    const lanes = async () => (await owner.call('jobs.progress', { id: job.id })).current.map(({ phase }) => phase)
    await expect.poll(lanes, { timeout: 20_000 }).toContain('embed')
    const { documents } = await owner.call('documents.list', { contains: 'late.txt' })
    const ids = documents.map(({ id }) => id)
    const { proof } = await owner.call('documents.remove', { ids, prove: true })
    expect(proof).toMatchObject({ proven: true, removed: { texts: 1 } })
    goOn()
    await waitForJob(owner, job.id)
    expect(await troubles()).toEqual([])
  })

  it('asks each collection by its own model in one search', async () => {
    const owner = await start()
    await ingest(owner, [write('papers', TEXTS)], 'old')
    await ingest(owner, [write('recipes', { 'stew.txt': 'a stew of leeks and beans' })], 'new')
    await changed('new', 'wide')
    const words = 'leeks and potatoes make a good soup'
    const both = await find(words)
    expect(both.paths).toHaveLength(4)
    expect(both.paths.slice(0, 2).sort()).toEqual(['papers/soup.txt', 'recipes/stew.txt'])
    expect((await find(words, ['new'])).paths).toEqual(['recipes/stew.txt'])
    // Text of the old collection is in a table that the new one has vectors in, too.
    expect((await find(words, ['old'])).paths).not.toContain('recipes/stew.txt')
  })
})

describe('a change that is cut off', () => {
  it('goes on after the owner died between the index and the database, and nothing is there twice', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    await stop()
    // As if it had died: the vectors are written, and nobody has said so.
    const died = new AppError('SHUTTING_DOWN')
    let armed = false
    await start({
      interfere: (point, side) => {
        if (armed && point === 'recorded' && side === 'before') throw died
      },
    })
    armed = true
    await change('default', 'wide')
    await expect.poll(() => models['wide']?.asked.length ?? 0).toBeGreaterThan(0)
    await stop()
    await start()
    await expect.poll(async () => states(), { timeout: 20_000 }).toEqual(['letters-61 previous', 'letters-97 serving'])
    expect(await troubles()).toEqual([])
    expect((await find('leeks and soup')).paths[0]).toBe('papers/soup.txt')
    expect(models['wide']?.asked.length).toBe(3)
  })

  it.each([
    ['a key that is refused', 'PROVIDER_REFUSED', { provider: 'wide', status: 401 }],
    ['a budget that is used up', 'BUDGET_EXCEEDED', { provider: 'wide', period: 'daily' }],
  ] as const)('waits with %s while the old model serves, and goes on when that is mended', async (_, code, details) => {
    await ingest(await start(), [write('papers', TEXTS)])
    const wide = models['wide'] as LetterModel
    wide.before = () => {
      throw new AppError(code, details)
    }
    const { job } = await change('default', 'wide')
    const waitingFor = async (): Promise<string | undefined> => (await engine?.call('queue.status', {}))?.block?.code
    await expect.poll(waitingFor, { timeout: 20_000 }).toBe(code)
    expect((await find('leeks and soup')).paths[0]).toBe('papers/soup.txt')
    // The lane is not held up: what others serve goes on.
    await ingest(engine as Engine, [write('more', { 'late.txt': 'a late paper about gardens' })])
    expect((await find('gardens')).paths[0]).toBe('more/late.txt')
    expect((await engine?.call('jobs.progress', { id: job?.id ?? '' }))?.job.state).toBe('running')
    wide.before = () => undefined
    // A person did something about it: it need not wait any longer.
    await engine?.call('settings.set', { name: 'lane.embed.concurrency', value: 2 })
    await waitForJob(engine as Engine, job?.id ?? '')
    expect(await states()).toEqual(['letters-61 previous', 'letters-97 serving'])
  })

  it('leaves nothing behind when it is cancelled, or its collection removed', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    const wide = models['wide'] as LetterModel
    wide.before = neverAnswer
    const { job } = await change('default', 'wide')
    await running(job?.id ?? '')
    expect((await engine?.call('jobs.cancel', { id: job?.id ?? '' }))?.state).toBe('cancelled')
    await changed('default', 'tall')
    expect(await states()).toEqual(['letters-43 serving', 'letters-61 previous'])
    await change('default', 'wide')
    await engine?.call('collections.remove', { name: 'default' })
    expect(await troubles()).toEqual([])
    await ingest(engine as Engine, [write('papers', TEXTS)])
    expect((await find('leeks and soup')).paths[0]).toBe('papers/soup.txt')
  })
})

describe('a model that is another one after a restart', () => {
  it('is told, never mixed with what is there, and made good once somebody agrees', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    await stop()
    models['local'] = makeLetterModel('local', 12, 'letters of next year')
    const owner = await start()
    const answer = await owner.call('search', { query: 'leeks soup' })
    expect(answer.results[0]?.path).toBe('papers/soup.txt')
    expect((answer.notes ?? []).join(' ')).toContain('letters-61')
    await expect(find('leeks soup')).rejects.toMatchObject({ code: 'MODEL_CHANGED' })
    expect((await troubles()).join(' ')).toContain('They are made anew once you agree.')
    const report = await ingest(owner, [write('more', { 'late.txt': 'a late paper about gardens' })])
    expect(report.problems).toMatchObject([{ code: 'MODEL_CHANGED', outcome: 'partial' }])
    await changed('default', 'local')
    expect((await find('gardens')).paths[0]).toBe('more/late.txt')
    expect((await owner.call('documents.list', {})).documents.map(({ state }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'indexed'),
    )
    expect(await troubles()).toEqual([])
  })
})

describe('tables of the index', () => {
  it('go when no collection is in them any more', async () => {
    await ingest(await start(), [write('papers', TEXTS)])
    await changed('default', 'wide')
    rmSync(join(temp.path, 'papers'), { recursive: true })
    await engine?.call('collections.cleanup', { name: 'default' })
    const vectorIndex = async (): Promise<string> => {
      const report = await engine?.call('doctor', {})
      return report?.checks.find(({ name }) => name === 'vector index')?.detail ?? ''
    }
    await expect.poll(vectorIndex, { timeout: 20_000 }).not.toContain('letters-61')
    expect(await vectorIndex()).toContain('letters-97 (97 dimensions) for default: 3 vectors')
  })
})

describe('two models in a lane with room for two', () => {
  it('work at the same time, and each text is asked for once', async () => {
    const owner = await start({ limits: { 'lane.embed.concurrency': 2 } })
    await owner.call('collections.create', { name: 'kitchen' })
    await change('kitchen', 'wide')
    const used = [models['local'], models['wide']] as LetterModel[]
    // Neither answers before both were asked: one after the other, they would wait for ever.
    const met = new Set<string>()
    const atWork = (name: string) => expect.poll(() => met.has(name), { timeout: 20_000 }).toBe(true)
    let open = (): void => undefined
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    for (const model of used) {
      model.before = () => {
        met.add(model.name)
        if (met.size === used.length) open()
        return both
      }
    }
    const offer = async (folder: string, texts: Readonly<Record<string, string>>, collection: string) =>
      (await owner.call('jobs.create', { paths: [{ path: write(folder, texts) }], collection })).job.id
    // One text each: two of one collection may be two batches, which take both places.
    const house = { 'door.txt': 'the green door sticks' }
    const kitchen = { 'pan.txt': 'the iron pan must stay dry' }
    const first = await offer('house', house, 'default')
    await atWork('local')
    const second = await offer('kitchen', kitchen, 'kitchen')
    for (const id of [first, second]) expect((await waitForJob(owner, id)).job.state).toBe('completed')
    expect(used.map(({ asked }) => [...asked].sort())).toEqual(
      [house, kitchen].map((texts) => Object.values(texts).sort()),
    )
    expect(await troubles()).toEqual([])
  })
})

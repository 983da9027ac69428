import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { createCalls, type CallParts } from '../../../src/main/calls'
import { createProgressTracker } from '../../../src/main/calls/progress'
import { createPasswords } from '../../../src/main/ingest/passwords'
import { resolveLimits } from '../../../src/shared/limits'
import type { OperationName, Operations } from '../../../src/main/store/contract'
import type { SearchRequest } from '../../../src/main/search'
import { makeBed } from '../store/bed'

const makeCalls = () => {
  const bed = makeBed()
  const searched: SearchRequest[] = []
  const nothing = (): void => undefined
  const store = {
    run: async <N extends OperationName>(name: N, params: Operations[N]['params']) => bed.run(name, params),
  }
  const parts: CallParts = {
    store: store as CallParts['store'],
    search: {
      find: async (request) => {
        searched.push(request)
        return { query: request.query, mode: request.mode, results: [], elapsedMs: 0, cached: false, notes: [] }
      },
      similar: async () => {
        throw new Error('not asked')
      },
    },
    limits: () => resolveLimits(),
    tracker: createProgressTracker(() => 0),
    passwords: createPasswords(),
    entries: {
      open: async () => {
        throw new Error('not asked')
      },
      copy: async () => {
        throw new Error('not asked')
      },
    },
    estimates: {
      run: async () => {
        throw new Error('not asked')
      },
      stop: nothing,
    },
    info: { version: '1', dataDir: '/d', ownerPid: 1, logFile: '/l' },
    model: () => ({ model: 'm', dimensions: 1 }),
    doctor: async () => {
      throw new Error('not asked')
    },
    queue: {
      notify: nothing,
      abort: nothing,
      interrupt: nothing,
      tryHeld: nothing,
      rest: nothing,
      polite: () => null,
      tellMachine: nothing,
      status: () => ({
        atOnce: { expand: 1, extract: 1, ocr: 1, vision: 1, embed: 1, summarize: 1 },
        running: { expand: 0, extract: 0, ocr: 0, vision: 0, embed: 0, summarize: 0 },
        blocked: null,
        held: [],
        nextRunAtMs: null,
        paused: false,
        claiming: false,
      }),
      settle: async () => undefined,
    },
    changeOf: async () => undefined,
    onChange: nothing,
    wallMs: () => 0,
    queueSummaries: async () => undefined,
    hasVision: () => false,
    setModel: async (name, model) => {
      throw new AppError('PROVIDER_UNKNOWN', { collection: name, name: model })
    },
    erasure: {
      erase: () => Promise.reject(new Error('nothing is removed with proof here')),
      endCutOff: async () => true,
      list: async () => [],
    },
    checkSetting: () => undefined,
    hidden: { hide: () => undefined },
    outdatedOf: () => null,
  }
  return { calls: createCalls(parts), searched }
}

const offer = {
  paths: [{ path: '/x' }],
  globs: [],
  ignores: [],
  confirmed: false,
  leaveOut: [],
  client: 'test',
  priority: 'normal' as const,
}

describe('jobs.create with a key that is known', () => {
  it('answers with the job of that key and makes no collection', async () => {
    const { calls } = makeCalls()
    const first = await calls['jobs.create']({ ...offer, collection: 'one', key: 'k' })
    const again = await calls['jobs.create']({ ...offer, collection: 'two', key: 'k' })
    expect(again).toMatchObject({ created: false, job: { id: first.job.id, collection: 'one' } })
    const { collections } = await calls['collections.list']({})
    expect(collections.map(({ name }) => name)).not.toContain('two')
  })
})

describe('jobs.create with a new key, twice at once', () => {
  it('makes one job and one collection', async () => {
    const { calls } = makeCalls()
    const asked = ['one', 'two'].map((collection) => calls['jobs.create']({ ...offer, collection, key: 'k' }))
    const answers = await Promise.all(asked)
    expect(answers.map(({ created }) => created)).toEqual([true, false])
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1)
    expect((await calls['collections.list']({})).collections.map(({ name }) => name)).toEqual(['one'])
  })
})

describe('collections.create', () => {
  it('makes it with everything that was chosen', async () => {
    const { calls } = makeCalls()
    const chosen = {
      color: 'violet',
      weight: 3,
      tasksPerMinute: 9,
      ignores: ['*.bak'],
      summaries: 'extractive',
    } as const
    const made = await calls['collections.create']({ name: 'letters', ...chosen, ignores: [...chosen.ignores] })
    expect(made).toMatchObject({ name: 'letters', ...chosen, documents: 0 })
    expect(await calls['collections.update']({ name: 'letters', color: null })).toMatchObject({
      color: null,
      weight: 3,
    })
  })

  it('leaves nothing behind where the model or what reads pictures is not there', async () => {
    const { calls } = makeCalls()
    const asked = { name: 'letters' }
    await expect(calls['collections.create']({ ...asked, model: 'gone' })).rejects.toMatchObject({
      code: 'PROVIDER_UNKNOWN',
    })
    await expect(calls['collections.create']({ ...asked, scans: 'vision' })).rejects.toMatchObject({
      code: 'VISION_MISSING',
    })
    expect((await calls['collections.list']({})).collections).toEqual([])
  })
})

describe('search by type', () => {
  const request = {
    query: 'q',
    mode: 'keyword',
    collections: [],
    limit: 10,
    since: null,
    until: null,
    pathGlob: null,
    id: null,
    stage: 'full',
    deadlineMs: null,
    passages: false,
    remember: false,
  } as const

  it('takes kinds by their names, and extensions as what a file is named by', async () => {
    const { calls, searched } = makeCalls()
    await calls.search({ ...request, collections: [], types: ['.txt', 'PY', 'text', 'txt'] })
    expect(searched[0]?.filter).toMatchObject({ kinds: ['text'], extensions: ['txt', 'py'] })
  })

  it('is refused for what is no type, and says what is possible', async () => {
    const { calls } = makeCalls()
    await expect(calls.search({ ...request, collections: [], types: ['exe'] })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('pdf, docx') as string,
    })
  })
})

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acquireOwnerLock } from '../../../src/main/store/owner-lock'
import { openStore } from '../../../src/main/store/store'
import { serve } from '../../../src/main/store/service'
import type { Answer, Request } from '../../../src/main/store/thread-messages'
import { toAppError } from '../../../src/shared/errors'
import { countersDiffer, document, makeBed, makeFolder, scan, startJob } from './bed'

const threadFile = resolve('out/main/store-thread.js')
const request = { paths: [], globs: [], ignores: [] }

const codeOf = async (work: () => unknown): Promise<string | null> => {
  try {
    await work()
    return null
  } catch (thrown) {
    return toAppError(thrown).code
  }
}

describe('the store on its threads', () => {
  it('answers from both threads, sees its own writes, and ends by itself', async () => {
    const dir = makeFolder()
    const store = await openStore({ dir, threadFile })
    const { id } = await store.run('collections.create', { name: 'one' })
    expect(await store.run('collections.find', { name: 'one' })).toMatchObject({ id, documents: 0 })
    const hash = Buffer.alloc(32, 7)
    const value = { spans: Int32Array.from([0, 5, 2]), vectors: Uint16Array.from([1, 2, 3]) }
    await store.run('cache.put', { model: 'm', rows: [{ hash, value }], maxBytes: 1_000_000 })
    expect(await store.run('cache.get', { model: 'm', hashes: [hash] })).toEqual([value])
    expect(await codeOf(() => store.run('collections.create', { name: 'one' }))).toBe('COLLECTION_EXISTS')
    const late = store.run('collections.ensure', { name: 'two' })
    const closing = store.close()
    expect(await codeOf(() => store.run('collections.list', {}))).toBe('SHUTTING_DOWN')
    expect((await late).name).toBe('two')
    await closing
    await store.close()
    // The log was folded into the database.
    const log = join(dir, 'sluice.db-wal')
    expect(existsSync(log) ? statSync(log).size : 0).toBe(0)
  })

  it('lets every claim have tasks of its own, however many ask at once', async () => {
    const store = await openStore({ dir: makeFolder(), threadFile })
    onTestFinished(() => store.close())
    const { id } = await store.run('collections.ensure', { name: 'default' })
    const scans = Array.from({ length: 200 }, (_, index) => scan(`p${index}`))
    await store.run('jobs.create', { collectionId: Number(id), key: null, label: 'x', request, scans })
    const claims = Array.from({ length: 50 }, () =>
      store.run('tasks.claim', { lane: 'expand', limit: 5, nowMs: 1, alone: false }),
    )
    const ids = (await Promise.all(claims)).flatMap(({ tasks }) => tasks).map((task) => task.id)
    expect(new Set(ids).size).toBe(200)
    expect(ids).toHaveLength(200)
  })

  it('deletes garbage by itself while nobody asks for anything', async () => {
    const dir = makeFolder()
    const bed = makeBed(dir)
    startJob(bed, [document('a')])
    const [task] = bed.run('tasks.claim', { lane: 'extract', limit: 1, nowMs: 1, alone: false }).tasks
    if (!task) throw new Error('nothing was claimed')
    const staging = { taskId: task.id, collectionId: task.collectionId, sha256: 'x', settingsKey: 's', kind: 'text' }
    const { contentId } = bed.run('contents.stage', staging)
    bed.run('contents.addChunks', {
      contentId,
      chunks: [{ ordinal: 0, text: 'half', start: 0, end: 4, page: null, heading: '' }],
      title: null,
    })
    const store = await openStore({ dir, threadFile })
    onTestFinished(() => store.close())
    await store.run('tasks.recover', {})
    await expect.poll(() => bed.session.db.one<{ n: number }>('SELECT count(*) AS n FROM chunks').n).toBe(0)
  })

  it('refuses to open what cannot be opened, and leaves no thread behind', async () => {
    const dir = makeFolder()
    expect(await codeOf(() => openStore({ dir: join(dir, 'missing'), threadFile }))).toBe('DATA_DIR_UNWRITABLE')
    writeFileSync(join(dir, 'sluice.db'), 'this is not a database '.repeat(500))
    expect(await codeOf(() => openStore({ dir, threadFile }))).toBe('DATABASE_CORRUPT')
    const empty = join(dir, 'thread.cjs')
    writeFileSync(empty, '')
    expect(await codeOf(() => openStore({ dir, threadFile: empty }))).toBe('INTERNAL_BUG')
    writeFileSync(empty, 'throw new Error("no")')
    expect(await codeOf(() => openStore({ dir, threadFile: empty }))).toBe('INTERNAL_BUG')
  })

  it('tells everybody who waits when a thread dies, and whoever asks later', async () => {
    const dir = makeFolder()
    const dying = join(dir, 'thread.cjs')
    writeFileSync(
      dying,
      `const { parentPort } = require('node:worker_threads')
       parentPort.postMessage({ type: 'opened' })
       parentPort.postMessage({ type: 'unwell', error: { code: 'DISK_FULL', details: {}, message: '' } })
       parentPort.on('message', ({ type }) => { if (type !== 'start') throw new Error('gone') })`,
    )
    const unwell: string[] = []
    const store = await openStore({ dir, threadFile: dying, onUnwell: (error) => unwell.push(error.code) })
    expect(await codeOf(() => store.run('collections.list', {}))).toBe('INTERNAL_BUG')
    expect(await codeOf(() => store.run('collections.list', {}))).toBe('INTERNAL_BUG')
    expect(await codeOf(() => store.run('collections.ensure', { name: 'x' }))).toBe('INTERNAL_BUG')
    expect(unwell).toContain('DISK_FULL')
    await store.close()
  })
})

describe('one thread of the store', () => {
  const start = (dir: string, role: 'reader' | 'writer') => {
    const answers: Answer[] = []
    let take = (_request: Request): void => undefined
    let ended = false
    serve(
      {
        post: (answer) => answers.push(answer),
        listen: (given) => {
          take = given
        },
        end: () => {
          ended = true
        },
      },
      { dir, role },
    )
    return { answers, ask: (message: Request) => take(message), hasEnded: () => ended }
  }

  it('answers in the order of the requests, errors as records, and closes when asked', async () => {
    const thread = start(makeFolder(), 'writer')
    thread.ask({ type: 'run', seq: 1, name: 'collections.create', params: { name: 'one' } })
    thread.ask({ type: 'run', seq: 2, name: 'collections.create', params: { name: 'one' } })
    await new Promise((resolve) => setImmediate(resolve))
    thread.ask({ type: 'run', seq: 3, name: 'collections.ensure', params: { name: 'two' } })
    thread.ask({ type: 'close' })
    expect(thread.answers).toMatchObject([
      { type: 'opened' },
      { type: 'result', seq: 1, result: { name: 'one' } },
      { type: 'error', seq: 2, error: { code: 'COLLECTION_EXISTS', details: { name: 'one' } } },
      { type: 'result', seq: 3, result: { name: 'two' } },
    ])
    expect(thread.hasEnded()).toBe(true)
  })

  it('says why it cannot open, and ends', () => {
    const thread = start(join(makeFolder(), 'missing'), 'reader')
    expect(thread.answers).toMatchObject([{ type: 'refused', error: { code: 'DATA_DIR_UNWRITABLE' } }])
    expect(thread.hasEnded()).toBe(true)
  })

  it('says when its own tidying fails, and goes on answering', async () => {
    const dir = makeFolder()
    const bed = makeBed(dir)
    const thread = start(dir, 'writer')
    bed.session.db.exec('DROP TABLE contents')
    thread.ask({ type: 'run', seq: 1, name: 'collections.ensure', params: { name: 'x' } })
    await expect.poll(() => thread.answers.map(({ type }) => type)).toContain('unwell')
    thread.ask({ type: 'run', seq: 2, name: 'collections.rename', params: { id: 9, newName: 'y' } })
    expect(thread.answers.at(-1)).toMatchObject({ type: 'error', seq: 2, error: { code: 'NOT_FOUND' } })
    thread.ask({ type: 'close' })
  })
})

/** Makes a program of TypeScript of this repository. Built in a process of its own, which leaves nothing behind. */
const bundle = (dir: string, source: string): string => {
  const outfile = join(dir, 'program.cjs')
  const options = {
    stdin: { contents: source, resolveDir: resolve('src/main/store'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    external: ['libsql'],
    outfile,
    logLevel: 'error',
  }
  const program = `require('esbuild').buildSync(${JSON.stringify(options)})`
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return outfile
}

const run = (file: string, args: string[]): ChildProcess => {
  const env = { ...process.env, NODE_PATH: resolve('node_modules') }
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

describe('the owner lock', () => {
  it('makes a folder that is private, and has one holder at a time', () => {
    const dir = join(makeFolder(), 'new', 'data')
    const lock = acquireOwnerLock(dir)
    expect(lock).not.toBeNull()
    if (process.platform !== 'win32') expect(statSync(dir).mode & 0o777).toBe(0o700)
    expect(acquireOwnerLock(dir)).toBeNull()
    lock?.release()
    lock?.release()
    const next = acquireOwnerLock(dir)
    expect(next).not.toBeNull()
    next?.release()
  })

  it('says that the folder cannot be written', async () => {
    const dir = makeFolder()
    writeFileSync(join(dir, 'file'), '')
    expect(await codeOf(() => acquireOwnerLock(join(dir, 'file', 'data')))).toBe('DATA_DIR_UNWRITABLE')
    expect(await codeOf(() => acquireOwnerLock(join(dir, 'file')))).toBe('DATA_DIR_UNWRITABLE')
    mkdirSync(join(dir, 'owner.db'))
    expect(await codeOf(() => acquireOwnerLock(dir))).toBe('DATA_DIR_UNWRITABLE')
  })

  it('is held against other processes and falls when its holder is killed', async () => {
    const dir = makeFolder()
    const file = bundle(
      dir,
      `import { acquireOwnerLock } from './owner-lock'
       const lock = acquireOwnerLock(process.argv[2] ?? '')
       process.stdout.write(lock ? 'mine' : 'theirs')
       if (lock && process.argv[3] === 'hold') setInterval(() => undefined, 1_000)`,
    )
    const holder = run(file, [dir, 'hold'])
    if (!holder.stdout) throw new Error('no output')
    const [said] = (await once(holder.stdout, 'data')) as [Buffer]
    expect(said.toString()).toBe('mine')
    expect(acquireOwnerLock(dir)).toBeNull()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = acquireOwnerLock(dir)
    expect(lock).not.toBeNull()
    const env = { ...process.env, NODE_PATH: resolve('node_modules') }
    expect(spawnSync(process.execPath, [file, dir], { env, encoding: 'utf8' }).stdout).toBe('theirs')
    lock?.release()
  })
})

describe('a process that is killed while it writes', () => {
  it('leaves a store whose counts hold, and whose work goes on', async () => {
    const dir = makeFolder()
    const file = bundle(
      dir,
      `import { openSession } from './session'
       import { runOperation } from './operations'
       const session = openSession(process.argv[2] ?? '', 'writer')
       const run = (name, params) => runOperation(session, name, params)
       run('tasks.recover', {})
       const attempt = (task) => ({ phase: task.phase, ms: 1, worker: null })
       process.stdout.write('writing')
       for (let round = 0; ; round += 1) {
         for (const task of run('tasks.claim', { lane: 'extract', limit: 3, nowMs: 1, alone: false }).tasks.concat(run('tasks.claim', { lane: 'extract', limit: 3, nowMs: 1, alone: true }).tasks)) {
           const facts = { kind: 'text', title: null, language: null, pages: null, encoding: null, warnings: [], coverage: [] }
           const chunk = { ordinal: 0, text: 'walrus ' + task.path, start: 0, end: 9, page: null, heading: '' }
           const staged = { taskId: task.id, collectionId: task.collectionId, sha256: 'h' + task.path, settingsKey: 's', kind: 'text' }
           const { contentId } = run('contents.stage', staged)
           run('contents.addChunks', { contentId, chunks: [chunk], title: null })
           run('extract.commit', { taskId: task.id, attempt: attempt(task), figures: {}, contentId, sha256: staged.sha256, settingsKey: 's', sizeBytes: 9, facts, chars: 9, chunks: [], chunkCount: 1 })
         }
         const embed = run('tasks.claim', { lane: 'embed', limit: 2, nowMs: 1, alone: false }).tasks
         const pending = run('embed.pending', { contentIds: embed.map((task) => task.contentId), limit: 10 })
         const { intentId } = run('embed.intend', { chunkIds: pending.map((chunk) => chunk.chunkId) })
         run('embed.record', { intentId, chunks: pending.map((chunk) => ({ id: chunk.chunkId, windows: 1, tokens: 1 })), jobs: [] })
         for (const task of embed) run('tasks.finish', { taskId: task.id, outcome: null, problem: null, warnings: [], attempt: attempt(task), figures: {}, archive: null })
         if (embed.length === 0 && round > 5) process.exit(0)
       }`,
    )
    const total = 400
    const seed = makeBed(dir)
    const jobId = startJob(
      seed,
      Array.from({ length: total }, (_, index) => document(`d${index}`)),
    )
    for (let round = 0; round < 4; round += 1) {
      const child = run(file, [dir])
      if (!child.stdout) throw new Error('no output')
      await once(child.stdout, 'data')
      const before = seed.run('jobs.progress', { id: jobId })?.documents.total ?? 0
      // It has done some more, and is in the middle of something.
      await expect
        .poll(() => (seed.run('jobs.progress', { id: jobId })?.documents.total ?? 0) >= Math.min(total, before + 20), {
          interval: 5,
          timeout: 20_000,
        })
        .toBe(true)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(seed.run('health.check', {}).detail).toContain('sound')
      expect(countersDiffer(seed)).toEqual([])
    }
    const last = run(file, [dir])
    await once(last, 'exit')
    expect(seed.run('jobs.find', { id: jobId })?.state).toBe('completed')
    expect(seed.run('jobs.progress', { id: jobId })?.documents).toMatchObject({ total, indexed: total })
    seed.tidy()
    expect(seed.run('health.figures', {})).toMatchObject({
      documents: total,
      contents: total,
      chunks: total,
      pendingChunks: 0,
    })
    expect(seed.run('health.fulltext', { repair: false })).toEqual({ ok: true, detail: `${total} chunks indexed` })
  }, 90_000)
})

// `sluice providers`, `similar`, `searches`, `history` and `summarize`: shapes, exit codes and bad input, against one engine that owns the folder.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../../package.json'
import { runProgram } from '../../../src/main/cli/program'
import { Terminal } from '../../../src/main/cli/output/terminal'
import { openSession, type Session } from '../../../src/main/owner/session'
import { callTable, type CallName } from '../../../src/shared/calls'
import { engineFiles, makeTempDir, modelDir, silentLog, startOwner, waitForJob } from '../../support/engine'
import { startFakeProvider, type FakeProvider } from '../../support/fake-provider/server'
import { makeTinyModel } from '../../support/tiny-model'
import { endAll, run } from './support/command'

const KEY = 'sk-of-the-command-line'
const temp = makeTempDir('cli-models')
const dataDir = join(temp.path, 'data')
let session: Session
let fake: FakeProvider
let ids: string[] = []

/** As a shell would, without the half second that a process takes. */
const say = async (...words: string[]): Promise<{ code: number; out: string; notes: string }> => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  let [out, notes] = ['', '']
  stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  stderr.setEncoding('utf8').on('data', (text: string) => (notes += text))
  const terminal = new Terminal({ stdout, stderr, env: {} })
  const code = await runProgram([...words, '--data-dir', dataDir], terminal, {
    version,
    files: engineFiles,
    modelDir,
    servicesDir: '',
  })
  await terminal.flush()
  return { code, out, notes }
}

/** With `--json`; the shape is that of the call's result, and nothing else. */
const tell = async (call: CallName | null, ...words: string[]): Promise<{ code: number; value: unknown }> => {
  const { code, out } = await say(...words, '--json')
  const value: unknown = JSON.parse(out)
  if (call !== null) expect(callTable[call].result.parse(value)).toEqual(value)
  return { code, value }
}

const faultOf = (code: string): object => ({
  code: 1,
  value: { error: { code, message: expect.any(String) as string } },
})

beforeAll(async () => {
  fake = await startFakeProvider({ key: KEY })
  const papers = join(temp.path, 'papers')
  mkdirSync(papers)
  writeFileSync(join(papers, 'boiler.txt'), 'The boiler needs its inspection once in a year. The plumber comes in May.')
  writeFileSync(join(papers, 'stove.txt'), 'The stove and the boiler need an inspection each year by the plumber.')
  const startEngine = () => startOwner({ dataDir })
  session = await openSession({ dataDir, version, log: silentLog, startEngine })
  const { job } = await session.call('jobs.create', { paths: [{ path: papers }], collection: 'default' })
  await waitForJob({ call: session.call } as Parameters<typeof waitForJob>[0], job.id)
  ids = (await session.call('documents.list', {})).documents.map(({ id }) => id)
})
afterAll(async () => {
  await session.close()
  await fake.close()
  await endAll()
  temp.remove()
})

describe('sluice providers', () => {
  it('adds one with a key from stdin, and shows it nowhere', async () => {
    const words = ['--url', fake.url, '--embedding-model', 'fake-embedding', '--dimensions', '24', '--chat-model', 'c']
    const added = await run(dataDir, ['providers', 'add', 'mine', ...words, '--chat', '--key-stdin', '--json'], {
      input: `${KEY}\n`,
    })
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const provider = callTable['providers.add'].result.parse(JSON.parse(added.stdout))
    expect(provider).toMatchObject({ name: 'mine', isChat: true, key: { place: 'file' }, problem: null })
    expect(await tell('providers.list', 'providers', 'list')).toMatchObject({ code: 0, value: { total: 2 } })
    const { code, out } = await say('providers', 'list')
    expect(code).toBe(0)
    expect(out).toMatch(/^mine \(answers\) +fake-embedding +24 +c +file +http:/m)
    expect(added.stdout + out).not.toContain(KEY)
  })

  it('tries one, and says what was used of it', async () => {
    expect(await tell('providers.test', 'providers', 'test', 'mine')).toMatchObject({
      code: 0,
      value: { ok: true, dimensions: 24, models: ['fake-embedding', 'fake-chat'] },
    })
    fake.misbehave('forbidden', { times: 2 })
    expect(await tell('providers.test', 'providers', 'test', 'mine')).toMatchObject({
      code: 1,
      value: { ok: false, code: 'PROVIDER_REFUSED' },
    })
    fake.behave()
    const { code, value } = await tell('providers.usage', 'providers', 'usage', '--provider', 'mine')
    expect(code).toBe(0)
    expect(value).toMatchObject({ total: { calls: fake.counts.embeddings.calls + fake.counts.chat.calls } })
    expect((await say('providers', 'usage')).out).toMatch(/\d+ calls \(0 repeated/)
  })

  it('forgets the key when the address becomes that of another server, and says so', async () => {
    const moved = await tell('providers.update', 'providers', 'update', 'mine', '--url', 'https://models.example/v1')
    expect(moved).toMatchObject({
      code: 0,
      value: { key: { place: 'none' }, notes: [expect.stringContaining('https://models.example') as string] },
    })
    const back = await run(dataDir, ['providers', 'update', 'mine', '--url', fake.url, '--key-stdin'], { input: KEY })
    expect(back.code).toBe(0)
    expect(back.stdout).not.toContain('forgotten')
  })

  it('does not remove what is needed, unless it must', async () => {
    const { job } = await session.call('collections.changeModel', { name: 'default', model: 'mine', approve: true })
    await waitForJob({ call: session.call } as Parameters<typeof waitForJob>[0], job?.id ?? '')
    const refused = await tell(null, 'providers', 'remove', 'mine')
    expect(refused).toMatchObject(faultOf('PROVIDER_IN_USE'))
    expect(JSON.stringify(refused.value)).toMatch(/collection \\"default\\"; it answers questions/)
    const { job: again } = await session.call('collections.changeModel', {
      name: 'default',
      model: 'local',
      approve: true,
    })
    await waitForJob({ call: session.call } as Parameters<typeof waitForJob>[0], again?.id ?? '')
    expect((await say('providers', 'update', 'mine', '--no-chat')).code).toBe(0)
    expect(await tell(null, 'providers', 'remove', 'mine')).toEqual({ code: 0, value: { removed: 'mine' } })
    await session.call('providers.add', {
      name: 'other',
      definition: { baseUrl: fake.url, chatModel: 'c', needsKey: false },
      isChat: true,
    })
    expect(await say('providers', 'remove', 'other', '--force')).toMatchObject({ code: 0 })
  })

  it.each([
    [['add', 'local', '--url', 'http://127.0.0.1/v1', '--chat-model', 'm'], 'PROVIDER_EXISTS'],
    [['add', 'x', '--url', 'http://192.168.0.9/v1', '--chat-model', 'm'], 'PROVIDER_INVALID_SETTING'],
    [['add', 'x', '--field', 'budgets'], 'USAGE'],
    [['update', 'nobody'], 'PROVIDER_UNKNOWN'],
    [['remove', 'nobody'], 'PROVIDER_UNKNOWN'],
    [['test', 'nobody'], 'PROVIDER_UNKNOWN'],
    [['usage', '--since', 'yesterday'], 'USAGE'],
    [['usage', '--job', 'x'], 'NOT_FOUND'],
  ])('refuses %j', async (words, code) => {
    expect(await tell(null, 'providers', ...words)).toMatchObject(faultOf(code))
  })
})

describe('sluice providers inspect', () => {
  it('tells what is in a folder before it is a provider', async () => {
    const folder = makeTinyModel(join(temp.path, 'tiny'))
    const { code, value } = await tell('providers.inspect', 'providers', 'inspect', folder)
    expect([code, value]).toMatchObject([
      0,
      { folder, model: expect.stringContaining('onnx:tiny@16') as string, dimensions: 16 },
    ])
    const told = await say('providers', 'inspect', folder, '--field', 'queryPrefix=query:')
    expect(told.code).toBe(0)
    expect(told.out).toContain('16 dimensions')
    expect(await tell('providers.list', 'providers', 'list')).toMatchObject({ value: { total: 1 } })
  })

  it.each([
    [['nowhere'], 'MODEL_FOLDER_MISSING'],
    [['tiny', '--field', 'pooling=loud'], 'USAGE'],
    [['tiny', '--field', 'pooling'], 'USAGE'],
  ])('refuses %j', async ([name = '', ...words], code) => {
    expect(await tell(null, 'providers', 'inspect', join(temp.path, name), ...words)).toMatchObject(faultOf(code))
  })
})

describe('a model that a collection is made with', () => {
  beforeAll(async () => {
    const served = { embeddingModel: 'fake-embedding', dimensions: 24 }
    await session.call('providers.add', {
      name: 'far',
      definition: { baseUrl: 'https://models.example/v1', ...served },
    })
    await session.call('providers.add', { name: 'near', definition: { baseUrl: fake.url, ...served }, key: KEY })
  })
  afterAll(async () => {
    for (const name of ['far', 'near', 'kept']) await say('collections', 'remove', name)
    for (const name of ['far', 'near']) await say('providers', 'remove', name, '--force')
  })

  it('is agreed to where texts would leave this computer; else nothing is made', async () => {
    expect(await tell(null, 'collections', 'create', 'far', '--model', 'far')).toEqual({
      code: 3,
      value: { approved: false, model: 'far', place: 'https://models.example/v1' },
    })
    const { code, out } = await say('collections', 'create', 'far', '--model', 'far')
    expect(code).toBe(3)
    expect(out).toContain('it leaves this computer. Nothing was made. Agree to it with --yes.')
    expect(await tell(null, 'collections', 'show', 'far')).toMatchObject(faultOf('NOT_FOUND'))
    const made = await tell('collections.create', 'collections', 'create', 'far', '--model', 'far', '--yes')
    expect(made).toMatchObject({ code: 0, value: { name: 'far' } })
    const { generations } = await session.call('collections.models', { name: 'far' })
    expect(generations).toMatchObject([{ ref: 'far', state: 'serving' }])
  })

  it('needs no agreement on this computer, and is refused by a name that nobody has', async () => {
    expect(await tell('collections.create', 'collections', 'create', 'near', '--model', 'near')).toMatchObject({
      code: 0,
    })
    const unknown = await tell(null, 'collections', 'create', 'kept', '--model', 'nobody', '--yes')
    expect(unknown).toMatchObject(faultOf('PROVIDER_UNKNOWN'))
    expect(await tell(null, 'collections', 'show', 'kept')).toMatchObject(faultOf('NOT_FOUND'))
  })

  it('is told as left alone while its breaker is open', async () => {
    expect((await say('providers', 'list')).out).not.toContain('left alone')
    await session.call('settings.set', { name: 'worker.breakerFailures', value: 1 })
    fake.misbehave('server-error', { on: 'embeddings' })
    await session.call('search', { query: 'boiler', mode: 'semantic', collections: ['near'] }).catch(() => undefined)
    const { code, out } = await say('providers', 'list')
    expect(code).toBe(0)
    expect(out).toMatch(/^near: left alone until \d\d:\d\d:\d\d, because it failed \d+ times? in a row \(.+\)\.$/m)
    const { value } = await tell('providers.list', 'providers', 'list')
    const { providers } = callTable['providers.list'].result.parse(value)
    expect(providers.find(({ name }) => name === 'near')?.breaker).toMatchObject({ state: 'open' })
    fake.behave()
    await session.call('settings.set', { name: 'worker.breakerFailures', value: null })
  })
})

describe('sluice similar', () => {
  it('finds what is like a document', async () => {
    const [boiler = ''] = ids
    const { code, value } = await tell('search.similar', 'similar', boiler, '--limit', '5')
    expect(code).toBe(0)
    expect(value).toMatchObject({ results: [{ path: 'papers/stove.txt' }] })
    expect((await say('similar', boiler)).out).toContain('papers/stove.txt')
    expect(await tell(null, 'similar', '999999')).toMatchObject(faultOf('NOT_FOUND'))
    expect(await tell(null, 'similar', boiler, '--limit', '0')).toMatchObject(faultOf('USAGE'))
  })
})

describe('sluice searches', () => {
  it('saves, lists, runs and removes', async () => {
    const saved = await tell(
      'savedSearches.save',
      'searches',
      'save',
      'yearly',
      'boiler',
      'inspection',
      '--type',
      'txt',
    )
    expect(saved).toMatchObject({ code: 0, value: { name: 'yearly', query: 'boiler inspection', types: ['txt'] } })
    expect(await tell('savedSearches.list', 'searches', 'list')).toMatchObject({ code: 0, value: { total: 1 } })
    const ran = await tell('savedSearches.run', 'searches', 'run', 'yearly')
    expect(ran).toMatchObject({ code: 0, value: { results: [{}, {}] } })
    expect((await say('searches', 'list')).out).toMatch(/^yearly +boiler inspection/m)
    expect((await say('searches', 'remove', 'yearly')).out).toBe('Removed "yearly".\n')
    expect((await say('searches', 'list')).out).toContain('No search is saved yet')
  })

  it.each([['run'], ['remove']])('says that there is none of that name: %s', async (verb) => {
    expect(await tell(null, 'searches', verb, 'nothing')).toMatchObject(faultOf('NOT_FOUND'))
  })
})

describe('sluice history', () => {
  it('lists what was searched, and forgets it', async () => {
    await session.call('searchHistory.add', { query: 'boiler' })
    const listed = await tell('searchHistory.list', 'history', 'list')
    expect(listed).toMatchObject({ code: 0, value: { total: 1, enabled: true, entries: [{ query: 'boiler' }] } })
    expect((await say('history', 'list')).out).toContain('1 search kept.')
    expect(await tell('searchHistory.clear', 'history', 'clear')).toMatchObject({ code: 0, value: { removed: 1 } })
    expect(await tell(null, 'history', 'list', '--limit', 'x')).toMatchObject(faultOf('USAGE'))
  })
})

describe('sluice summarize', () => {
  it('says what a document and a collection hold, and what could not be summarized', async () => {
    const [boiler = ''] = ids
    const one = await tell('summarize', 'summarize', boiler, '--mode', 'extractive')
    expect(one).toMatchObject({ code: 0, value: { summaries: [{ method: 'extractive', documents: 1 }], failures: [] } })
    expect((await say('summarize', '--collection', 'default', '--sentences', '1')).out).toContain('2 documents')
    const some = await tell('summarize', 'summarize', boiler, '999999')
    expect(some).toMatchObject({ code: 2, value: { failures: [{ id: '999999', code: 'NOT_FOUND' }] } })
    expect(await tell(null, 'summarize')).toMatchObject(faultOf('USAGE'))
  })
})

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
  const code = await runProgram([...words, '--data-dir', dataDir], terminal, { version, files: engineFiles, modelDir })
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

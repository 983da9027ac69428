// `sluice settings` and `sluice workers` as a person's shell runs them, alone and against another process that owns the folder.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limitNames } from '../../../src/shared/limits'
import { settingSchema, type Setting } from '../../../src/shared/settings'
import { hostNames, workersSchema, type Workers } from '../../../src/shared/workers'
import { silentLog, startOwner } from '../../support/engine'
import { openSession, type Session } from '../../../src/main/owner/session'
import { version } from '../../../package.json'
import { endAll, run, runJson, until } from './support/command'

type Fault = { error: { code: string; message: string } }
type Listed = { settings: Setting[]; problems: string[] }

let root = ''
let dataDir = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-settings-'))
  dataDir = join(root, 'data')
})
afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

describe('sluice settings', () => {
  it('lists every setting as one JSON document', async () => {
    const { code, value } = await runJson<Listed>(dataDir, ['settings', 'list'])
    expect(code).toBe(0)
    expect(value.settings.map(({ name }) => name)).toEqual(limitNames)
    for (const setting of value.settings) expect(settingSchema.strict().parse(setting)).toEqual(setting)
    expect(value.settings.every(({ source }) => source === 'default')).toBe(true)
    expect(value.problems).toEqual([])
    expect(existsSync(join(dataDir, 'settings.json'))).toBe(false)
  })

  it('keeps what is set, says where it comes from, and forgets it again', async () => {
    const set = await runJson<Setting>(dataDir, ['settings', 'set', 'document.bytes', '200MiB'])
    expect(set).toMatchObject({ code: 0, value: { name: 'document.bytes', value: 209_715_200, source: 'file' } })
    expect(await runJson(dataDir, ['settings', 'set', 'task.timeMs=5m'])).toMatchObject({
      code: 0,
      value: { value: 300_000, source: 'file' },
    })
    expect(await runJson(dataDir, ['settings', 'get', 'document.bytes'])).toEqual(set)
    expect(await runJson(dataDir, ['settings', 'unset', 'document.bytes'])).toMatchObject({
      code: 0,
      value: { value: 536_870_912, source: 'default' },
    })
    expect(JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))).toEqual({ 'task.timeMs': 300_000 })
  })

  it('speaks to people in units', async () => {
    const { code, stdout } = await run(dataDir, ['settings', 'get', 'archive.confirmBytes'])
    expect(code).toBe(0)
    expect(stdout).toContain('archive.confirmBytes = 200 MiB (the default)')
    expect(stdout).toContain('variable SLUICE_ARCHIVE_CONFIRM_BYTES')
    const listed = await run(dataDir, ['settings', 'list'])
    expect(listed.stdout).toMatch(/^task\.heartbeatMs +30 s +30 s +default/m)
  })

  it.each([
    [['get', 'task.time'], 'NOT_FOUND', 'task.time'],
    [['set', 'task.time', '5'], 'NOT_FOUND', 'task.time'],
    [['unset', 'task.time'], 'NOT_FOUND', 'task.time'],
    [['set', 'task.timeMs', 'soon'], 'SETTING_INVALID', 'from 1 s to 86,400 s'],
    [['set', 'archive.depth', '99'], 'SETTING_INVALID', 'from 0 levels to 16 levels'],
    [['set', 'archive.depth'], 'USAGE', 'NAME=VALUE'],
  ])('refuses %j with %s', async (words, code, says) => {
    const outcome = await runJson<Fault>(dataDir, ['settings', ...words])
    expect(outcome.code).toBe(1)
    expect(outcome.value.error.code).toBe(code)
    expect(outcome.value.error.message).toContain(says)
  })

  it('tells a damaged file, goes on without it, and keeps it', async () => {
    const damaged = join(root, 'damaged')
    mkdirSync(damaged)
    writeFileSync(join(damaged, 'settings.json'), '{"archive.depth": 3')
    const { code, value, stderr } = await runJson<Listed>(damaged, ['settings', 'list'])
    expect(code).toBe(0)
    expect(value.problems[0]).toContain('is damaged')
    expect(stderr).toContain('is damaged')
    expect(readFileSync(join(damaged, 'settings.json'), 'utf8')).toBe('{"archive.depth": 3')
  })
})

describe('--set', () => {
  it('holds for one run', async () => {
    const note = join(root, 'long.txt')
    writeFileSync(note, 'The quick brown fox reads a page. '.repeat(100))
    const { code, value } = await runJson<{ problems: { code: string }[] }>(dataDir, [
      'ingest',
      note,
      '--set',
      'document.chars=1000',
    ])
    expect(code).toBe(2)
    expect(value.problems).toMatchObject([{ code: 'TEXT_LIMIT' }])
    expect(await runJson(dataDir, ['settings', 'get', 'document.chars'])).toMatchObject({
      value: { value: 10_000_000, source: 'default' },
    })
  })

  it('is refused where it says nothing possible', async () => {
    const { code, value } = await runJson<Fault>(dataDir, ['run', '--set', 'document.chars=1'])
    expect(code).toBe(1)
    expect(value.error.code).toBe('SETTING_INVALID')
  })
})

describe('a folder that another process owns', () => {
  let session: Session
  beforeAll(async () => {
    const startEngine = () => startOwner({ dataDir, limits: { 'worker.embedThreads': 1 } })
    session = await openSession({ dataDir, version, log: silentLog, startEngine })
  })
  afterAll(() => session.close())

  it('is changed there, at once and without a restart, and the change is told', async () => {
    const topics: string[] = []
    session.onEvent((event) => topics.push(...event.topics))
    const { code, value } = await runJson(dataDir, ['settings', 'set', 'worker.parseThreads', '3'])
    expect(code).toBe(0)
    expect(value).toMatchObject({ value: 3, source: 'file' })
    const { caps } = await session.call('workers.list', {})
    expect(caps.find(({ host }) => host === 'parse')?.threads).toBe(3)
    await until(() => topics.includes('settings'))
  })

  it('says when a flag of its own goes before the file', async () => {
    const { code, stdout, stderr } = await run(dataDir, ['settings', 'set', 'worker.embedThreads=2'])
    expect(code).toBe(0)
    expect(stdout).toContain('worker.embedThreads = 1 (a flag of the Sluice that is at work)')
    expect(stderr).toContain('It is kept, but')
  })

  it('takes no --set from outside, and does nothing then', async () => {
    const before = await session.call('jobs.list', {})
    const { code, value } = await runJson<Fault>(dataDir, ['ingest', root, '--set', 'document.chars=5000'])
    expect(code).toBe(1)
    expect(value.error).toMatchObject({ code: 'USAGE' })
    expect(value.error.message).toContain('sluice settings set')
    expect((await session.call('jobs.list', {})).total).toBe(before.total)
  })

  it('lists its hosts and replaces them', async () => {
    await session.call('workers.recycle', {})
    const note = join(root, 'note.txt')
    writeFileSync(note, 'A host must run to read this note.')
    expect((await run(dataDir, ['ingest', note])).code).toBe(0)
    const { code, value } = await runJson<Workers>(dataDir, ['workers', 'list'])
    expect(code).toBe(0)
    expect(workersSchema.strict().parse(value)).toEqual(value)
    const parse = value.workers.find(({ host }) => host === 'parse')
    expect(parse).toMatchObject({ threads: 3, queued: 0 })
    expect(parse?.tasksDone).toBeGreaterThan(0)
    expect(value.breakers.map(({ state }) => state)).toEqual(hostNames.map(() => 'closed'))
    const listed = await run(dataDir, ['workers', 'list'])
    expect(listed.stdout).toMatch(new RegExp(`^parse +${parse?.pid} +idle`, 'm'))

    const recycled = await runJson<{ pids: number[] }>(dataDir, ['workers', 'recycle', 'parse'])
    expect(recycled).toMatchObject({ code: 0, value: { pids: [parse?.pid], total: 1 } })
    await until(async () => {
      const { workers } = await session.call('workers.list', {})
      return workers.every(({ pid }) => pid !== parse?.pid)
    })
    expect(await runJson<Fault>(dataDir, ['workers', 'recycle', 'printer'])).toMatchObject({
      code: 1,
      value: { error: { code: 'NOT_FOUND' } },
    })
  })
})

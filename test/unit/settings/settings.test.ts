// Settings of a real data folder: what is read, written, kept and told.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSettings, type SettingsOptions } from '../../../src/main/settings/settings'
import { recordLog, type LogEntry } from '../../support/pool/hosts'

let dataDir: string
let file: string
let entries: LogEntry[]

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'settings-'))
  file = join(dataDir, 'settings.json')
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
})

const open = (options: Partial<SettingsOptions> = {}) => {
  const recorded = recordLog()
  entries = recorded.entries
  return openSettings({ dataDir, environment: {}, log: recorded.log, ...options })
}
const read = (): unknown => JSON.parse(readFileSync(file, 'utf8'))
const sourceOf = (settings: ReturnType<typeof open>, name: string) =>
  settings.list().settings.find((setting) => setting.name === name)

describe('the settings of a data folder', () => {
  it('are the defaults without a file, and write none', () => {
    const settings = open()
    expect(settings.limits()['task.timeMs']).toBe(300_000)
    expect(settings.list().problems).toEqual([])
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('are kept when they are set, in a file that only this account reads', () => {
    const shown = open().set('task.timeMs', '5s')
    expect(shown).toMatchObject({ name: 'task.timeMs', value: 5_000, source: 'file' })
    expect(read()).toEqual({ 'task.timeMs': 5_000 })
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['settings.json'])
    expect(open().limits()['task.timeMs']).toBe(5_000)
  })

  it('are the default again when they are taken out', () => {
    const settings = open()
    settings.set('task.timeMs', 5_000)
    settings.set('archive.depth', 3)
    expect(settings.set('task.timeMs', null)).toMatchObject({ value: 300_000, source: 'default' })
    expect(read()).toEqual({ 'archive.depth': 3 })
  })

  it('are in force at once, and tell who listens, until it does not any more', () => {
    const settings = open()
    const seen: number[] = []
    const stop = settings.onChange(() => seen.push(settings.limits()['worker.parseThreads']))
    settings.set('worker.parseThreads', 4)
    settings.set('worker.parseThreads', 4)
    settings.set('worker.parseThreads', 1)
    stop()
    settings.set('worker.parseThreads', 3)
    expect(seen).toEqual([4, 1])
    expect(settings.limits()['worker.parseThreads']).toBe(3)
  })

  it('give way to the environment, and that to flags; the file keeps its value', () => {
    const environment = { SLUICE_TASK_TIME_MS: '7s', SLUICE_ARCHIVE_DEPTH: '2' }
    const settings = open({ environment, flags: { 'archive.depth': 9 } })
    expect(settings.set('task.timeMs', 5_000)).toMatchObject({ value: 7_000, source: 'environment' })
    expect(read()).toEqual({ 'task.timeMs': 5_000 })
    expect(sourceOf(settings, 'archive.depth')).toMatchObject({ value: 9, source: 'flag' })
  })

  it('refuse what is impossible and keep the file as it is', () => {
    const settings = open()
    settings.set('archive.depth', 3)
    expect(() => settings.set('archive.depth', 99)).toThrow('from 0 levels to 16 levels')
    expect(() => settings.set('archive.deep', 2)).toThrow('There is no setting "archive.deep"')
    expect(read()).toEqual({ 'archive.depth': 3 })
  })

  it('see what somebody wrote into the file meanwhile, and keep it', () => {
    const settings = open()
    writeFileSync(file, '{"archive.depth": 3, "task.timeMs": "2m"}')
    settings.set('worker.parseThreads', 4)
    expect(read()).toEqual({ 'archive.depth': 3, 'task.timeMs': '2m', 'worker.parseThreads': 4 })
    expect(settings.limits()).toMatchObject({ 'archive.depth': 3, 'task.timeMs': 120_000 })
    writeFileSync(file, '\uFEFF{"archive.depth": 7}')
    expect(sourceOf(settings, 'archive.depth')).toMatchObject({ value: 7, source: 'file' })
  })
})

describe('what is wrong with the settings', () => {
  it('is told, its default used, and the entry kept', () => {
    const content = {
      'archive.depth': 99,
      'task.timeMs': 4_000,
      'from.theFuture': { deep: true },
      'job.documents': null,
    }
    writeFileSync(file, JSON.stringify(content))
    const settings = open()
    expect(settings.limits()).toMatchObject({ 'archive.depth': 5, 'task.timeMs': 4_000, 'job.documents': 1_000_000 })
    const { problems } = settings.list()
    expect(problems).toHaveLength(3)
    expect(problems.join('\n')).toContain(
      '"99" is not possible for archive.depth: give a value from 0 levels to 16 levels',
    )
    expect(problems.join('\n')).toContain('"from.theFuture", which is no setting of this version')
    expect(entries.filter(({ event }) => event === 'setting-not-used')).toHaveLength(3)
    settings.set('task.timeMs', 5_000)
    expect(read()).toEqual({ ...content, 'task.timeMs': 5_000 })
  })

  it.each([['{"archive.depth": 3'], ['[1, 2]'], ['null'], ['']])(
    'a file that holds %s is kept under another name',
    (text) => {
      writeFileSync(file, text)
      const settings = open()
      expect(settings.limits()['archive.depth']).toBe(5)
      expect(settings.list().problems[0]).toContain('is damaged')
      expect(readFileSync(file, 'utf8')).toBe(text)
      settings.set('archive.depth', 3)
      expect(read()).toEqual({ 'archive.depth': 3 })
      expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(text)
      writeFileSync(file, 'again')
      settings.set('archive.depth', 4)
      expect(readFileSync(`${file}.damaged-2`, 'utf8')).toBe('again')
      expect(settings.list().problems).toEqual([])
    },
  )

  it.each([
    [
      'cut in the midst',
      '{\n  "archive.depth": 3,\n  "task.timeMs": "2m",\n  "pdf.pages": 10',
      { 'archive.depth': 3, 'task.timeMs': 120_000, 'pdf.pages': 2_000 },
    ],
    ['with a slip in it', '{"archive.depth": 3,, "pdf.pages": 10}', { 'archive.depth': 3, 'pdf.pages': 10 }],
    ['with a value out of bounds', '{"archive.depth": 99, "pdf.pages": 10, ', { 'archive.depth': 5, 'pdf.pages': 10 }],
  ])('of a file %s what stands whole is used, and nothing is lost', (_, text, values) => {
    writeFileSync(file, text)
    const settings = open()
    expect(settings.limits()).toMatchObject(values)
    expect(settings.list().problems[0]).toMatch(/is damaged .* (?:value that stands|values that stand) whole in it/)
    settings.set('worker.parseThreads', 4)
    expect(open().limits()).toMatchObject({ ...values, 'worker.parseThreads': 4 })
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(text)
  })

  it('of a file of a newer version what is understood is used, and the whole is kept once', () => {
    const content = { sluiceSettings: 2, 'archive.depth': 3, 'from.theFuture': [1] }
    writeFileSync(file, JSON.stringify(content))
    const settings = open()
    expect(settings.limits()).toMatchObject({ 'archive.depth': 3, 'task.timeMs': 300_000 })
    expect(settings.list().problems[0]).toContain('written by a newer version of Sluice (form 2)')
    settings.set('task.timeMs', 5_000)
    settings.set('task.timeMs', 6_000)
    expect(read()).toEqual({ 'archive.depth': 3, 'from.theFuture': [1], 'task.timeMs': 6_000 })
    expect(JSON.parse(readFileSync(`${file}.newer-1`, 'utf8'))).toEqual(content)
    expect(readdirSync(dataDir).sort()).toEqual(['settings.json', 'settings.json.newer-1'])
  })

  it('a file too large to be one, and one that says no form, are told', () => {
    writeFileSync(file, JSON.stringify({ note: 'x'.repeat(2_000_001) }))
    expect(open().list().problems).toEqual([expect.stringContaining('is damaged (it has 2000')])
    writeFileSync(file, '{"sluiceSettings": "two", "archive.depth": 3}')
    const settings = open()
    expect(settings.limits()['archive.depth']).toBe(3)
    expect(settings.list().problems).toEqual([expect.stringContaining('but not with a number')])
  })

  it('is told of variables: brought within bounds, or not used', () => {
    const settings = open({
      environment: { SLUICE_ARCHIVE_DEPTH: '99', SLUICE_TASK_TIME_MS: 'soon', SLUICE_CACHE_BYTES: ' ' },
    })
    expect(settings.limits()).toMatchObject({ 'archive.depth': 16, 'task.timeMs': 300_000 })
    expect(sourceOf(settings, 'archive.depth')?.source).toBe('environment')
    expect(sourceOf(settings, 'task.timeMs')?.source).toBe('default')
    expect(settings.list().problems).toEqual([
      expect.stringContaining('The variable SLUICE_ARCHIVE_DEPTH'),
      expect.stringContaining('The variable SLUICE_TASK_TIME_MS'),
    ])
  })

  it('is an error only when it cannot be written', () => {
    const settings = open()
    rmSync(dataDir, { recursive: true })
    expect(() => settings.set('archive.depth', 3)).toThrow('could not be written')
    expect(settings.limits()['archive.depth']).toBe(5)
  })
})

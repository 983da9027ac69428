// How values of settings are written, read and resolved.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { limitNames, limitTable, triesOf, resolveLimits, variableOf } from '../../../src/shared/limits'
import { formatSetting } from '../../../src/shared/setting-format'
import { parseAssignment, parseSetting, resolveSettings, settingSchema } from '../../../src/shared/settings'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : String(thrown)
  }
  return 'no error'
}

describe('a value that a person writes', () => {
  it.each([
    ['document.bytes', '1048576', 1_048_576],
    ['document.bytes', '200MB', 200_000_000],
    ['document.bytes', '200 MiB', 200 * 1024 ** 2],
    ['document.bytes', '200m', 200 * 1024 ** 2],
    ['document.bytes', '1.5 GiB', 1.5 * 1024 ** 3],
    ['document.bytes', '1,5 GiB', 1.5 * 1024 ** 3],
    ['document.bytes', '1,024 GiB', 1024 ** 4],
    ['document.bytes', '1,024.5 MiB', 1024.5 * 1024 ** 2],
    ['document.bytes', '0.125 GiB', 128 * 1024 ** 2],
    ['task.timeMs', '12,5s', 12_500],
    ['task.timeMs', '5m', 300_000],
    ['task.timeMs', '30s', 30_000],
    ['task.timeMs', '0.5h', 1_800_000],
    ['task.timeMs', ' 1500 ms ', 1_500],
    ['task.timeMs', 60_000, 60_000],
    ['archive.entryRatio', '250:1', 250],
    ['archive.depth', '4 levels', 4],
    ['documents.goneDays', '7d', 7],
    ['job.documents', '12,500', 12_500],
    ['job.documents', '12_500', 12_500],
    ['ocr.enabled', 'off', 0],
    ['ocr.enabled', 'Yes', 1],
  ] as const)('%s=%s is %d', (name, text, value) => {
    expect(parseSetting(name, text)).toBe(value)
  })

  it.each([
    ['document.bytes', 'much'],
    ['document.bytes', ''],
    ['document.bytes', '5m5'],
    ['document.bytes', '5s'],
    ['document.bytes', '-5MB'],
    ['document.bytes', '1'],
    ['document.bytes', '9000TB'],
    ['document.bytes', '1.500 MiB'],
    ['document.bytes', '1.048576'],
    ['document.bytes', '1,024,5 MiB'],
    ['document.bytes', '1.024,5 MiB'],
    ['task.timeMs', '5.000'],
    ['task.timeMs', '1.500 s'],
    ['job.documents', '5.000'],
    ['job.documents', '12,5'],
    ['job.documents', '5.0'],
    ['task.timeMs', '1e5'],
    ['archive.depth', '1.5'],
    ['archive.depth', 1.5],
    ['archive.depth', 'on'],
    ['job.documents', '1,2,3'],
  ] as const)('%s=%s is refused', (name, text) => {
    expect(codeOf(() => parseSetting(name, text))).toBe('SETTING_INVALID')
  })

  it('is told the bounds when it is refused', () => {
    expect(() => parseSetting('document.bytes', '1')).toThrow('from 1 KiB to 1,024 GiB')
    expect(() => parseSetting('job.documents', '5.000')).toThrow('A point before three digits can mean two things')
    expect(() => parseSetting('task.timeMs', 'x')).toThrow('from 1 s to 86,400 s, for example 30s or 5m')
  })

  it('is read back as it is shown, for every default and bound', () => {
    for (const name of limitNames) {
      const { unit, default: otherwise, min, max } = limitTable[name]
      for (const value of [otherwise, min, max]) expect(parseSetting(name, formatSetting(value, unit))).toBe(value)
    }
  })
})

describe('NAME=VALUE', () => {
  it('names a setting and its value', () => {
    expect(parseAssignment('task.timeMs=5m')).toEqual({ name: 'task.timeMs', value: 300_000 })
  })
  it('is refused without a name, or with one that no setting has', () => {
    expect(codeOf(() => parseAssignment('=5'))).toBe('USAGE')
    expect(codeOf(() => parseAssignment('task.timeMs'))).toBe('USAGE')
    expect(codeOf(() => parseAssignment('task.time=5'))).toBe('NOT_FOUND')
    expect(codeOf(() => parseAssignment('constructor=5'))).toBe('NOT_FOUND')
  })
})

describe('the settings as their sources make them', () => {
  const find = (name: string, sources: Parameters<typeof resolveSettings>[0]) =>
    resolveSettings(sources).find((setting) => setting.name === name)

  it('are all there, with everything that is known of them', () => {
    const settings = resolveSettings({ flag: {}, environment: {}, file: {} })
    expect(settings.map(({ name }) => name)).toEqual(limitNames)
    for (const setting of settings) expect(settingSchema.strict().parse(setting)).toEqual(setting)
    expect(new Set(settings.map(({ environment }) => environment)).size).toBe(settings.length)
  })

  it('follow flag before environment before file before default', () => {
    const name = 'task.timeMs'
    const [flag, environment, file] = [{ [name]: 4_000 }, { [name]: 3_000 }, { [name]: 2_000 }]
    expect(find(name, { flag, environment, file })).toMatchObject({ value: 4_000, source: 'flag' })
    expect(find(name, { flag: {}, environment, file })).toMatchObject({ value: 3_000, source: 'environment' })
    expect(find(name, { flag: {}, environment: {}, file })).toMatchObject({ value: 2_000, source: 'file' })
    expect(find(name, { flag: {}, environment: {}, file: {} })).toMatchObject({ value: 300_000, source: 'default' })
  })

  it('have names of variables without dots', () => {
    expect(variableOf('task.memoryBytes')).toBe('SLUICE_TASK_MEMORY_BYTES')
    expect(variableOf('retry.extract.baseMs')).toBe('SLUICE_RETRY_EXTRACT_BASE_MS')
    for (const name of limitNames) expect(variableOf(name)).toMatch(/^[A-Z_]+$/)
  })

  it('try by phase, unless task.attempts says otherwise for all', () => {
    const byPhase = resolveLimits()
    expect([triesOf(byPhase, 'extract'), triesOf(byPhase, 'embed'), triesOf(byPhase, 'index')]).toEqual([3, 5, 3])
    const byOne = resolveLimits({ 'task.attempts': 2 })
    expect([triesOf(byOne, 'extract'), triesOf(byOne, 'embed'), triesOf(byOne, 'index')]).toEqual([2, 2, 2])
  })
})

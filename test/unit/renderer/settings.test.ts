// Settings as the window groups, names and searches them.
import { describe, expect, it } from 'vitest'
import { groupSettings, isSwitch, lockOf, showValue } from '../../../src/renderer/settings/setting-groups'
import { labelOf } from '../../../src/renderer/text/setting-words'
import { limitNames } from '../../../src/shared/limits'
import { parseSetting, resolveSettings } from '../../../src/shared/settings'

const settings = resolveSettings({
  flag: { 'job.documents': 10 },
  environment: { 'worker.parseThreads': 3 },
  file: { 'ocr.enabled': 0 },
})

describe('the settings in the window', () => {
  it('are all there, each once, in groups with a title of their own', () => {
    const groups = groupSettings(settings, '')
    expect(groups.flatMap((group) => group.settings.map(({ name }) => name)).sort()).toEqual([...limitNames].sort())
    // A new prefix needs a title.
    for (const { name, title } of groups) expect(title, name).not.toBe(name)
    expect(new Set(groups.map(({ title }) => title)).size).toBe(groups.length)
  })

  it('are found by words of their names, groups, variables and reasons, all of which must fit', () => {
    const find = (query: string): string[] =>
      groupSettings(settings, query).flatMap((group) => group.settings.map(({ name }) => name))
    expect(find('ocr enabled')).toEqual(['ocr.enabled'])
    expect(find('SLUICE_WORKER_PARSE_THREADS')).toEqual(['worker.parseThreads'])
    expect(find('archives depth').length).toBeGreaterThan(0)
    expect(find('archives ocr')).toEqual([])
    expect(find('nothing has this')).toEqual([])
  })

  it('have names in words, without the unit that stands beside the value', () => {
    expect(labelOf('worker.parseThreads')).toBe('Parse threads')
    expect(labelOf('worker.minFreeBytes')).toBe('Min free')
    expect(labelOf('retry.extract.baseMs')).toBe('Extract base')
  })

  it('show values that can be typed again', () => {
    for (const setting of settings) {
      const [row] = settings.filter(({ name }) => name === setting.name)
      const name = limitNames.find((one) => one === row?.name)
      // What has words is chosen, not typed; the words can be typed elsewhere.
      const text = setting.choices?.[setting.value] ?? showValue(setting.value, setting)
      expect(name && parseSetting(name, text), setting.name).toBe(setting.value)
    }
  })

  it('have words for what is chosen, and take those words', () => {
    const words = ['off', 'in-use', 'always'].map((word) => parseSetting('polite.when', word))
    expect(words).toEqual([0, 1, 2])
    const when = settings.find(({ name }) => name === 'polite.when')
    expect(when && words.map((value) => showValue(value, when))).toEqual([
      'off',
      'while the computer is used',
      'always',
    ])
    expect(() => parseSetting('polite.when', 'sometimes')).toThrow('from off to always')
  })

  it('say why one cannot be changed here', () => {
    const lockOfName = (name: string) => settings.filter((setting) => setting.name === name).map(lockOf)[0]
    expect(lockOfName('job.documents')).toBe('set by a flag at the start')
    expect(lockOfName('worker.parseThreads')).toBe('set by the variable SLUICE_WORKER_PARSE_THREADS')
    expect(lockOfName('ocr.enabled')).toBeNull()
    const bounds = { min: 0, max: 1, default: 1, fixed: 1 }
    const [fixed] = resolveSettings({ flag: {}, environment: {}, file: {} }, () => bounds)
    expect(fixed && lockOf(fixed)).toBe('set by your organization')
    expect(settings.filter(isSwitch).map(({ name }) => name)).toContain('ocr.enabled')
  })
})

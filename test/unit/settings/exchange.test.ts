// Settings as a file: what is exported, and an import that changes all of it or nothing and names what is wrong.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSettings, type SettingsOptions } from '../../../src/main/settings/settings'
import { readSettingsExport, writeSettingsExport } from '../../../src/shared/settings-exchange'
import { recordLog } from '../../support/pool/hosts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'exchange-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
const open = (options: Partial<SettingsOptions> = {}) =>
  openSettings({ dataDir, environment: {}, log: recordLog().log, ...options })
const read = (): unknown => JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'))

describe('an export of settings', () => {
  it('holds what was changed and nothing else, and comes in again as it went out', () => {
    const settings = open({ environment: { SLUICE_PDF_PAGES: '7' }, flags: { 'archive.depth': 9 } })
    settings.set('task.timeMs', '5s')
    settings.set('archive.similarNames', 2)
    const content = settings.exported()
    expect(content).toEqual({ sluiceSettings: 1, settings: { 'archive.similarNames': 2, 'task.timeMs': 5_000 } })
    expect(readSettingsExport(writeSettingsExport(content), 'x')).toEqual(content)
  })
})

describe('an import of settings', () => {
  it('says what would change, changes nothing before it is agreed to, and then all at once', () => {
    const settings = open({ environment: { SLUICE_PDF_PAGES: '7' } })
    settings.set('worker.parseThreads', 4)
    const seen: number[] = []
    settings.onChange(() => seen.push(settings.limits()['task.timeMs']))
    const given = { 'task.timeMs': '5s', 'ocr.enabled': 'off', 'pdf.pages': 9, 'worker.parseThreads': 4 }
    const { changes, applied } = settings.take(given, false)
    expect(applied).toBe(false)
    expect(changes.map(({ name, from, to, overruledBy }) => [name, from, to, overruledBy])).toEqual([
      ['pdf.pages', 7, 9, 'environment'],
      ['ocr.enabled', 1, 0, null],
      ['task.timeMs', 300_000, 5_000, null],
    ])
    expect(read()).toEqual({ 'worker.parseThreads': 4 })
    expect(settings.take(given, true).applied).toBe(true)
    expect(read()).toEqual({ 'worker.parseThreads': 4, 'task.timeMs': 5_000, 'ocr.enabled': 0, 'pdf.pages': 9 })
    // In force at once, and told once.
    expect(seen).toEqual([5_000])
    expect(settings.take(given, true).changes).toEqual([])
    // What is the default anyway is not written down.
    expect(settings.take({ 'archive.depth': 5 }, true).changes).toEqual([])
    expect(read()).not.toHaveProperty(['archive.depth'])
  })

  it('names everything that is wrong, and changes nothing', () => {
    const settings = open()
    const take = () =>
      settings.take({ 'archive.depth': 99, 'task.time': 5, 'pdf.pages': 'many', 'task.timeMs': 5_000 }, true)
    expect(take).toThrow(/"99" is not possible for archive\.depth/)
    expect(take).toThrow(/"task\.time" is no setting of this version/)
    expect(take).toThrow(/"many" is not possible for pdf\.pages.*Nothing was changed/)
    expect(settings.limits()['task.timeMs']).toBe(300_000)
    expect(read).toThrow('ENOENT')
  })

  it.each([
    ['no JSON', '{', 'SETTINGS_FILE_INVALID', 'not JSON'],
    ['no file of settings', '{"archive.depth": 3}', 'SETTINGS_FILE_INVALID', 'does not say that it holds settings'],
    ['a newer one', '{"sluiceSettings": 2, "settings": {}}', 'SETTINGS_FILE_NEWER', 'newer version'],
    [
      'more than settings',
      '{"sluiceSettings": 1, "settings": {}, "keys": {"openai": "sk"}}',
      'SETTINGS_FILE_INVALID',
      'keys',
    ],
    [
      'a value that is none',
      '{"sluiceSettings": 1, "settings": {"a": {"b": 1}}}',
      'SETTINGS_FILE_INVALID',
      'settings.a',
    ],
  ])('refuses %s', (_, text, code, says) => {
    expect(() => readSettingsExport(text, 'my.json')).toThrow(expect.objectContaining({ code }) as Error)
    expect(() => readSettingsExport(text, 'my.json')).toThrow(says)
  })
})

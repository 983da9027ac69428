// The policy of an organization: what it means, what is left of it when it is broken, where it is looked for, and what it goes before.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { resolveDataDir } from '../../../src/main/cli/data-dir'
import { loadPolicy } from '../../../src/main/settings/policy-file'
import { managedDataDir, systemPolicyPath } from '../../../src/main/settings/policy-place'
import { openSettings, type SettingsOptions } from '../../../src/main/settings/settings'
import { isAddressAllowed, isProviderAllowed } from '../../../src/main/providers/guard'
import { AppError } from '../../../src/shared/errors'
import { limitNames, limitTable } from '../../../src/shared/limits'
import { readPolicy, rowUnder, type Policy } from '../../../src/shared/policy'
import { describePolicy } from '../../../src/shared/policy-summary'
import { textsOf } from '../../../src/shared/remarks'
import { serverDefinitionSchema } from '../../../src/shared/providers'
import { recordLog } from '../../support/pool/hosts'

const origin = { path: '/etc/sluice/policy.json', place: 'system' } as const
const policyOf = (content: Record<string, unknown>): Policy =>
  readPolicy(JSON.stringify({ sluicePolicy: 1, ...content }), origin)

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'policy-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const open = (policy: Policy, options: Partial<SettingsOptions> = {}) =>
  openSettings({ dataDir, environment: {}, log: recordLog().log, policy, ...options })
const codeOf = (act: () => unknown): string => {
  try {
    act()
    return 'none'
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code
    throw thrown
  }
}
const settingOf = (settings: ReturnType<typeof open>, name: string) =>
  settings.list().settings.find((one) => one.name === name)

describe('a policy', () => {
  it('fixes settings, gives others a default and bounds, and says the rest', () => {
    const policy = policyOf({
      organization: 'Example',
      settings: { 'document.bytes': '200MiB', 'ocr.enabled': false, 'task.timeMs': { default: '2m', max: '10m' } },
      retention: { goneDocumentsDays: 7 },
      searchHistory: 'off',
      budgets: { day: { usd: 5 } },
      updates: { channel: 'none' },
      telemetry: 'none',
    })
    expect(policy).toMatchObject({ broken: false, problems: [], updates: 'none', telemetry: 'none' })
    expect(policy.budgets).toEqual({
      run: { usd: null, tokens: null },
      day: { usd: 5, tokens: null },
      month: { usd: null, tokens: null },
    })
    expect(rowUnder(policy, 'document.bytes').fixed).toBe(209_715_200)
    expect(rowUnder(policy, 'ocr.enabled').fixed).toBe(0)
    expect(rowUnder(policy, 'search.history').fixed).toBe(0)
    expect(rowUnder(policy, 'task.timeMs')).toMatchObject({ default: 120_000, max: 600_000, fixed: null })
    expect(rowUnder(policy, 'documents.goneDays')).toMatchObject({ default: 7, max: 7 })
    expect(textsOf(describePolicy(policy)).join('; ')).toBe(
      '4 settings fixed (document.bytes, ocr.enabled, search.history, updates.check); 2 settings with bounds of its own; at most 5 USD a day; updates: none; no telemetry',
    )
  })

  it.each([
    ['is no JSON', '{"sluicePolicy": 1,', 'is no JSON'],
    ['is no object', '[1]', 'holds no JSON object'],
    ['does not say what it is', '{}', '"sluicePolicy": 1 is missing'],
    ['is from the future', '{"sluicePolicy": 2}', 'written for a newer version of Sluice'],
    ['says what no version knows', '{"sluicePolicy": 1, "providersAllowed": "none"}', '"providersAllowed" is nothing'],
    ['names no setting', '{"sluicePolicy": 1, "settings": {"task.time": 5}}', 'settings.task.time: is no setting'],
    [
      'fixes out of bounds',
      '{"sluicePolicy": 1, "settings": {"archive.depth": 99}}',
      'settings.archive.depth: "99" is not',
    ],
    [
      'has a default above its own max',
      '{"sluicePolicy": 1, "settings": {"archive.depth": {"default": 9, "max": 4}}}',
      'its default 9 levels is above its own max 4 levels',
    ],
    [
      'has a min above its max',
      '{"sluicePolicy": 1, "settings": {"archive.depth": {"min": 9, "max": 4}}}',
      'its min 9 levels is above its max 4 levels',
    ],
    [
      'says one thing twice',
      '{"sluicePolicy": 1, "settings": {"search.history": 1}, "searchHistory": "off"}',
      'both say what search.history is',
    ],
    [
      'has a host that is none',
      '{"sluicePolicy": 1, "providers": [{"kind": "openai", "hosts": ["https://x"]}]}',
      'providers',
    ],
    ['has a data folder that is relative', '{"sluicePolicy": 1, "dataDir": "data"}', 'dataDir: is no absolute path'],
  ])('that %s is followed in its strictest reading', (_, text, says) => {
    const policy = readPolicy(text, origin)
    expect(policy.broken).toBe(true)
    expect(textsOf(policy.problems).join('\n')).toContain(says)
    expect(policy).toMatchObject({ providers: 'none', updates: 'none' })
    expect(rowUnder(policy, 'search.history').fixed).toBe(0)
    for (const name of limitNames) expect(rowUnder(policy, name).fixed).not.toBeNull()
  })

  it('sets channel, feed and key of updates, or turns them off', () => {
    const publicKey = Buffer.alloc(44, 1).toString('base64')
    const policy = policyOf({ updates: { channel: 'beta', feed: 'https://updates.example.org/', publicKey } })
    expect(policy).toMatchObject({ broken: false, updates: 'beta', updateFeed: 'https://updates.example.org/' })
    expect(policy.updateKey).toBe(publicKey)
    expect(rowUnder(policy, 'updates.channel').fixed).toBe(1)
    expect(rowUnder(policy, 'updates.check').fixed).toBeNull()
    expect(textsOf(describePolicy(policy)).join('; ')).toContain('updates from https://updates.example.org/')
    const off = policyOf({ updates: { channel: 'none' }, settings: { 'updates.check': false } })
    expect(off).toMatchObject({ broken: false, updates: 'none' })
    expect(rowUnder(off, 'updates.check').fixed).toBe(0)
    expect(policyOf({ updates: { feed: 'http://localhost:8080/feed' } }).broken).toBe(false)
  })

  it.each([
    ['a feed without encryption', { feed: 'http://updates.example.org/' }],
    ['a feed with a password', { feed: 'https://me:secret@updates.example.org/' }],
    ['a key that is none', { publicKey: 'secret' }],
    ['a channel that is none', { channel: 'nightly' }],
  ])('is broken by %s, and updates are off then', (_, updates) => {
    expect(policyOf({ updates })).toMatchObject({ broken: true, updates: 'none', updateFeed: null, updateKey: null })
  })

  it('is broken where it says two things of updates', () => {
    expect(policyOf({ updates: { channel: 'stable' }, settings: { 'updates.channel': 'beta' } }).broken).toBe(true)
  })

  it('that is broken keeps what can be read of it, and brings the others to what is stricter', () => {
    const policy = policyOf({
      settings: { 'document.bytes': '1MiB', 'archive.depth': { default: 9, max: 4 }, nonsense: 1 },
      dataDir: '/srv/sluice',
    })
    expect(policy).toMatchObject({ broken: true, dataDir: '/srv/sluice' })
    expect(rowUnder(policy, 'document.bytes').fixed).toBe(1_048_576)
    expect(rowUnder(policy, 'archive.depth').fixed).toBe(4)
    expect(rowUnder(policy, 'task.timeMs').fixed).toBe(limitTable['task.timeMs'].default)
  })
})

describe('where a policy is', () => {
  const write = (name: string, content: unknown): string => {
    const path = join(dataDir, name)
    writeFileSync(path, JSON.stringify(content))
    return path
  }

  it('is a place that no variable changes', () => {
    expect(systemPolicyPath('linux')).toBe('/etc/sluice/policy.json')
    expect(systemPolicyPath('win32')).toBe('C:\\ProgramData\\Sluice\\policy.json')
    expect(systemPolicyPath('darwin')).toBe('/Library/Application Support/Sluice/policy.json')
  })

  it('may be named by a variable where the system has none, and nowhere else', () => {
    const system = join(dataDir, 'system.json')
    const loose = write('loose.json', { sluicePolicy: 1, organization: 'Loose' })
    expect(loadPolicy({ SLUICE_POLICY_FILE: loose }, system)).toMatchObject({
      organization: 'Loose',
      place: 'variable',
    })
    write('system.json', { sluicePolicy: 1, organization: 'Strict' })
    expect(loadPolicy({ SLUICE_POLICY_FILE: loose }, system)).toMatchObject({ organization: 'Strict', place: 'system' })
    expect(loadPolicy({}, join(dataDir, 'none.json'))).toMatchObject({ path: null, broken: false })
  })

  it('is not empty because it cannot be read, leads nowhere, or is no file', () => {
    const folder = join(dataDir, 'folder.json')
    mkdirSync(folder)
    const loose = write('loose.json', { sluicePolicy: 1 })
    const environment = { SLUICE_POLICY_FILE: loose }
    expect(loadPolicy(environment, folder)).toMatchObject({ broken: true, place: 'system' })
    expect(loadPolicy({ SLUICE_POLICY_FILE: join(dataDir, 'slip.json') }, join(dataDir, 'none.json')).broken).toBe(true)
    if (process.platform !== 'win32') {
      const dangling = join(dataDir, 'dangling.json')
      symlinkSync(join(dataDir, 'gone.json'), dangling)
      expect(loadPolicy(environment, dangling)).toMatchObject({ broken: true, place: 'system' })
      expect(loadPolicy(environment, join(loose, 'under-a-file.json'))).toMatchObject({ broken: true })
    }
  })

  it('fixes the data folder for each account', () => {
    const account = () => ({ username: 'a', homedir: '/home/a' })
    expect(managedDataDir({ dataDir: '/srv/{user}/sluice' }, account)).toBe('/srv/a/sluice')
    expect(managedDataDir({ dataDir: '~/sluice' }, account)).toBe('/home/a/sluice')
    const nobody = (): never => {
      throw new Error('the account has no name')
    }
    expect(managedDataDir({ dataDir: null }, nobody)).toBeNull()
    expect(managedDataDir({ dataDir: '/srv/sluice' }, nobody)).toBe('/srv/sluice')
    vi.stubEnv('HOME', '/elsewhere')
    expect(managedDataDir({ dataDir: '~/sluice' })).toBe(join(userInfo().homedir, 'sluice'))
    vi.unstubAllEnvs()
    expect(resolveDataDir(undefined, '/work', {}, '/srv/a')).toBe('/srv/a')
    expect(resolveDataDir('../srv/a', '/work', {}, '/srv/a')).toBe('/srv/a')
    expect(codeOf(() => resolveDataDir('here', '/work', {}, '/srv/a'))).toBe('DATA_DIR_MANAGED')
    expect(codeOf(() => resolveDataDir(undefined, '/work', { SLUICE_DATA_DIR: '/tmp/x' }, '/srv/a'))).toBe(
      'DATA_DIR_MANAGED',
    )
  })
})

describe('settings under a policy', () => {
  const policy = policyOf({
    organization: 'Example',
    settings: { 'archive.depth': 3, 'task.timeMs': { default: '2m', max: '10m' } },
  })

  it('are what it fixes, before flags, environment and file', () => {
    writeFileSync(join(dataDir, 'settings.json'), '{"archive.depth": 9, "pdf.pages": 10}')
    const environment = { SLUICE_ARCHIVE_DEPTH: '8', SLUICE_PDF_PAGES: '20' }
    const settings = open(policy, { environment, flags: { 'pdf.pages': 30 } })
    expect(settings.limits()).toMatchObject({ 'archive.depth': 3, 'pdf.pages': 30, 'task.timeMs': 120_000 })
    expect(settingOf(settings, 'archive.depth')).toMatchObject({ value: 3, source: 'policy', managed: 'fixed' })
    expect(settingOf(settings, 'task.timeMs')).toMatchObject({ source: 'default', max: 600_000, managed: 'bounded' })
    expect(settingOf(settings, 'pdf.pages')?.managed).toBeUndefined()
    const { problems } = settings.list()
    expect(problems).toEqual([
      expect.stringContaining('The variable SLUICE_ARCHIVE_DEPTH: archive.depth is set by your organization (Example)'),
    ])
    expect(problems[0]).toContain('It is not used. (SETTING_LOCKED)')
  })

  it('refuse what it fixes wherever it is asked for, and what its bounds do not allow', () => {
    const settings = open(policy)
    expect(codeOf(() => settings.set('archive.depth', 4))).toBe('SETTING_LOCKED')
    expect(codeOf(() => settings.set('archive.depth', null))).toBe('SETTING_LOCKED')
    expect(codeOf(() => settings.check('archive.depth', 4))).toBe('SETTING_LOCKED')
    expect(codeOf(() => open(policy, { flags: { 'archive.depth': 3 } }))).toBe('SETTING_LOCKED')
    expect(codeOf(() => settings.take({ 'archive.depth': 4 }, true))).toBe('SETTING_LOCKED')
    expect(() => settings.set('task.timeMs', '20m')).toThrow('these bounds are set by your organization')
    expect(codeOf(() => settings.check('task.timeMs', 1_200_000))).toBe('SETTING_INVALID')
    expect(codeOf(() => open(policy, { flags: { 'task.timeMs': 1_200_000 } }))).toBe('SETTING_INVALID')
    expect(settings.set('task.timeMs', '5m')).toMatchObject({ value: 300_000, source: 'file' })
  })

  it('hold back what a task alone was allowed before there was a policy', () => {
    const allowed = { 'archive.depth': 9, 'task.timeMs': 1_200_000, 'pdf.pages': 9_000 }
    expect(open(policy).within(allowed)).toEqual({ 'task.timeMs': 600_000, 'pdf.pages': 9_000 })
    expect(open(readPolicy('{', origin)).within(allowed)).toEqual({})
  })

  it('of a broken one are all fixed, whatever was set', () => {
    writeFileSync(join(dataDir, 'settings.json'), '{"pdf.pages": 10}')
    const settings = open(readPolicy('{', origin), { environment: { SLUICE_ARCHIVE_DEPTH: '8' } })
    expect(settings.limits()).toMatchObject({ 'pdf.pages': 2_000, 'archive.depth': 5, 'search.history': 0 })
    expect(() => settings.set('pdf.pages', 5)).toThrow('has a fault')
    expect(settings.list().policy).toMatchObject({ broken: true, path: origin.path })
    expect(readFileSync(join(dataDir, 'settings.json'), 'utf8')).toBe('{"pdf.pages": 10}')
  })
})

describe('providers under a policy', () => {
  const server = (baseUrl: string) => serverDefinitionSchema.parse({ kind: 'openai', baseUrl, chatModel: 'm' })
  const { providers } = policyOf({
    providers: [{ kind: 'openai', hosts: ['llm.example.org', '*.models.example.org:8443', 'localhost'] }],
  })

  it.each([
    ['https://llm.example.org/v1', true],
    ['https://LLM.example.org:9000/v1', true],
    ['https://a.models.example.org:8443/v1', true],
    ['https://a.models.example.org/v1', false],
    ['https://models.example.org:8443/v1', false],
    ['https://evil-llm.example.org/v1', false],
    ['https://llm.example.org.evil.test/v1', false],
    ['https://llm.example.org@evil.test/v1', false],
    ['http://localhost:11434/v1', true],
    ['http://127.0.0.1:11434/v1', false],
  ])('at %s are allowed: %s', (address, allowed) => {
    expect(isProviderAllowed(providers, server(address))).toBe(allowed)
    expect(isAddressAllowed(providers, address)).toBe(allowed)
  })

  it('of folders are allowed where it says so', () => {
    const folder = { kind: 'onnx', folder: '/m', modelFile: null, pooling: null, maxTokens: null } as const
    const definition = { ...folder, queryPrefix: null, documentPrefix: null }
    expect(isProviderAllowed(providers, definition)).toBe(false)
    expect(isProviderAllowed(policyOf({ providers: [{ kind: 'onnx' }] }).providers, definition)).toBe(true)
    expect(isProviderAllowed('none', definition)).toBe(false)
    expect(isProviderAllowed('any', definition)).toBe(true)
  })
})

// A managed computer as a person's shell meets it: what the policy of the organization fixes, refuses and says; and settings as a file.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { settingsExportSchema, settingsImportSchema } from '../../../src/shared/settings-exchange'
import type { DoctorReport } from '../../../src/shared/domain'
import type { PolicySummary } from '../../../src/shared/policy-summary'
import type { ProviderTest } from '../../../src/shared/providers'
import type { Setting } from '../../../src/shared/settings'
import { startFakeProvider } from '../../support/fake-provider/server'
import { endAll, run, runJson } from './support/command'

type Fault = { error: { code: string; message: string } }
type Listed = { settings: Setting[]; problems: string[]; policy: PolicySummary }

let root = ''
let dataDir = ''

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-policy-'))
  dataDir = join(root, 'data')
})
afterEach(() => {
  delete process.env['SLUICE_POLICY_FILE']
  delete process.env['SLUICE_ARCHIVE_DEPTH']
})
afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

/** A policy that the commands of this test run under. */
const manage = (content: Record<string, unknown> | string): string => {
  const path = join(root, 'policy.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify({ sluicePolicy: 1, ...content }))
  process.env['SLUICE_POLICY_FILE'] = path
  return path
}

const refusal = async (words: readonly string[]): Promise<[number | null, string, string]> => {
  const { code, value } = await runJson<Fault>(dataDir, words)
  return [code, value.error.code, value.error.message]
}

const SERVER = ['--url', 'https://llm.example.org/v1', '--chat-model', 'm']

describe('a computer that an organization manages', () => {
  const policy = {
    organization: 'Example',
    settings: { 'archive.depth': 3, 'task.timeMs': { max: '10m' } },
    providers: [{ kind: 'openai', hosts: ['models.example.org'] }],
  }

  it('says what is set, by whom, and where from', async () => {
    const path = manage(policy)
    process.env['SLUICE_ARCHIVE_DEPTH'] = '9'
    const { code, value, stderr } = await runJson<Listed>(dataDir, ['settings', 'list'])
    expect(code).toBe(0)
    expect(value.settings.find(({ name }) => name === 'archive.depth')).toMatchObject({
      value: 3,
      source: 'policy',
      managed: 'fixed',
    })
    expect(value.policy).toMatchObject({ path, organization: 'Example', broken: false })
    expect(stderr).toContain('The variable SLUICE_ARCHIVE_DEPTH: archive.depth is set by your organization (Example)')
    const told = await run(dataDir, ['settings', 'get', 'archive.depth'])
    expect(told.stdout).toContain('archive.depth = 3 levels (set by your organization)')
    delete process.env['SLUICE_ARCHIVE_DEPTH']
    const { value: report } = await runJson<DoctorReport>(dataDir, ['doctor'])
    const check = report.checks.find(({ name }) => name === 'policy')
    expect(check).toMatchObject({ ok: true })
    expect(check?.detail).toContain(
      `${path} of Example: 1 setting fixed (archive.depth); 1 setting with bounds of its own`,
    )
    expect(check?.detail).toContain('only providers of models.example.org')
    expect(report.checks.find(({ name }) => name === 'settings')?.ok).toBe(true)
  })

  it('refuses what it fixes, on every way in', async () => {
    manage(policy)
    expect(await refusal(['settings', 'set', 'archive.depth', '5'])).toEqual([
      1,
      'SETTING_LOCKED',
      'archive.depth is set by your organization (Example) and cannot be changed here.',
    ])
    expect((await refusal(['settings', 'unset', 'archive.depth']))[1]).toBe('SETTING_LOCKED')
    expect((await refusal(['run', '--set', 'archive.depth=5']))[1]).toBe('SETTING_LOCKED')
    expect((await refusal(['extract', root, '--set', 'archive.depth=5']))[1]).toBe('SETTING_LOCKED')
    expect((await refusal(['dead-letters', 'replay', '--all', '--allow', 'archive.depth=5']))[1]).toBe('SETTING_LOCKED')
    expect((await refusal(['settings', 'set', 'task.timeMs', '20m']))[1]).toBe('SETTING_INVALID')
    const file = join(root, 'locked.json')
    writeFileSync(file, JSON.stringify({ sluiceSettings: 1, settings: { 'archive.depth': 5, 'pdf.pages': 3 } }))
    expect((await refusal(['settings', 'import', file, '--yes']))[1]).toBe('SETTING_LOCKED')
    expect((await refusal(['providers', 'add', 'llm', ...SERVER]))[1]).toBe('PROVIDER_FORBIDDEN')
    expect(existsSync(join(dataDir, 'settings.json'))).toBe(false)
    expect((await run(dataDir, ['settings', 'set', 'task.timeMs', '5m'])).code).toBe(0)
    expect((await run(dataDir, ['settings', 'unset', 'task.timeMs'])).code).toBe(0)
  })

  it('works as any other: a document is read, and found by word and by meaning', async () => {
    manage(policy)
    const note = join(root, 'note.txt')
    writeFileSync(note, 'The lighthouse keeper counted the waves.')
    const { code, value } = await runJson(dataDir, ['ingest', note])
    expect(code).toBe(0)
    expect(JSON.stringify(value)).toContain('"state":"completed"')
    const found = await run(dataDir, ['search', 'who watches the sea', '--mode', 'semantic'])
    expect(found.stdout).toContain('note.txt')
  })

  it('says why a job stands still whose model it does not allow, and finds its text by word', async () => {
    const server = ['--url', 'http://127.0.0.1:9/v1', '--embedding-model', 'm', '--dimensions', '8']
    await run(dataDir, ['providers', 'add', 'far', ...server, '--field', 'needsKey=false'])
    expect((await run(dataDir, ['collections', 'create', 'house', '--model', 'far', '--yes'])).code).toBe(0)
    manage({ providers: 'none' })
    const boiler = join(root, 'boiler.txt')
    writeFileSync(boiler, 'A boiler must be inspected every year.')
    const { code, stderr } = await run(dataDir, ['ingest', boiler, '--collection', 'house'])
    expect(code).toBe(3)
    expect(stderr).toContain('Nothing can go on: Your organization does not allow the provider "far"')
    const found = await run(dataDir, ['search', 'boiler'])
    expect(found.stdout).toContain('boiler.txt')
    await run(dataDir, ['providers', 'remove', 'far', '--force'])
  })

  it('has the data folder that it says', async () => {
    const elsewhere = join(root, 'elsewhere')
    manage({ dataDir: elsewhere })
    expect((await refusal(['settings', 'list'])).slice(0, 2)).toEqual([1, 'DATA_DIR_MANAGED'])
    expect((await refusal(['settings', 'list', '--data-dir', join(root, 'mine')]))[1]).toBe('DATA_DIR_MANAGED')
    expect((await run(elsewhere, ['settings', 'list'])).code).toBe(0)
  })

  it('spends no more than it says on all providers together', async () => {
    const fake = await startFakeProvider({ dimensions: 8 })
    try {
      manage({ budgets: { day: { tokens: 1 } } })
      const field = ['--field', 'needsKey=false']
      expect(
        (await run(dataDir, ['providers', 'add', 'mine', '--url', fake.url, '--chat-model', 'm', ...field])).code,
      ).toBe(0)
      const { value } = await runJson<ProviderTest>(dataDir, ['providers', 'test', 'mine'])
      expect(value).toMatchObject({ ok: false, code: 'BUDGET_MANAGED' })
      expect(fake.counts.chat.calls).toBe(0)
    } finally {
      await run(dataDir, ['providers', 'remove', 'mine'])
      await fake.close()
    }
  })

  it.each([
    ['no JSON', '{"sluicePolicy": 1, "providers": "any"', 'it is no JSON'],
    ['from the future', '{"sluicePolicy": 7, "providers": "any"}', 'newer version of Sluice'],
    [
      'contradictory',
      '{"sluicePolicy": 1, "settings": {"archive.depth": {"default": 9, "max": 4}}}',
      'its default 9 levels is above its own max 4 levels',
    ],
  ])('loosens nothing when its policy is %s, and says so', async (_, text, says) => {
    const path = manage(text)
    const listed = await run(dataDir, ['settings', 'get', 'search.history'])
    expect(listed.stdout).toContain('search.history = 0 (set by your organization)')
    expect(listed.stderr).toContain(`The policy ${path} cannot be followed whole`)
    expect(listed.stderr).toContain(says)
    expect((await refusal(['settings', 'set', 'pdf.pages', '5']))[1]).toBe('SETTING_LOCKED')
    expect((await refusal(['providers', 'add', 'llm', ...SERVER]))[1]).toBe('PROVIDER_FORBIDDEN')
    const { code, value } = await runJson<DoctorReport>(dataDir, ['doctor'])
    expect(code).toBe(2)
    const check = value.checks.find(({ name }) => name === 'policy')
    expect(check).toMatchObject({ ok: false })
    expect(check?.detail).toContain(path)
    expect(check?.detail).toContain(says)
  })
})

describe('settings as a file', () => {
  it('go out and come in again elsewhere, once that was agreed to', async () => {
    await run(dataDir, ['settings', 'set', 'pdf.pages', '7'])
    const file = join(root, 'mine.json')
    const out = await run(dataDir, ['settings', 'export', file])
    expect(out).toMatchObject({ code: 0, stdout: `1 changed setting written to ${file}.\n` })
    expect(readFileSync(file, 'utf8')).toBe('{\n  "sluiceSettings": 1,\n  "settings": {\n    "pdf.pages": 7\n  }\n}\n')
    expect((await refusal(['settings', 'export', file]))[1]).toBe('FILE_UNWRITABLE')
    const exported = await runJson(dataDir, ['settings', 'export'])
    expect(settingsExportSchema.parse(exported.value).settings).toEqual({ 'pdf.pages': 7 })

    const other = join(root, 'other')
    const asked = await runJson(other, ['settings', 'import', file])
    expect(asked.code).toBe(3)
    expect(settingsImportSchema.strict().parse(asked.value)).toMatchObject({
      applied: false,
      changes: [{ name: 'pdf.pages', from: 2_000, to: 7 }],
    })
    expect(existsSync(join(other, 'settings.json'))).toBe(false)
    const done = await run(other, ['settings', 'import', file, '--yes'])
    expect(done).toMatchObject({ code: 0, stdout: 'Changed 1 setting:\n  pdf.pages: 2,000 → 7\n' })
    expect(JSON.parse(readFileSync(join(other, 'settings.json'), 'utf8'))).toEqual({ 'pdf.pages': 7 })
    expect((await run(other, ['settings', 'import', file])).stdout).toContain('Nothing changes')
  })

  it('are refused whole, with everything that is wrong named', async () => {
    const file = join(root, 'wrong.json')
    writeFileSync(file, JSON.stringify({ sluiceSettings: 1, settings: { 'archive.deep': 1, 'archive.depth': 99 } }))
    const [code, error, message] = await refusal(['settings', 'import', file, '--yes'])
    expect([code, error]).toEqual([1, 'SETTINGS_FILE_INVALID'])
    expect(message).toContain('"archive.deep" is no setting of this version')
    expect(message).toContain('"99" is not possible for archive.depth')
    expect((await refusal(['settings', 'import', join(root, 'none.json')]))[1]).toBe('SETTINGS_FILE_INVALID')
  })
})

// The profiles of docs/sizing.md can be imported as they are, name the same settings, and are what the page says.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSettings } from '../../../src/main/settings/settings'
import { limitTable, type LimitName } from '../../../src/shared/limits'
import { formatSetting } from '../../../src/shared/setting-format'
import { parseSetting } from '../../../src/shared/settings'
import { readSettingsExport } from '../../../src/shared/settings-exchange'
import { silentLog } from '../../support/engine'

const profiles = ['small', 'medium', 'large'] as const
const read = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
const settingsOf = (profile: string) =>
  readSettingsExport(read(join('resources', 'profiles', `${profile}.json`)), profile).settings

it('each can be imported, and medium changes nothing', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sizing-'))
  try {
    const settings = openSettings({ dataDir, environment: {}, log: silentLog })
    const changed = profiles.map((profile) => settings.take(settingsOf(profile), false).changes)
    expect(changed[0]?.length).toBeGreaterThan(0)
    expect(changed[1]).toEqual([])
    expect(changed[2]?.length).toBeGreaterThan(0)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

it('docs/sizing.md says what is in them, setting by setting', () => {
  const page = read(join('docs', 'sizing.md'))
  const names = Object.keys(settingsOf('medium')) as LimitName[]
  for (const profile of profiles) expect(Object.keys(settingsOf(profile))).toEqual(names)
  const rows = names.map((name) => {
    const values = profiles.map((profile) =>
      formatSetting(parseSetting(name, settingsOf(profile)[name] ?? ''), limitTable[name].unit),
    )
    return `| \`${name}\` | ${values.join(' | ')} |`
  })
  expect(page).toContain(rows.join('\n'))
})

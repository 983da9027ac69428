// What docs/limits.md and docs/settings.md say is what the code does.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { limitsDocument, renderLimits, renderSettings, settingsDocument } from '../../../scripts/limits-document.mjs'
import { dispositionOf, type ErrorCode } from '../../../src/shared/errors'
import { limitNames, limitTable, variableOf, type LimitName } from '../../../src/shared/limits'
import { formatSetting } from '../../../src/shared/setting-format'

const speech = {
  variableOf: (name: string) => variableOf(name as LimitName),
  dispositionOf: (code: string) => dispositionOf(code as ErrorCode),
  formatSetting: (value: number, unit: string) => formatSetting(value, unit as Parameters<typeof formatSetting>[1]),
}
const read = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')

it('docs/limits.md tells every limit as it is in force (else: node scripts/limits-document.mjs)', () => {
  expect(read(limitsDocument)).toBe(renderLimits(limitTable, speech))
})

it('docs/settings.md tells every other setting (else: node scripts/limits-document.mjs)', () => {
  expect(read(settingsDocument)).toBe(renderSettings(limitTable, speech))
})

it('every setting stands in one of the two', () => {
  const both = read(limitsDocument) + read(settingsDocument)
  for (const name of limitNames) expect(both.split(`\n| \`${name}\` |`)).toHaveLength(2)
})

// What docs/features.md says can be switched off is what the settings can switch off.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { featuresDocument, renderFeatures } from '../../../scripts/features-document.mjs'
import { features } from '../../../src/shared/features'
import { limitNames, limitTable, resolveLimits, type LimitName } from '../../../src/shared/limits'
import { formatSetting } from '../../../src/shared/setting-format'

const page = readFileSync(featuresDocument, 'utf8').replaceAll('\r\n', '\n')

it('docs/features.md tells every feature as it is in the code (else: node scripts/features-document.mjs)', () => {
  const defaultOf = (name: string): number => limitTable[name as LimitName].default
  const sayValue = (name: string, value: number): string => formatSetting(value, limitTable[name as LimitName].unit)
  expect(page).toBe(renderFeatures(features, { defaultOf, sayValue }))
})

it('every value that switches something off is one that the setting takes', () => {
  for (const { switch: how, name } of features) {
    if (how.kind !== 'setting') continue
    expect(resolveLimits({ [how.name]: how.off })[how.name], name).toBe(how.off)
  }
})

it('says of everything that can be switched off what is lost and what becomes of what was made with it', () => {
  expect(new Set(features.map(({ name }) => name)).size).toBe(features.length)
  for (const { switch: how, name, risk, lost, made } of features) {
    expect(risk, name).not.toBe('')
    expect([lost === '', made === ''], name).toEqual([how.kind === 'none', how.kind === 'none'])
  }
})

it('leaves out no setting that is a switch for something risky', () => {
  // On and off, but neither risky nor a feature of its own: how what is asked for looks, or which of two is meant.
  const harmless: readonly LimitName[] = ['desktop.notifications', 'updates.channel']
  const switches = limitNames.filter((name) => limitTable[name].min === 0 && limitTable[name].max === 1)
  const named = features.flatMap(({ switch: how }) => (how.kind === 'setting' ? [how.name] : []))
  expect(switches.filter((name) => !named.includes(name) && !harmless.includes(name))).toEqual([])
})

it('leads to pages that are there', () => {
  const links = [...page.matchAll(/\]\(([\w/.-]+\.md)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(3)
  for (const link of links) expect(existsSync(join(dirname(featuresDocument), link)), link).toBe(true)
})

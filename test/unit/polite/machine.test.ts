// What the system tells of its supply of power and of its network.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOnBattery, thisMachine } from '../../../src/main/polite/machine'
import { askNetworkManager, createNetwork } from '../../../src/main/polite/network'

describe('the supply of power', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'power-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const supply = (name: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(folder, name))
    for (const [file, word] of Object.entries(files)) writeFileSync(join(folder, name, file), `${word}\n`)
  }

  it('is not known where nothing is told', () => {
    expect(readOnBattery(folder)).toBeNull()
    expect(readOnBattery(join(folder, 'nowhere'))).toBeNull()
  })

  it('is the battery when it is used up and no mains is there', () => {
    supply('AC', { type: 'Mains', online: '0' })
    supply('BAT0', { type: 'Battery', status: 'Discharging' })
    expect(readOnBattery(folder)).toBe(true)
  })

  it('is the mains, also while a battery is not quite full', () => {
    supply('AC', { type: 'Mains', online: '1' })
    supply('BAT0', { type: 'Battery', status: 'Discharging' })
    expect(readOnBattery(folder)).toBe(false)
  })

  it('is the mains of a computer without a battery, whatever its mouse says', () => {
    supply('AC', { type: 'Mains', online: '0' })
    supply('mouse', { type: 'Battery', status: 'Discharging', scope: 'Device' })
    expect(readOnBattery(folder)).toBe(false)
  })
})

it('the times of the processors grow', async () => {
  const before = thisMachine.cpuTimes()
  const until = performance.now() + 300
  while (performance.now() < until) Math.sqrt(until)
  const after = thisMachine.cpuTimes()
  expect(after.all).toBeGreaterThan(before.all)
  expect(after.busy).toBeGreaterThan(before.busy)
  expect(thisMachine.processors()).toBeGreaterThan(0)
})

describe('the network', () => {
  const told = (answers: Readonly<Record<string, string | null>>) => (file: string) =>
    Promise.resolve(answers[file] ?? null)

  it.each([
    ['u 1\n', true],
    ['u 3\n', true],
    ['u 2\n', false],
    ['u 4\n', false],
  ])('NetworkManager says %s over the bus', async (busctl, metered) => {
    expect(await askNetworkManager(told({ busctl }))).toBe(metered)
  })

  it('of its tool those devices count that are connected', async () => {
    const device = (state: string, metered: string): string => `GENERAL.STATE:${state}\nGENERAL.METERED:${metered}\n`
    const listed = (...devices: string[]) => told({ busctl: 'u 0\n', nmcli: devices.join('\n') })
    expect(await askNetworkManager(listed(device('100 (connected)', 'yes (guessed)')))).toBe(true)
    expect(await askNetworkManager(listed(device('30 (disconnected)', 'yes'), device('100 (connected)', 'no')))).toBe(
      false,
    )
    expect(await askNetworkManager(listed(device('100 (connected (externally))', 'unknown')))).toBeNull()
  })

  it('says nothing where there is no NetworkManager', async () => {
    expect(await askNetworkManager(told({}))).toBeNull()
  })

  it('is asked of the system only without a choice, and not for every request', async () => {
    let nowMs = 0
    let asked = 0
    let choice: 'auto' | 'yes' | 'no' = 'yes'
    const ask = () => {
      asked += 1
      return Promise.resolve(asked === 1 ? true : null)
    }
    const network = createNetwork({ choice: () => choice, nowMs: () => nowMs, ask })
    expect(await network.isMetered()).toBe(true)
    choice = 'no'
    expect(await network.isMetered()).toBe(false)
    expect(asked).toBe(0)
    choice = 'auto'
    expect([await network.isMetered(), await network.isMetered()]).toEqual([true, true])
    expect(asked).toBe(1)
    nowMs = 30_000
    expect(await network.isMetered()).toBe(false)
    expect(asked).toBe(2)
  })
})

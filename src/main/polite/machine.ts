/**
 * Owns what is read of the computer itself: its processors, and whether it runs on battery. Refuses: judging it; and a shell.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { CpuTimes } from './politeness'

export type Machine = {
  /** Sums over all processors since the computer was started, in milliseconds. */
  readonly cpuTimes: () => CpuTimes
  readonly processors: () => number
  /** `null`: this system does not tell it here. */
  readonly onBattery: () => boolean | null
}

const POWER = '/sys/class/power_supply'

const readWord = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    // Drivers leave files out, and sandboxes hide them.
    if ((error as NodeJS.ErrnoException).code) return null
    throw error
  }
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code) return []
    throw error
  }
}

/** Whether no mains is there and a battery is being used up; of batteries of other devices (a mouse) nothing is concluded. */
export const readOnBattery = (folder: string = POWER): boolean | null => {
  const supplies = namesIn(folder).map((name) => join(folder, name))
  const ofKind = (kinds: readonly string[]): string[] =>
    supplies.filter(
      (supply) => kinds.includes(readWord(join(supply, 'type')) ?? '') && readWord(join(supply, 'scope')) !== 'Device',
    )
  const mains = ofKind(['Mains', 'USB']).map((supply) => readWord(join(supply, 'online')))
  if (mains.includes('1')) return false
  const states = ofKind(['Battery']).map((supply) => readWord(join(supply, 'status')))
  if (states.length === 0) return mains.length === 0 ? null : false
  return states.includes('Discharging')
}

export const thisMachine: Machine = {
  cpuTimes: () => {
    let busy = 0
    let all = 0
    for (const { times } of cpus()) {
      const sum = times.user + times.nice + times.sys + times.idle + times.irq
      all += sum
      busy += sum - times.idle
    }
    return { busy, all }
  },
  processors: () => Math.max(1, cpus().length),
  onBattery: () => (process.platform === 'linux' ? readOnBattery() : null),
}

/**
 * Owns when work rests: on battery, or while other programs keep the computer busy, as the settings say. Figures are handed in.
 * Refuses: the system, so that every case can be tested.
 */
import type { RestReason } from '../../shared/rest'

export type PowerSettings = {
  readonly pauseOnBattery: boolean
  readonly polite: boolean
  /** Share of all processors taken by others, 0 to 100. */
  readonly busyPercent: number
  /** How long others have to be busy, or quiet, before it counts, in milliseconds. */
  readonly busyMs: number
}

/** Quiet is somewhat less than busy, or it would go to and fro. */
const QUIET_BELOW = 15

/** The sums over all processors, in any unit; as `os.cpus()` counts them. */
export type CpuTimes = { readonly busy: number; readonly all: number }

/** What programs other than this one took of the processors between two looks, in percent. `ownPercent`: of all processors together. */
export const othersPercent = (before: CpuTimes, after: CpuTimes, ownPercent: number): number => {
  const all = after.all - before.all
  if (all <= 0) return 0
  return Math.max(0, Math.min(100, ((after.busy - before.busy) / all) * 100 - ownPercent))
}

/** A class because it owns since when others are busy. */
export class Politeness {
  private busy = false
  private turnedAtMs: number | null = null

  /** Why work rests now; `null` when it goes on. */
  look(nowMs: number, onBattery: boolean, others: number, settings: PowerSettings): RestReason | null {
    if (settings.pauseOnBattery && onBattery) return 'ON_BATTERY'
    if (!settings.polite) {
      this.busy = false
      this.turnedAtMs = null
      return null
    }
    const turns = this.busy ? others < Math.max(5, settings.busyPercent - QUIET_BELOW) : others >= settings.busyPercent
    if (!turns) this.turnedAtMs = null
    else if (this.turnedAtMs === null) this.turnedAtMs = nowMs
    else if (nowMs - this.turnedAtMs >= settings.busyMs) {
      this.busy = !this.busy
      this.turnedAtMs = null
    }
    return this.busy ? 'MACHINE_BUSY' : null
  }
}

/**
 * Owns what a row of the limits says. Refuses: rows.
 */
import type { ErrorCode } from './errors'

export type LimitRow = {
  readonly unit: 'count' | 'bytes' | 'ms' | 'ratio' | 'chars' | 'levels' | 'days'
  readonly default: number
  readonly min: number
  readonly max: number
  /** Why this default. */
  readonly reason: string
  /** What happens to what exceeds it. `null`: it shapes work and rejects nothing. */
  readonly code: ErrorCode | null
}

export const KiB = 1024
export const MiB = 1024 * KiB
export const GiB = 1024 * MiB

/**
 * Owns who takes what is dropped or pasted: the window, or what stands before it and asked for it. Refuses: reading drops.
 */
import type { OfferedPath } from '../../shared/calls'

/** Takes what is dropped while it is there. `label`: where it goes, for the person. */
export type DropTaker = { readonly label: string; readonly take: (paths: readonly OfferedPath[]) => void }

const takers: DropTaker[] = []

/** From now on drops go to `taker`, until the returned function is called. The last one that asked has them. */
export const takeDrops = (taker: DropTaker): (() => void) => {
  takers.push(taker)
  return () => {
    const at = takers.indexOf(taker)
    if (at >= 0) takers.splice(at, 1)
  }
}

/** Who takes drops now; `null`: the window. */
export const dropTaker = (): DropTaker | null => takers.at(-1) ?? null

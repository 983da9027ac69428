/**
 * Owns the steps of a path with provenance: which is the file on disk, which the document, and the path that leads to each.
 */
import { splitProvenance } from '../text/passages'

export type Step = {
  /** As people read it. */
  readonly name: string
  /** The path up to and with this step, as documents have it. */
  readonly path: string
  readonly isOnDisk: boolean
  readonly isLast: boolean
}

/** The steps of `a.zip!/b.mbox!/c.pdf`: `a.zip` on disk, `b.mbox` in it, `c.pdf`. */
export const stepsOf = (path: string): Step[] => {
  const raw = path.split('!/')
  return splitProvenance(path).map((name, at) => ({
    name,
    path: raw.slice(0, at + 1).join('!/'),
    isOnDisk: at === 0,
    isLast: at === raw.length - 1,
  }))
}

/**
 * Owns the identity of an item: equal for equal places (file on disk and entries within it), whatever path it is shown under.
 * Refuses: looking at bytes.
 */
import { createHash } from 'node:crypto'
import type { Locator } from '../../shared/work'
import type { TaskKind } from './contract'

/** 128 bits of SHA-256 over the place: short enough for an index over millions of rows. */
const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)

/** Key of a location on disk, which may not be Unicode. */
export const locationKeyOf = (locator: Locator): string => digest([locator.locationBytes ?? null, locator.location])

/** Key of an item within its collection. */
export const itemKeyOf = (locator: Locator): string =>
  digest([locator.locationBytes ?? null, locator.location, locator.entries.map((entry) => entry.index)])

/** Key of a task within its job: the scan of a path and the document at that path are two tasks. */
export const taskKeyOf = (kind: TaskKind, locator: Locator): string =>
  kind === 'scan' ? `scan:${itemKeyOf(locator)}` : itemKeyOf(locator)

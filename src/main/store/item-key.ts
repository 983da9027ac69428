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

/** An entry is the same wherever it stands in its archive; only those whose names were refused are told apart by that. */
const partOf = ({ name, index, byIndex }: Locator['entries'][number]): unknown =>
  byIndex === true ? [name, index] : name

/** Key of an item within its collection. */
export const itemKeyOf = (locator: Locator): string =>
  digest([locator.locationBytes ?? null, locator.location, locator.entries.map(partOf)])

/** Key of a task within its job: the scan of a path and the document at that path are two tasks. */
export const taskKeyOf = (kind: TaskKind, locator: Locator): string =>
  kind === 'scan' ? `scan:${itemKeyOf(locator)}` : itemKeyOf(locator)

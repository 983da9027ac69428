/**
 * Owns many ids in little memory: as ranges, first and last id one after the other, both inclusive. Refuses: ids in any other order than rising.
 */
/** Adds an id; one that follows the last makes its range longer. */
export const addId = (ranges: number[], id: number): void => {
  if (ranges.at(-1) === id - 1) ranges[ranges.length - 1] = id
  else ranges.push(id, id)
}

/** The ids in these ranges, in pages of so many. */
export function* pagesOfIds(ranges: readonly number[], page: number): Generator<number[]> {
  let ids: number[] = []
  for (let at = 0; at < ranges.length; at += 2)
    for (let id = ranges[at] ?? 0; id <= (ranges[at + 1] ?? -1); id += 1) {
      ids.push(id)
      if (ids.length < page) continue
      yield ids
      ids = []
    }
  if (ids.length > 0) yield ids
}

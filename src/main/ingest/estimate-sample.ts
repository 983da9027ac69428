/**
 * Owns working through a sample: which items are in it, and as many as time allows. Refuses: knowing what is looked for.
 */

/** At most `count` of the items, evenly spread. */
export const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]).filter(
        (item): item is T => item !== undefined,
      )

/** Does something with every item, some together, until `isOver`; tells how many it did. */
export const forEach = async <T>(
  items: readonly T[],
  together: number,
  isOver: () => boolean,
  use: (item: T) => Promise<void>,
): Promise<number> => {
  let next = 0
  let done = 0
  const run = async (): Promise<void> => {
    for (let item = items[next]; item !== undefined && !isOver(); item = items[next]) {
      next += 1
      await use(item)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(together, items.length) }, run))
  return done
}

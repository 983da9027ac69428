/**
 * Owns that results stay where they are while somebody points at one: better ones come in below.
 * Refuses: ranking; the order is the engine's.
 */
import type { Hit } from '../../shared/domain'

/** What tells one hit from another. */
export const keyOfHit = ({ documentId, chunk }: Pick<Hit, 'documentId' | 'chunk'>): string => `${documentId}-${chunk}`

/**
 * `next` in its own order, but down to the hit that is pointed at everything stays as it was `before`. A hit that is not in `next` any more
 * goes all the same: it would lead nowhere. A document whose best passage is another one by now stays in its place with that one.
 */
export const settleResults = (before: readonly Hit[], next: readonly Hit[], pointedAt: string | null): Hit[] => {
  const last = pointedAt === null ? -1 : before.findIndex((hit) => keyOfHit(hit) === pointedAt)
  if (last < 0) return [...next]
  const byKey = new Map(next.map((hit) => [keyOfHit(hit), hit]))
  const byDocument = new Map([...next].reverse().map((hit) => [hit.documentId, hit]))
  const stay = new Set<Hit>()
  for (const hit of before.slice(0, last + 1)) {
    const now = byKey.get(keyOfHit(hit)) ?? byDocument.get(hit.documentId)
    if (now !== undefined) stay.add(now)
  }
  return [...stay, ...next.filter((hit) => !stay.has(hit))]
}

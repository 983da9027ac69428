/**
 * Owns what a check of a collection has to look at: its documents a page at a time, with what they lack as far as the database knows.
 * Refuses: looking at the files themselves.
 */
import { parseLocator } from './stored-json'
import type { CheckedDocument, Operations } from './contract'
import type { Database } from './database'

type Row = Omit<CheckedDocument, 'location' | 'locationBytes' | 'isEntry' | 'isGone'> & {
  locator: string
  isGone: number
}

export const listChecked = (
  db: Database,
  { collectionId, afterId, limit }: Operations['collections.checked']['params'],
): Operations['collections.checked']['result'] =>
  db
    .all<Row>(
      `SELECT d.id, d.path, d.locator, d.state, d.code, d.fingerprint, k.id AS contentId, k.chunk_count AS chunks, k.pending_chunks AS pending,
        k.settings_key AS settingsKey, (SELECT maker FROM content_summaries WHERE content_id = k.id) AS summaryMaker, s.location AS source, d.gone_at IS NOT NULL AS isGone
      FROM documents d LEFT JOIN contents k ON k.id = d.content_id LEFT JOIN sources s ON s.id = d.source_id
      WHERE d.collection_id = ? AND d.id > ? AND d.state IN ('indexed', 'partial') ORDER BY d.id LIMIT ?`,
      collectionId,
      afterId,
      limit,
    )
    .map(({ locator: json, isGone, ...row }) => {
      const locator = parseLocator(json)
      return {
        ...row,
        location: locator.location,
        locationBytes: locator.locationBytes ?? null,
        isEntry: locator.entries.length > 0,
        isGone: isGone === 1,
      }
    })

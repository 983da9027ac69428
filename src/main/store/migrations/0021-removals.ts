/**
 * Owns the schema of removals with proof: what was asked for is kept until it is done and proven, whatever dies meanwhile, and the proof after it.
 * Refuses: other versions, and any word of what was removed: numbers of rows that are gone say nothing.
 */
export const removals: readonly string[] = [
  // document_ids, collection_id: what is to be removed (neither: of an older version, which kept nothing of it). wiped_at: taken out of the files.
  'ALTER TABLE erasures ADD COLUMN document_ids TEXT',
  'ALTER TABLE erasures ADD COLUMN collection_id INTEGER',
  `ALTER TABLE erasures ADD COLUMN content_ids TEXT NOT NULL DEFAULT '[]'`,
  'ALTER TABLE erasures ADD COLUMN passages INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE erasures ADD COLUMN wiped_at TEXT',
  'ALTER TABLE erasures ADD COLUMN proof TEXT',
  'ALTER TABLE erasures ADD COLUMN proven_at TEXT',
]

/**
 * Owns the schema of removals that are being proven, and of reading texts anew. Refuses: other versions.
 */
export const chunking: readonly string[] = [
  // A row from the beginning of a removal with proof to its end: until then what is deleted is overwritten, whoever dies in between.
  `CREATE TABLE erasures (id INTEGER PRIMARY KEY AUTOINCREMENT, begun_at TEXT NOT NULL) STRICT`,
  // Versions of reading (versions.ts). Of a collection: what a person agreed to; texts of an older one are good until then. Of a job: what it
  // reads anew.
  `ALTER TABLE collections ADD COLUMN text_version INTEGER`,
  `ALTER TABLE jobs ADD COLUMN text_version INTEGER`,
]

/**
 * Owns the schema by which documents are browsed: each knows the kind and the language of its content, and every order in which they are
 * listed is an index that holds what they are filtered by. Refuses: other versions.
 */
export const browsing: readonly string[] = [
  'ALTER TABLE documents ADD COLUMN kind TEXT',
  'ALTER TABLE documents ADD COLUMN language TEXT',
  `UPDATE documents SET (kind, language) = (SELECT k.kind, k.language FROM contents k WHERE k.id = documents.content_id)
    WHERE content_id IS NOT NULL`,
  `CREATE TRIGGER documents_described AFTER UPDATE OF content_id ON documents WHEN OLD.content_id IS NOT NEW.content_id BEGIN
    UPDATE documents SET kind = (SELECT kind FROM contents WHERE id = NEW.content_id),
      language = (SELECT language FROM contents WHERE id = NEW.content_id) WHERE id = NEW.id;
  END`,
  `CREATE TRIGGER contents_described AFTER UPDATE OF kind, language ON contents
    WHEN OLD.kind IS NOT NEW.kind OR OLD.language IS NOT NEW.language BEGIN
    UPDATE documents SET kind = NEW.kind, language = NEW.language WHERE content_id = NEW.id;
  END`,
  'DROP INDEX documents_listing',
  'CREATE INDEX documents_listing ON documents (collection_id, path_folded, id, state, gone_at, kind, language)',
  'CREATE INDEX documents_sizes ON documents (size_bytes, id, collection_id, state, gone_at, kind, language)',
  'CREATE INDEX documents_dates ON documents (indexed_at, id, collection_id, state, gone_at, kind, language)',
  'CREATE INDEX documents_kinds ON documents (kind, id, collection_id, state, gone_at, language)',
  'CREATE INDEX documents_states ON documents (state, id, collection_id, gone_at, kind, language)',
]

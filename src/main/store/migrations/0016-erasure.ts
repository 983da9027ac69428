/**
 * Owns the sixteenth schema: what a model read of the pictures of a document goes with the document. Refuses: other versions.
 */
export const erasure: readonly string[] = [
  // The reading itself may be under way, or wait for days; it does not begin again from what was removed.
  `CREATE TRIGGER vision_pages_of_removed AFTER DELETE ON documents BEGIN
    DELETE FROM vision_pages WHERE task_id IN (SELECT id FROM tasks WHERE document_id = OLD.id);
  END`,
]

/**
 * Owns the fourteenth schema: which failures had the last word on their items is kept, so that dead letters are listed and counted from
 * an index alone. Refuses: other versions.
 */

/** A failed or refused task `t` is superseded when a later one is about its document, or that is gone, or was made good since. */
const supersededOf = (t: string): string => `
  ${t}.document_id IS NOT NULL AND (
    EXISTS (SELECT 1 FROM tasks n WHERE n.document_id = ${t}.document_id AND n.id > ${t}.id)
    OR NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = ${t}.document_id AND NOT (d.state IN ('indexed', 'partial')
      AND max(COALESCE(d.indexed_at, ''), COALESCE(d.met_at, '')) > COALESCE(${t}.ended_at, ''))))`

const DEAD = `state = 'ended' AND outcome IN ('failed', 'rejected')`

const judge = (where: string): string =>
  `UPDATE tasks SET superseded = (${supersededOf('tasks')}) WHERE ${DEAD} AND ${where}`

export const deadLetters: readonly string[] = [
  // Kept by triggers, of tasks that failed or were refused.
  `ALTER TABLE tasks ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1))`,
  `CREATE INDEX tasks_dead_document ON tasks (document_id) WHERE ${DEAD}`,
  judge('document_id IS NOT NULL'),

  // Every column that a filter, a count or a group needs: none of them reads a row of the table.
  `CREATE INDEX tasks_letters ON tasks (id, outcome, discarded_at, code, job_id, collection_id, state, stale, superseded)
    WHERE ${DEAD} AND stale = 0 AND superseded = 0`,
  `CREATE INDEX tasks_causes ON tasks (code, COALESCE(problem_phase, phase), id, outcome, discarded_at, job_id, collection_id, state, stale, superseded, problem_phase, phase)
    WHERE ${DEAD} AND stale = 0 AND superseded = 0`,

  `CREATE TRIGGER tasks_superseded_born AFTER INSERT ON tasks WHEN NEW.document_id IS NOT NULL BEGIN
    ${judge('document_id = NEW.document_id')};
  END`,
  `CREATE TRIGGER tasks_superseded_ended AFTER UPDATE OF state, outcome, document_id, ended_at ON tasks
  WHEN NEW.state = 'ended' AND NEW.outcome IN ('failed', 'rejected') BEGIN
    ${judge('id = NEW.id')};
  END`,
  `CREATE TRIGGER tasks_superseded_moved AFTER UPDATE OF document_id ON tasks WHEN OLD.document_id IS NOT NEW.document_id BEGIN
    ${judge('document_id = NEW.document_id')};
    ${judge('document_id = OLD.document_id')};
  END`,
  `CREATE TRIGGER tasks_superseded_deleted AFTER DELETE ON tasks WHEN OLD.document_id IS NOT NULL BEGIN
    ${judge('document_id = OLD.document_id')};
  END`,
  `CREATE TRIGGER documents_superseding AFTER UPDATE OF state, indexed_at, met_at ON documents BEGIN
    ${judge('document_id = NEW.id')};
  END`,
  `CREATE TRIGGER documents_superseding_gone AFTER DELETE ON documents BEGIN
    ${judge('document_id = OLD.id')};
  END`,
]

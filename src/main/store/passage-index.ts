/**
 * Owns a full-text index in memory of a few passages at a time: what in them meets an expression, told in exactly the way of the large index.
 * Looking up one passage in the large index costs 0.06 ms for each word, and reading its matches in order as much as there are; putting a passage
 * in here costs 0.05 ms, however many words are asked and however large the other is.
 * Refuses: keeping anything; what was put in is gone with the question.
 */
import { Database } from './database'

/** As `chunks_fts` has them (migrations). */
export type IndexedPassage = {
  readonly id: number
  readonly text: string
  readonly heading: string
  readonly title: string
}

const TABLE = `CREATE VIRTUAL TABLE passages USING fts5 (
  text, heading, title, tokenize = 'porter unicode61 remove_diacritics 2', columnsize = 0
)`
const ADD = `INSERT INTO passages (rowid, text, heading, title)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)`
const MEETING = 'SELECT rowid AS id FROM passages WHERE passages MATCH ?'
const MARKED = `SELECT rowid AS id, highlight(passages, 0, char(1), char(2)) AS marked FROM passages WHERE passages MATCH ?`

/** What can be asked of the passages that were put in. */
export type PassageQuestions = {
  readonly meeting: (match: string) => Set<number>
  /** Texts with their matches between U+0001 and U+0002, by id; those that do not meet the expression are left out. */
  readonly marked: (match: string) => Map<number, string>
}

export class PassageIndex {
  #opened: Database | null = null

  /** Opened at its first use: a command that does not search needs none. */
  #open(): Database {
    if (this.#opened) return this.#opened
    const opened = new Database(':memory:', 'writer')
    opened.exec(TABLE)
    this.#opened = opened
    return opened
  }

  /** Asks of these passages alone. */
  ask<T>(passages: readonly IndexedPassage[], ask: (questions: PassageQuestions) => T): T {
    const db = this.#open()
    db.exec('BEGIN')
    try {
      db.run(ADD, JSON.stringify(passages.map(({ id, text, heading, title }) => [id, text, heading, title])))
      return ask({
        meeting: (match) => new Set(db.all<{ id: number }>(MEETING, match).map(({ id }) => id)),
        marked: (match) =>
          new Map(db.all<{ id: number; marked: string }>(MARKED, match).map(({ id, marked }) => [id, marked])),
      })
    } finally {
      db.exec('ROLLBACK')
    }
  }

  close(): void {
    this.#opened?.close()
    this.#opened = null
  }
}

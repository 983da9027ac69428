/**
 * Owns documents and the problems of a job as records of a table, for whatever program opens it. Names of the columns; later versions only
 * add some. Refuses: texts and summaries.
 */
import type { DocumentRow, Problem } from '../../../shared/domain'
import { toCsvRecord } from './csv'

type Column<T> = readonly [name: string, value: (row: T) => string | number | null]

const documentColumns: readonly Column<DocumentRow>[] = [
  ['id', ({ id }) => id],
  ['path', ({ path }) => path],
  ['location', ({ location }) => location],
  ['collection', ({ collection }) => collection],
  ['state', ({ state }) => state],
  ['kind', ({ kind }) => kind],
  ['language', ({ language }) => language ?? null],
  ['title', ({ title }) => title],
  ['bytes', ({ bytes }) => bytes],
  ['chunks', ({ chunks }) => chunks],
  ['pages', ({ pages }) => pages],
  ['pendingVectors', ({ pendingVectors }) => pendingVectors],
  ['indexedAt', ({ indexedAt }) => indexedAt],
  ['code', ({ code }) => code],
  ['message', ({ message }) => message],
]

const problemColumns: readonly Column<Problem>[] = [
  ['path', ({ path }) => path],
  ['documentId', ({ documentId }) => documentId],
  ['outcome', ({ outcome }) => outcome],
  ['phase', ({ phase }) => phase],
  ['code', ({ code }) => code],
  ['message', ({ message }) => message],
  ['attempts', ({ attempts }) => attempts],
  [
    'warnings',
    ({ warnings }) => (warnings ?? []).map(({ code, message }) => `${code}: ${message}`).join(' | ') || null,
  ],
]

const headOf = <T>(columns: readonly Column<T>[]): string => toCsvRecord(columns.map(([name]) => name))
const recordOf = <T>(columns: readonly Column<T>[], row: T): string =>
  toCsvRecord(columns.map(([, value]) => value(row)))

export const documentHead = (): string => headOf(documentColumns)
export const toDocumentRecord = (document: DocumentRow): string => recordOf(documentColumns, document)

export const problemHead = (): string => headOf(problemColumns)
export const toProblemRecord = (problem: Problem): string => recordOf(problemColumns, problem)

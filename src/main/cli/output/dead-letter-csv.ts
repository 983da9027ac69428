/**
 * Owns dead letters as records of a table, for whatever program opens it. Refuses: attempts and log; JSON has those.
 */
import type { DeadLetter } from '../../../shared/dead-letters'
import { toCsvRecord } from './csv'

const COLUMNS = ['id', 'job', 'collection', 'path', 'location', 'phase', 'code', 'message', 'tries', 'at', 'remedy']

export const deadLetterHead = (): string => toCsvRecord(COLUMNS)

export const toDeadLetterRecord = (letter: DeadLetter): string =>
  toCsvRecord([
    letter.id,
    letter.job,
    letter.collection,
    letter.path,
    letter.location,
    letter.phase,
    letter.code,
    letter.message,
    letter.attempts.filter(({ counted }) => counted).length,
    letter.at,
    letter.remedy.label,
  ])

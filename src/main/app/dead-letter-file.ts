/**
 * Owns the file that dead letters are exported to: all of them, read page by page, as a table or with their attempts.
 * Refuses: asking where (the dialog is in `desktop-calls.ts`).
 */
import { deadLetterHead, toDeadLetterRecord } from '../cli/output/dead-letter-csv'
import { writeWhole } from './whole-file'
import type { FileHandle } from 'node:fs/promises'
import type { ExportFormat } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'
import type { DeadLetter, DeadLetterFilter } from '../../shared/dead-letters'

/** Their attempts come along: a page stays well below the largest message. */
const PAGE = 100

type Shape = {
  readonly head: string
  readonly toText: (letter: DeadLetter, isFirst: boolean) => string
  readonly tail: string
}

const shapes: Readonly<Record<ExportFormat, Shape>> = {
  csv: { head: deadLetterHead(), toText: toDeadLetterRecord, tail: '' },
  json: {
    head: '{\n  "deadLetters": [',
    toText: (letter, isFirst) => `${isFirst ? '' : ','}\n    ${JSON.stringify(letter)}`,
    tail: '\n  ]\n}\n',
  },
}

const writeLetters = async (call: Caller, filter: DeadLetterFilter, shape: Shape, file: FileHandle): Promise<void> => {
  await file.write(shape.head)
  for (let offset = 0; ;) {
    const { deadLetters } = await call('deadLetters.list', { ...filter, offset, limit: PAGE })
    const texts = deadLetters.map((letter, at) => shape.toText(letter, offset + at === 0))
    await file.write(texts.join(''))
    offset += deadLetters.length
    if (deadLetters.length < PAGE) break
  }
  await file.write(shape.tail)
}

/**
 * Writes the dead letters that `filter` leaves to `path`, whole or not at all.
 * @throws AppError FILE_UNWRITABLE, or what the engine said.
 */
export const exportDeadLetters = (
  call: Caller,
  filter: DeadLetterFilter,
  format: ExportFormat,
  path: string,
): Promise<void> => writeWhole(path, (file) => writeLetters(call, filter, shapes[format], file))

/**
 * Owns the file that a job report is exported to: the whole report with every problem, read page by page.
 * Refuses: asking where (the dialog is in `desktop-calls.ts`), and leaving half a file behind.
 */
import { writeWhole } from './whole-file'
import type { FileHandle } from 'node:fs/promises'
import type { Caller } from '../../shared/calls'

const PAGE = 500

const writeReport = async (call: Caller, jobId: string, file: FileHandle): Promise<void> => {
  const { report } = await call('jobs.show', { id: jobId })
  const { problems: _paged, ...rest } = report
  // The problems may be many: they are written as they come, as the last field.
  await file.write(`${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "problems": [`)
  let offset = 0
  for (;;) {
    const { problems } = await call('jobs.problems', { id: jobId, offset, limit: PAGE })
    const lines = problems.map((problem, at) => `${offset + at === 0 ? '' : ','}\n    ${JSON.stringify(problem)}`)
    await file.write(lines.join(''))
    offset += problems.length
    if (problems.length < PAGE) break
  }
  await file.write(`${offset === 0 ? '' : '\n  '}]\n}\n`)
}

/**
 * Writes the report of a job to `path`, whole or not at all.
 * @throws AppError FILE_UNWRITABLE, or what the engine said.
 */
export const exportReport = (call: Caller, jobId: string, path: string): Promise<void> =>
  writeWhole(path, (file) => writeReport(call, jobId, file))

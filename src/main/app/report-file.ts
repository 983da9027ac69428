/**
 * Owns the file that a job report is exported to: the whole report with every problem, or a table of the problems, read page by page.
 * Refuses: asking where (the dialog is in `export-calls.ts`), and leaving half a file behind.
 */
import { problemHead, toProblemRecord } from '../cli/output/document-csv'
import { writePieces } from './whole-file'
import type { ExportFormat } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'
import type { Problem } from '../../shared/domain'

const PAGE = 500

async function* readProblems(call: Caller, id: string): AsyncGenerator<readonly Problem[]> {
  for (let offset = 0; ;) {
    const { problems } = await call('jobs.problems', { id, offset, limit: PAGE })
    yield problems
    offset += problems.length
    if (problems.length < PAGE) return
  }
}

const forms: Readonly<Record<ExportFormat, (call: Caller, id: string) => AsyncGenerator<string>>> = {
  async *json(call, id) {
    const { report } = await call('jobs.show', { id })
    const { problems: _paged, ...rest } = report
    // The problems may be many: they are written as they come, as the last field.
    yield `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "problems": [`
    let written = 0
    for await (const problems of readProblems(call, id)) {
      yield problems.map((problem, at) => `${written + at === 0 ? '' : ','}\n    ${JSON.stringify(problem)}`).join('')
      written += problems.length
    }
    yield `${written === 0 ? '' : '\n  '}]\n}\n`
  },
  async *csv(call, id) {
    yield problemHead()
    for await (const problems of readProblems(call, id)) yield problems.map(toProblemRecord).join('')
  },
}

/**
 * Writes the report of a job to `path`, whole or not at all.
 * @throws AppError CANCELLED, FILE_UNWRITABLE, or what the engine said.
 */
export const exportReport = (
  call: Caller,
  jobId: string,
  path: string,
  format: ExportFormat = 'json',
  signal?: AbortSignal,
): Promise<void> => writePieces(path, forms[format](call, jobId), signal)

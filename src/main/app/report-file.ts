/**
 * Owns the file that a job report is exported to: the whole report with every problem, read page by page.
 * Refuses: asking where (the dialog is in `desktop-calls.ts`), and leaving half a file behind.
 */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
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
export const exportReport = async (call: Caller, jobId: string, path: string): Promise<void> => {
  const scratch = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    const file = await open(scratch, 'wx', 0o600)
    try {
      await writeReport(call, jobId, file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(scratch, path)
  } catch (thrown) {
    await rm(scratch, { force: true })
    if (thrown instanceof AppError) throw thrown
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('FILE_UNWRITABLE', { path, reason }, { cause: thrown })
  }
}

/**
 * Owns the calls of the window that write a file for a person: they ask where in the system's dialog, can be stopped, and leave nothing half done.
 * Refuses: places from the page, and what is in the files.
 */
import { basename } from 'node:path'
import { app, dialog } from 'electron'
import { AppError } from '../../shared/errors'
import { exportDeadLetters } from './dead-letter-file'
import { exportDocuments } from './document-file'
import { exportReceipts } from './receipt-file'
import { exportReport } from './report-file'
import { writeWhole } from './whole-file'
import type { BrowserWindow } from 'electron'
import type { AppCallHandlers } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'
import type { TextKey } from '../../shared/translate'
import type { Speech } from './speech'

type Options = { readonly call: Caller; readonly requireWindow: () => BrowserWindow; readonly speech: Speech }

/** Where sheets of paper are those of the United States. */
const LETTER_COUNTRIES = ['US', 'CA', 'MX', 'PH', 'CL', 'CO', 'VE']

/** What any file system takes. */
export const toFileName = (words: string): string => words.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80)

/** Asks where; `null`: nowhere. */
const askWhere = async (
  { requireWindow, speech }: Options,
  title: TextKey,
  name: string,
  extension: string,
): Promise<string | null> => {
  const { canceled, filePath } = await dialog.showSaveDialog(requireWindow(), {
    title: speech.t(title),
    defaultPath: `sluice-${toFileName(name)}.${extension}`,
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  })
  return canceled || !filePath ? null : filePath
}

type ExportNames =
  'documents.export' | 'report.export' | 'receipts.export' | 'deadLetters.export' | 'view.print' | 'export.stop'

export const makeExportCalls = (options: Options): Pick<AppCallHandlers, ExportNames> => {
  const { call, requireWindow } = options
  const running = new Map<string, AbortController>()
  /** Lets `write` fill the file, until it is stopped by its name. */
  const write = async (
    run: string | undefined,
    path: string | null,
    work: (path: string, signal: AbortSignal) => Promise<void>,
  ): Promise<{ file: string | null }> => {
    if (path === null) return { file: null }
    const control = new AbortController()
    if (run !== undefined) running.set(run, control)
    try {
      await work(path, control.signal)
      return { file: path }
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'CANCELLED') return { file: null }
      throw thrown
    } finally {
      if (run !== undefined) running.delete(run)
    }
  }
  return {
    'documents.export': async ({ run, format, ...asked }) =>
      write(run, await askWhere(options, 'files.documentsTitle', 'documents', format), (path, signal) =>
        exportDocuments(call, asked, format, path, signal),
      ),
    'report.export': async ({ run, jobId, format }) => {
      const { report } = await call('jobs.show', { id: jobId })
      const name = `${toFileName(basename(report.job.label))}-report`
      return write(run, await askWhere(options, 'files.reportTitle', name, format), (path, signal) =>
        exportReport(call, jobId, path, format, signal),
      )
    },
    'receipts.export': async ({ run, of, id, format }) => {
      const label =
        of === 'job'
          ? (await call('jobs.show', { id })).report.job.label
          : (await call('documents.show', { id })).path.split('!/').join('/')
      const name = `${toFileName(basename(label))}-receipt`
      return write(run, await askWhere(options, 'files.receiptTitle', name, format), (path, signal) =>
        exportReceipts(call, of, id, format, path, signal),
      )
    },
    'deadLetters.export': async ({ format, ...filter }) =>
      write(undefined, await askWhere(options, 'files.failedTitle', 'failed', format), (path) =>
        exportDeadLetters(call, filter, format, path),
      ),
    'view.print': async ({ name }) =>
      write(undefined, await askWhere(options, 'files.printTitle', name, 'pdf'), async (path) => {
        const pageSize = LETTER_COUNTRIES.includes(app.getLocaleCountryCode()) ? 'Letter' : 'A4'
        const pdf = await requireWindow().webContents.printToPDF({ printBackground: true, pageSize })
        await writeWhole(path, async (file) => {
          await file.write(pdf)
        })
      }),
    'export.stop': async ({ run }) => {
      running.get(run)?.abort()
      return {}
    },
  }
}

/**
 * Owns saving the report file: asks where, gathers the versions and the end of the log, writes it. Refuses: deciding what of it is told
 * (problem-report.ts), and sending it anywhere.
 */
import { open } from 'node:fs/promises'
import { homedir, release, type as systemName } from 'node:os'
import { app, dialog } from 'electron'
import { renderProblemReport } from './problem-report'
import { writeWhole } from './whole-file'
import type { BrowserWindow } from 'electron'
import type { Translate } from '../../shared/translate'

export type ProblemPlaces = { readonly logFile: string; readonly dataDir: string }

/** As much of the log as is worth reading. */
const MAX_LOG_BYTES = 256 * 1024

/** The last lines of the log; none when there is no log. */
const readLogEnd = async (path: string): Promise<string[]> => {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const length = Math.min(size, MAX_LOG_BYTES)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
      return buffer.subarray(0, bytesRead).toString('utf8').split('\n').filter(Boolean)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    // A report without its log says more than none.
    return [JSON.stringify({ event: 'log.unreadable', message: String(thrown) })]
  }
}

/** Program, runtime and system. */
export const listVersions = (): Readonly<Record<string, string>> => ({
  Sluice: `${app.getVersion()}${app.isPackaged ? '' : ' (not packaged)'}`,
  Electron: process.versions.electron ?? '',
  Chromium: process.versions.chrome ?? '',
  Node: process.versions.node,
  System: `${systemName()} ${release()} ${process.arch}`,
})

/** Asks for a place and writes the report there; `null` when the person does not want it. @throws AppError FILE_UNWRITABLE */
export const saveProblemReport = async (
  window: BrowserWindow,
  what: string,
  { logFile, dataDir }: ProblemPlaces,
  t: Translate,
): Promise<string | null> => {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: t('files.problemTitle'),
    defaultPath: 'sluice-report.txt',
    filters: [{ name: t('files.text'), extensions: ['txt'] }],
  })
  if (canceled || !filePath) return null
  const text = renderProblemReport({
    at: new Date(),
    what,
    versions: listVersions(),
    logLines: await readLogEnd(logFile),
    folders: { 'data folder': dataDir, home: homedir() },
  })
  await writeWhole(filePath, async (file) => {
    await file.writeFile(text)
  })
  return filePath
}

/**
 * Owns the calls that only the window has: dialogs, originals, appearance, the state of the start.
 * Refuses: paths from the page. Documents and jobs are named by id and looked up here.
 */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { app, dialog, nativeTheme, shell } from 'electron'
import { AppError } from '../../shared/errors'
import { describeOriginal } from './original'
import { exportReport } from './report-file'
import type { BrowserWindow, OpenDialogOptions } from 'electron'
import type { AppCallHandlers, PickKind, ThemeChoice } from '../../shared/app-calls'
import type { DocumentRow } from '../../shared/domain'
import type { EngineLink } from './engine-link'

export type DesktopCallOptions = {
  readonly link: EngineLink
  readonly dataDir: string
  readonly window: () => BrowserWindow | null
  readonly quit: () => void
  /** Keeps the choice for the next start. */
  readonly rememberTheme: (choice: ThemeChoice) => Promise<void>
}

const pickOptions: Readonly<Record<PickKind, OpenDialogOptions>> = {
  files: {
    title: 'Add files or archives',
    buttonLabel: 'Add',
    properties: ['openFile', 'multiSelections', 'dontAddToRecent'],
  },
  folders: {
    title: 'Add folders',
    buttonLabel: 'Add',
    properties: ['openDirectory', 'multiSelections', 'dontAddToRecent'],
  },
}

const themeState = (): { choice: ThemeChoice; dark: boolean } => ({
  choice: nativeTheme.themeSource,
  dark: nativeTheme.shouldUseDarkColors,
})

const requireOriginal = async (document: DocumentRow): Promise<void> => {
  try {
    await access(document.location)
  } catch (cause) {
    throw new AppError('ORIGINAL_MISSING', { path: document.location }, { cause })
  }
}

/** The handlers of the app's own calls. */
export const makeDesktopCalls = (options: DesktopCallOptions): AppCallHandlers => {
  const { link } = options
  const requireWindow = (): BrowserWindow => {
    const window = options.window()
    if (window === null) throw new AppError('SHUTTING_DOWN')
    return window
  }
  return {
    'app.status': async () => ({ ...link.state(), version: app.getVersion(), dataDir: options.dataDir }),
    'app.restart': async () => {
      await link.start()
      return {}
    },
    'app.quit': async () => {
      options.quit()
      return {}
    },
    'dialog.pick': async ({ kind }) => {
      const { filePaths } = await dialog.showOpenDialog(requireWindow(), pickOptions[kind])
      return { paths: filePaths }
    },
    'documents.open': async ({ id }) => {
      const document = await link.call('documents.show', { id })
      await requireOriginal(document)
      const original = describeOriginal(document)
      if (original.shown === 'document') {
        const reason = await shell.openPath(document.location)
        if (reason !== '') throw new AppError('ORIGINAL_UNOPENED', { path: document.location, reason })
      } else {
        shell.showItemInFolder(document.location)
      }
      return { ...original }
    },
    'documents.reveal': async ({ id }) => {
      const document = await link.call('documents.show', { id })
      await requireOriginal(document)
      shell.showItemInFolder(document.location)
      return { shown: describeOriginal(document).shown === 'archive' ? 'archive' : 'folder' }
    },
    'report.export': async ({ jobId }) => {
      const { report } = await link.call('jobs.show', { id: jobId })
      const { canceled, filePath } = await dialog.showSaveDialog(requireWindow(), {
        title: 'Export the job report',
        defaultPath: `sluice-${basename(report.job.label).replace(/[^\p{L}\p{N}._-]+/gu, '-')}-report.json`,
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      if (canceled || !filePath) return { file: null }
      await exportReport(link.call, jobId, filePath)
      return { file: filePath }
    },
    'theme.get': async () => themeState(),
    'theme.set': async ({ choice }) => {
      nativeTheme.themeSource = choice
      await options.rememberTheme(choice)
      return themeState()
    },
  }
}

/**
 * Owns the calls that only the window has: dialogs, originals, appearance, the state of the start.
 * Refuses: paths from the page. Documents and jobs are named by id and looked up here.
 */
import { existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { app, clipboard, dialog, nativeTheme, shell } from 'electron'
import { UPGRADE_SIGN } from '../../shared/backups'
import { AppError, told } from '../../shared/errors'
import { writeCollectionFile } from '../../shared/collection-settings'
import { readSettingsExport, writeSettingsExport } from '../../shared/settings-exchange'
import { readTextFile } from '../settings/exchange-files'
import { listBackups } from '../store/backups'
import { readCollectionFileAt } from './collection-file'
import { makeExportCalls, toFileName } from './export-calls'
import { readFileUri } from './file-uri'
import { makeFolderCalls } from './folder-move'
import { sortThere, type OpenedPaths } from './opened-paths'
import { describeOriginal } from './original'
import { readPdfResource } from './pdf-resources'
import { saveProblemReport } from './problem-file'
import { makeRemovalCalls } from './removal-calls'
import { prepareSamples } from './samples'
import { writeWhole } from './whole-file'
import type { BrowserWindow, OpenDialogOptions } from 'electron'
import type { AppCallHandlers, PickKind, WantedPlace } from '../../shared/app-calls'
import type { ThemeChoice } from '../../shared/desktop-choices'
import type { DocumentRow } from '../../shared/domain'
import type { LanguageChoice } from '../../shared/languages'
import type { TextKey } from '../../shared/translate'
import type { Log } from '../../shared/log'
import type { DelayedRemovals } from './delayed-removals'
import type { EngineLink } from './engine-link'
import type { Notes } from './notes'
import type { Shortcut } from './shortcut'
import type { Speech } from './speech'
import type { Updates } from './updates'

export type DesktopCallOptions = {
  readonly link: EngineLink
  readonly dataDir: string
  /** The data folder that an organization has set; `null`: it is free. */
  readonly managedDir: string | null
  /** Ends the app; another one takes its place. */
  readonly startAnew: () => void
  /** What this app was started with, as the data folder. */
  readonly askedDir: string | undefined
  /** Ends the app; another start removes what is left of the data folder. */
  readonly endRemoved: () => void
  /** Where the sample documents came to with the program. */
  readonly samplesDir: string
  readonly window: () => BrowserWindow | null
  readonly quit: () => void
  /** Keeps the choice for the next start. */
  readonly speech: Speech
  /** Keeps the choice, and loads the page anew where it means another language. */
  readonly chooseLanguage: (choice: LanguageChoice) => Promise<void>
  /** The page is painted. */
  readonly onShown: () => void
  readonly rememberTheme: (choice: ThemeChoice) => Promise<void>
  readonly shortcut: Shortcut
  readonly rememberShortcut: (accelerator: string | null) => Promise<void>
  readonly logFile: string
  readonly log: Log
  /** Where the person wants to be; `null` when that was told already. */
  readonly takePlace: () => WantedPlace | null
  readonly opened: OpenedPaths
  readonly notes: Notes
  readonly removals: DelayedRemovals
  readonly updates: { readonly calls: Updates['calls'] }
}

type Pick = { readonly title: TextKey; readonly button: TextKey; readonly properties: OpenDialogOptions['properties'] }

const picks: Readonly<Record<PickKind, Pick>> = {
  files: {
    title: 'intake.pickFiles',
    button: 'intake.pickAdd',
    properties: ['openFile', 'multiSelections', 'dontAddToRecent'],
  },
  folders: {
    title: 'intake.pickFolders',
    button: 'intake.pickAdd',
    properties: ['openDirectory', 'multiSelections', 'dontAddToRecent'],
  },
  model: {
    title: 'intake.pickModel',
    button: 'intake.pickChoose',
    properties: ['openDirectory', 'dontAddToRecent'],
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
    'app.shown': async () => {
      options.onShown()
      return {}
    },
    'app.status': async () => {
      const state = link.state()
      const upgrading = state.state === 'starting' && existsSync(join(options.dataDir, UPGRADE_SIGN))
      return { ...state, version: app.getVersion(), dataDir: options.dataDir, upgrading }
    },
    'app.restart': async () => {
      await link.start()
      return {}
    },
    'app.quit': async () => {
      options.quit()
      return {}
    },
    'backups.list': async () => ({ backups: listBackups(options.dataDir) }),
    'backups.restore': async ({ id }) => {
      // An engine of this process holds the lock, and the lock of its own process keeps nobody out.
      if (link.state().state !== 'failed') throw new AppError('DATA_DIR_IN_USE', { path: options.dataDir })
      // With it comes SQLite, which the start has no use for.
      const { restoreBackup } = await import('../store/restoring')
      const { replaced, schema, vectorsMissing, unpruned } = restoreBackup(options.dataDir, id)
      options.log.info('backup-restored', { backup: id, replaced, schema, vectorsMissing })
      if (unpruned !== null) options.log.warn('backups-not-pruned', { error: unpruned })
      return { vectorsMissing, unpruned: unpruned === null ? null : told(unpruned.code, unpruned.details) }
    },
    'dialog.pick': async ({ kind }) => {
      const { title, button, properties } = picks[kind]
      const words = { title: options.speech.t(title), buttonLabel: options.speech.t(button) }
      const { filePaths } = await dialog.showOpenDialog(requireWindow(), { ...words, properties })
      return { paths: filePaths }
    },
    'collections.openFile': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(requireWindow(), {
        title: options.speech.t('intake.importCollection'),
        buttonLabel: options.speech.t('intake.pickImport'),
        properties: ['openFile', 'dontAddToRecent'],
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      const [path] = filePaths
      return { file: canceled || path === undefined ? null : await readCollectionFileAt(path) }
    },
    'collections.saveFile': async ({ name }) => {
      const collection = await link.call('collections.show', { name })
      const { canceled, filePath } = await dialog.showSaveDialog(requireWindow(), {
        title: options.speech.t('intake.exportCollection'),
        defaultPath: `sluice-${toFileName(name)}.json`,
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      if (canceled || !filePath) return { file: null }
      await writeWhole(filePath, async (file) => {
        await file.write(writeCollectionFile(collection))
      })
      return { file: filePath }
    },
    ...makeFolderCalls({ ...options, window: requireWindow }),
    ...makeRemovalCalls({ ...options, window: requireWindow }),
    ...options.updates.calls,
    'settings.openFile': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(requireWindow(), {
        title: options.speech.t('settings.importTitle'),
        buttonLabel: options.speech.t('settings.importButton'),
        properties: ['openFile', 'dontAddToRecent'],
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      const [path] = filePaths
      if (canceled || path === undefined) return { file: null }
      const name = basename(path)
      return { file: { name, settings: readSettingsExport(await readTextFile(path), name).settings } }
    },
    'settings.saveFile': async () => {
      const content = await link.call('settings.export', {})
      const { canceled, filePath } = await dialog.showSaveDialog(requireWindow(), {
        title: options.speech.t('settings.exportTitle'),
        defaultPath: 'sluice-settings.json',
        filters: [{ name: 'JSON', extensions: ['json'] }],
      })
      if (canceled || !filePath) return { file: null }
      await writeWhole(filePath, async (file) => {
        await file.write(writeSettingsExport(content))
      })
      return { file: filePath }
    },
    'samples.prepare': async () => ({ path: await prepareSamples(options.samplesDir, options.dataDir) }),
    'documents.open': async ({ id }) => {
      const document = await link.call('documents.show', { id })
      await requireOriginal(document)
      const original = describeOriginal(document, options.speech.t)
      if (original.shown === 'document' || original.shown === 'copy') {
        const path = original.shown === 'copy' ? (await link.call('documents.copy', { id })).path : document.location
        const reason = await shell.openPath(path)
        if (reason !== '') throw new AppError('ORIGINAL_UNOPENED', { path, reason })
      } else {
        shell.showItemInFolder(document.location)
      }
      return { ...original }
    },
    'documents.reveal': async ({ id }) => {
      const document = await link.call('documents.show', { id })
      await requireOriginal(document)
      shell.showItemInFolder(document.location)
      return { shown: document.path.includes('!/') ? 'archive' : 'folder' }
    },
    ...makeExportCalls({ call: link.call, requireWindow, speech: options.speech }),
    'place.take': async () => ({ place: options.takePlace() }),
    'intake.take': async () => options.opened.take(),
    'intake.addresses': async ({ addresses }) => {
      const found = addresses.map((address) => readFileUri(address)).filter((path) => path !== null)
      const { paths, missing } = await sortThere(found)
      return { paths, missing, others: addresses.length - found.length }
    },
    'removals.add': async (removal) => {
      await options.removals.add(removal)
      return {}
    },
    'removals.undo': async ({ id }) => ({ undone: await options.removals.undo(id) }),
    'removals.list': async () => ({ removals: options.removals.list() }),
    'notes.add': async ({ bytes, ...piece }) => ({
      path: await options.notes.add({ ...piece, bytes: Buffer.from(bytes, 'base64') }),
    }),
    'problem.tell': async (problem) => {
      options.log.error('window.problem', problem)
      return {}
    },
    'problem.export': async ({ what }) => ({
      file: await saveProblemReport(requireWindow(), what, options, options.speech.t),
    }),
    'clipboard.write': async ({ text }) => {
      // A promise in newer versions.
      await clipboard.writeText(text)
      return {}
    },
    'pdf.resource': async ({ folder, name }) => ({ bytes: await readPdfResource(folder, name) }),
    'shortcut.get': async () => options.shortcut.state(),
    'shortcut.set': async ({ accelerator }) => {
      options.shortcut.use(accelerator)
      await options.rememberShortcut(accelerator)
      return options.shortcut.state()
    },
    'language.get': async () => options.speech.state(),
    'language.set': async ({ choice }) => {
      await options.chooseLanguage(choice)
      return options.speech.state()
    },
    'theme.get': async () => themeState(),
    'theme.set': async ({ choice }) => {
      nativeTheme.themeSource = choice
      await options.rememberTheme(choice)
      return themeState()
    },
  }
}

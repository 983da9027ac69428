/**
 * Owns moving the data folder from the window: choosing where to, copying ahead while everything goes on, then the move itself with the engine
 * closed, and the new start. Refuses: paths from the page; and moving while another process owns the folder.
 */
import { dialog, type BrowserWindow } from 'electron'
import { AppError, toAppError } from '../../shared/errors'
import { sayIn } from '../../shared/speak'
import { checkTarget, type MoveTarget } from '../relocation/target'
import { readOrigin } from '../store/whereabouts'
import type { AppCallHandlers } from '../../shared/app-calls'
import type { Log } from '../../shared/log'
import type * as move from '../relocation/move'
import type { DelayedRemovals } from './delayed-removals'
import type { EngineLink } from './engine-link'
import type { Notes } from './notes'
import type { Speech } from './speech'

export type FolderMoveOptions = {
  readonly dataDir: string
  /** The one that an organization has set; `null`: it is free. */
  readonly managedDir: string | null
  readonly link: EngineLink
  readonly window: () => BrowserWindow
  readonly speech: Speech
  readonly log: Log
  /** Removals that wait need the engine. */
  readonly removals: Pick<DelayedRemovals, 'close'>
  /** One that is written while the folder is moved would stay behind. */
  readonly notes: Pick<Notes, 'holdBack'>
  /** Ends the app; another one takes its place. */
  readonly startAnew: () => void
}

type FolderCalls = Pick<
  AppCallHandlers,
  'dataFolder.state' | 'dataFolder.choose' | 'dataFolder.move' | 'dataFolder.cancel' | 'dataFolder.removeOld'
>

/** With it comes SQLite, which the start has no use for. */
const loadMove = (): Promise<typeof move> => import('../relocation/move')

export const makeFolderCalls = (options: FolderMoveOptions): FolderCalls => {
  const { dataDir, managedDir, link, log, speech } = options
  let target: MoveTarget | null = null
  let progress: move.MoveProgress | null = null
  let stop: AbortController | null = null

  const requireFree = (path: string): void => {
    if (managedDir !== null) throw new AppError('DATA_DIR_MANAGED', { managed: managedDir, path })
    if (link.state().role !== 'owner') throw new AppError('MOVE_IN_USE', { path: dataDir })
  }

  /** The engine is closed: whatever comes of it, the app starts anew, in the new folder or the old one. */
  const finish = async (to: string, signal: AbortSignal): Promise<void> => {
    // As whenever the app goes: what waits to be removed is removed now.
    await options.removals.close()
    await link.close()
    try {
      const { moveDataFolder } = await loadMove()
      await moveDataFolder({ dataDir, to, signal, log, onProgress: (now) => (progress = now) })
    } catch (thrown) {
      const error = toAppError(thrown)
      log.warn('data-folder-not-moved', { to, error })
      if (error.code !== 'CANCELLED') {
        const { message } = sayIn(error, speech.state().language)
        await dialog.showMessageBox(options.window(), { type: 'warning', message })
      }
    }
    options.startAnew()
  }

  return {
    'dataFolder.state': () => {
      const origin = readOrigin(dataDir)
      return Promise.resolve({
        dataDir,
        isManaged: managedDir !== null,
        old: origin?.opened === true ? origin.from : null,
        move: progress,
      })
    },
    'dataFolder.choose': async () => {
      requireFree(dataDir)
      const { canceled, filePaths } = await dialog.showOpenDialog(options.window(), {
        title: speech.t('settings.folderChoose'),
        buttonLabel: speech.t('settings.folderChooseButton'),
        properties: ['openDirectory', 'createDirectory', 'dontAddToRecent'],
      })
      const [path] = filePaths
      target = canceled || path === undefined ? null : checkTarget(dataDir, path)
      if (target === null) return { target: null }
      const { to, bytes, freeBytes, isNetwork } = target
      return { target: { to, bytes, freeBytes, isNetwork } }
    },
    'dataFolder.move': async () => {
      if (target === null) throw new AppError('USAGE', { reason: 'No folder was chosen.' })
      if (stop !== null) throw new AppError('MOVE_IN_USE', { path: dataDir })
      const { to } = target
      requireFree(to)
      stop = new AbortController()
      const { signal } = stop
      // From the beginning: what becomes of a note that is kept meanwhile is decided after it, and then there may be no engine to take it.
      const letGo = await options.notes.holdBack()
      try {
        const { copyAhead } = await loadMove()
        await copyAhead({ dataDir, to, signal, log, onProgress: (now) => (progress = now) })
        await finish(to, signal)
      } finally {
        letGo()
        stop = null
        progress = null
      }
      return {}
    },
    'dataFolder.cancel': () => {
      stop?.abort()
      return Promise.resolve({})
    },
    'dataFolder.removeOld': async () => {
      try {
        const { removeOldFolder } = await loadMove()
        removeOldFolder(dataDir)
      } catch (thrown) {
        const error = toAppError(thrown)
        if (error.code !== 'INTERNAL_BUG') throw error
        throw new AppError('MOVE_FAILED', { path: dataDir, reason: error.message }, { cause: thrown })
      }
      return {}
    },
  }
}

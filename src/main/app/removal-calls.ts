/**
 * Owns removing everything that Sluice keeps from the window: what it is, the word that a person types, then the engine closed, all of it removed but
 * what this app itself still runs in, and another start that removes that and ends at once. Refuses: any other word; and folders that others work in.
 */
import { app, dialog, type BrowserWindow } from 'electron'
import type { AppCallHandlers } from '../../shared/app-calls'
import { AppError, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { REMOVAL_WORD, type KeptPart } from '../../shared/removal'
import { sayIn } from '../../shared/speak'
import type * as removal from '../cli/removal'
import type { DelayedRemovals } from './delayed-removals'
import type { EngineLink } from './engine-link'
import { setLaunchAtLogin } from './login-item'
import type { Speech } from './speech'

/** The page's profile is written to until the app is gone. */
const OF_THE_APP: readonly KeptPart[] = ['window', 'logs']

export type RemovalCallOptions = {
  readonly dataDir: string
  /** What this app was started with, as the data folder. */
  readonly askedDir: string | undefined
  readonly link: EngineLink
  readonly window: () => BrowserWindow
  readonly speech: Speech
  readonly log: Log
  readonly removals: Pick<DelayedRemovals, 'close'>
  /** Ends the app; another start removes what is left. */
  readonly endRemoved: () => void
  readonly quit: () => void
}

/** With it comes SQLite, which the start has no use for. */
const load = (): Promise<typeof removal> => import('../cli/removal')

export const makeRemovalCalls = (
  options: RemovalCallOptions,
): Pick<AppCallHandlers, 'removal.survey' | 'removal.run'> => {
  const { dataDir, askedDir, link, log, speech } = options
  let isRunning = false

  const run = async ({ removeEverything, removePlaces, placesThatLead }: typeof removal): Promise<void> => {
    const asked = { dataDir, mayLead: placesThatLead(askedDir, process.cwd()) }
    // First: a service that waits would take the folder over.
    const left = await removePlaces(asked)
    if (left.length > 0) throw new AppError('REMOVE_FAILED', { path: left[0]?.name, reason: left[0]?.reason })
    if (process.platform !== 'linux') await setLaunchAtLogin(false, [])
    if (app.isPackaged) app.removeAsDefaultProtocolClient('sluice')
    await options.removals.close()
    await link.close()
    try {
      await removeEverything({ ...asked, except: OF_THE_APP })
      options.endRemoved()
    } catch (thrown) {
      const error = toAppError(thrown)
      log.warn('not-removed', { error })
      const { message } = sayIn(error, speech.state().language)
      await dialog.showMessageBox(options.window(), { type: 'warning', message })
      // The engine is closed: there is nothing to go back to.
      options.quit()
    }
  }

  return {
    'removal.survey': async () => {
      const { surveyEverything, placesThatLead } = await load()
      const survey = await surveyEverything({ dataDir, mayLead: placesThatLead(askedDir, process.cwd()) })
      const sums = new Map<KeptPart, number>()
      for (const { part, bytes } of survey.folders.flatMap(({ parts }) => parts))
        sums.set(part, (sums.get(part) ?? 0) + bytes)
      return {
        bytes: survey.bytes,
        folders: survey.folders.map(({ path }) => path),
        parts: [...sums].map(([part, bytes]) => ({ part, bytes })),
        places: [...survey.places],
        foreign: survey.folders.flatMap(({ foreign }) => foreign),
      }
    },
    'removal.run': async ({ word }) => {
      if (word !== REMOVAL_WORD) throw new AppError('USAGE', { reason: `The word is ${REMOVAL_WORD}.` })
      if (isRunning || link.state().role !== 'owner') throw new AppError('REMOVE_IN_USE', { path: dataDir })
      isRunning = true
      try {
        await run(await load())
      } finally {
        isRunning = false
      }
      return {}
    },
  }
}

/**
 * Owns what starts ask for, this one and later ones, and the system's own ways to open files and links: places go one way, paths the other.
 * Refuses: showing and adding; who is told does.
 */
import { app } from 'electron'
import { AppError } from '../../shared/errors'
import { takeHanded } from './handed-request'
import { findPlaceLink, MAX_LINK, readPlaceLink } from './place-link'
import type { WantedPlace } from '../../shared/app-calls'
import type { Log } from '../../shared/log'
import type { OpenedPaths } from './opened-paths'
import type { StartRequest } from './start-words'

export type StartsParts = {
  /** What this start asks for. */
  readonly request: StartRequest
  /** Where a long request is handed over. */
  readonly windowFolder: string
  readonly opened: OpenedPaths
  readonly goTo: (place: WantedPlace | null) => void
  readonly showWindow: () => void
  readonly log: Log
}

/** Answers this start, and every later one from now on; also before the app is ready. Returns how to open paths as they do. */
export const serveStarts = (parts: StartsParts): ((paths: StartRequest['paths']) => void) => {
  const { opened, goTo, showWindow, log } = parts
  const fail = (error: unknown): void => {
    log.error('opened.failed', { error })
    opened.fail(error)
  }
  const open = (paths: StartRequest['paths']): void => {
    opened.add(paths).catch(fail)
  }
  const answer = (request: StartRequest): void => {
    takeHanded(parts.windowFolder, request).then(({ links, paths }) => {
      // One that is too long is told, and keeps nothing else from being opened.
      const long = links.find((link) => link.length > MAX_LINK)
      if (long !== undefined)
        fail(new AppError('MESSAGE_TOO_LARGE', { what: 'link', actual: long.length, limit: MAX_LINK }))
      const short = links.filter((link) => link.length <= MAX_LINK)
      if (short.length > 0) goTo(findPlaceLink(short))
      open(paths)
    }, fail)
  }
  answer(parts.request)
  app.on('second-instance', (_event, _words, _folder, message) => {
    showWindow()
    import('./start-message').then(({ parseStartMessage }) => answer(parseStartMessage(message)), fail)
  })
  // Told by the one system that has it.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    showWindow()
    open([{ path }])
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    goTo(readPlaceLink(link))
  })
  return open
}

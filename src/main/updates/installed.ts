/**
 * Owns what follows an installation: whether the new version starts, and which versions are left out because they did not.
 * Refuses: installing, and asking a person; it is told what happens, and says what is to be done. Light: the start of every window asks it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../shared/log'
import { stateFileOf } from './places'
import type { Install, State } from './state'

/** Starts of a new version that may fail before going back is offered. */
export const FAILED_STARTS = 2

export type InstallBegin = {
  readonly from: string
  readonly to: string
  readonly packageFile: string
  /** The package of `from`; `null` when it could not be had: going back is done by hand then. */
  readonly previousFile: string | null
}

/** What is to be done at a start. */
export type StartVerdict =
  /** Nothing was installed lately. */
  | { readonly kind: 'plain' }
  /** One of the first starts of a new version: how it ends is to be noted. */
  | { readonly kind: 'watched' }
  /** It has failed to start too often: a person is asked. */
  | { readonly kind: 'offer'; readonly install: Install }
  /** The version before, which somebody went back to by an installer: the data are to follow. */
  | { readonly kind: 'returned'; readonly install: Install }

type Teller = Pick<Log, 'warn' | 'info'>

const broken = (log: Teller | undefined) => (error: unknown) => log?.warn('update.state.unreadable', { error })

/** Reads, changes and writes the state; `change` gives `null` when there is nothing to write. Told, never thrown: a start goes on without it. */
const change = async (
  folder: string,
  log: Teller | undefined,
  made: (install: Install, state: State) => State | null,
): Promise<void> => {
  if (!existsSync(stateFileOf(folder))) return
  const { readState, writeState } = await import('./state')
  const state = readState(folder, broken(log))
  if (state.install === null) return
  const next = made(state.install, state)
  if (next === null) return
  try {
    writeState(folder, next)
  } catch (error) {
    log?.warn('update.state.unwritable', { error })
  }
}

/** A start that nobody ended is one that failed. */
const countFailed = ({ failedStarts, starting }: Install): number => failedStarts + (starting ? 1 : 0)

const withInstall = (state: State, changed: Partial<Install>): State => ({
  ...state,
  install: state.install === null ? null : { ...state.install, ...changed },
})

/**
 * Notes that a version is about to be installed over another one. To be called before it is. Returns what was noted before it, for `dropInstall`.
 * @throws what the file system throws: without the note nobody would know the way back
 */
export const beginInstall = async (folder: string, begin: InstallBegin, log?: Teller): Promise<Install | null> => {
  const [{ readState, writeState }, { peekVersion }] = await Promise.all([
    import('./state'),
    import('../store/schema-version'),
  ])
  const { skipped, install: before } = readState(folder, broken(log))
  writeState(folder, {
    format: 1,
    skipped,
    install: {
      from: begin.from,
      to: begin.to,
      packageFile: begin.packageFile,
      previousFile: begin.previousFile,
      dataVersion: peekVersion(join(folder, 'sluice.db')),
      begunAt: new Date().toISOString(),
      failedStarts: 0,
      starting: false,
      started: false,
      returning: false,
    },
  })
  return before
}

/** The installation did not happen. What was noted before it stands again: the package of the version that runs is the way back from the next one. */
export const dropInstall = (folder: string, before: Install | null, log?: Teller): Promise<void> =>
  change(folder, log, (_install, state) => ({ ...state, install: before }))

/**
 * Notes the start of a version, and says what is to be done. To be called before anything else is loaded, by the one instance of a data folder.
 * Costs one look at the disk where nothing was ever installed from inside.
 */
export const noteStart = async (folder: string, version: string, log?: Teller): Promise<StartVerdict> => {
  let verdict: StartVerdict = { kind: 'plain' }
  await change(folder, log, (install, state) => {
    if (install.to !== version) {
      // Somebody went back by hand from one that did not start; or the installation never came to its end; or a third version is there.
      const isBack = install.from === version && countFailed(install) >= FAILED_STARTS
      log?.info('update.left', { from: install.to, to: version, skipped: isBack })
      if (isBack && install.returning) verdict = { kind: 'returned', install }
      return { ...state, install: null, skipped: isBack ? [...state.skipped, install.to] : state.skipped }
    }
    if (install.started) return null
    const failedStarts = countFailed(install)
    if (failedStarts >= FAILED_STARTS) {
      verdict = { kind: 'offer', install: { ...install, failedStarts } }
      // An installer that somebody has cancelled leads back to the question, and to another answer.
      return withInstall(state, { failedStarts, starting: false, returning: false })
    }
    verdict = { kind: 'watched' }
    return withInstall(state, { failedStarts, starting: true })
  })
  return verdict
}

/** Another try of a version that has failed too often. */
export const noteAgain = (folder: string, log?: Teller): Promise<void> =>
  change(folder, log, (_install, state) => withInstall(state, { starting: true }))

/**
 * Somebody goes back by an installer that takes over when this process is gone. The rest of the note stays: only the version before can tell that it is
 * there; until then this one asks again. `false`: nothing was handed over after all.
 */
export const noteReturning = (folder: string, returning: boolean, log?: Teller): Promise<void> =>
  change(folder, log, (_install, state) => withInstall(state, { returning }))

/** The window shows itself, and the engine answers: the version is good. */
export const noteStarted = (folder: string, log?: Teller): Promise<void> =>
  change(folder, log, (install, state) =>
    install.started ? null : withInstall(state, { started: true, starting: false, failedStarts: 0 }),
  )

/** A person, or the end of the session, has ended the start before it was through: that says nothing about the version. */
export const noteQuit = (folder: string, log?: Teller): Promise<void> =>
  change(folder, log, (install, state) => (install.starting ? withInstall(state, { starting: false }) : null))

/** The engine has refused to start. Counts once for each start. */
export const noteFailed = (folder: string, log?: Teller): Promise<void> =>
  change(folder, log, (install, state) =>
    install.starting && !install.started
      ? withInstall(state, { starting: false, failedStarts: install.failedStarts + 1 })
      : null,
  )

/** Somebody has gone back from the version that was installed last. */
export const noteWentBack = (folder: string, log?: Teller): Promise<void> =>
  change(folder, log, (install, state) => ({ ...state, install: null, skipped: [...state.skipped, install.to] }))

/** Whether somebody went back from that version: it is not offered again. */
export const isSkipped = async (folder: string, version: string, log?: Teller): Promise<boolean> => {
  if (!existsSync(stateFileOf(folder))) return false
  const { readState } = await import('./state')
  return readState(folder, broken(log)).skipped.includes(version)
}

/** The package that a version was installed from, when it is still there: it is the way back from the next one. */
export const findPackageOf = async (folder: string, version: string, log?: Teller): Promise<string | null> => {
  if (!existsSync(stateFileOf(folder))) return null
  const { readState } = await import('./state')
  const { install } = readState(folder, broken(log))
  return install !== null && install.to === version && existsSync(install.packageFile) ? install.packageFile : null
}

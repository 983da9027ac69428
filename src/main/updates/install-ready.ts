/**
 * Owns handing a downloaded version to what installs it: on Linux the system's programs, on Windows and macOS electron-updater, which knows the
 * installer of the one and the framework of the other. Refuses: fetching; electron-updater gets the file that was fetched and checked, and opens no
 * connection (macOS takes the file over a server on loopback).
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../shared/errors'
import { CHANGED } from './as-root'
import { installPackage } from './install-package'
import { INSTALLER_FOLDER, updatesFolderOf } from './places'
import { sumOf } from './sum'
import type { AppUpdater, MacUpdater, NsisUpdater, ResolvedUpdateFileInfo, UpdateInfo } from 'electron-updater'
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider'
import type { Ready } from './updater'

/** What electron-updater is told of the app. */
type Adapter = NonNullable<ConstructorParameters<typeof NsisUpdater>[1]>

/** Makes the one of this system; tests hand in another system's. */
export type MakeUpdater = (adapter: Adapter) => Promise<AppUpdater>

const makeNative =
  (kind: 'nsis' | 'mac'): MakeUpdater =>
  async (adapter) => {
    const { MacUpdater, NsisUpdater } = await import('electron-updater')
    const made: MacUpdater | NsisUpdater =
      kind === 'mac' ? new MacUpdater(undefined, adapter) : new NsisUpdater(undefined, adapter)
    return made
  }

const hexOf = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

/** What is handed over. */
export type Handed = Pick<Ready, 'from' | 'to' | 'kind' | 'packageFile' | 'sha512'>

type HandOver = {
  readonly ready: Handed
  /** Somebody goes back. Otherwise an older version is refused. */
  readonly isBack: boolean
  readonly folder: string
  readonly quit: () => void
  readonly make: MakeUpdater
  /** Told what fails at any time, also once the file is handed over: macOS looks at it when it has it. */
  readonly onError: (thrown: unknown) => void
}

/**
 * Gives the file to electron-updater as if it had fetched it: its feed, its executor and its folders are ours.
 * @throws UPDATE_INSTALL_FAILED
 */
export const handToNative = async ({ ready, isBack, folder, quit, make, onError }: HandOver): Promise<AppUpdater> => {
  const { packageFile, from, to, sha512 } = ready
  const name = basename(packageFile)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const configFile = join(folder, 'app-update.yml')
  await writeFile(configFile, 'updaterCacheDirName: handed\n', { mode: 0o600 })
  const adapter: Adapter = {
    version: from,
    name: 'Sluice',
    isPackaged: true,
    appUpdateConfigPath: configFile,
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: () => Promise.resolve(),
    relaunch: () => undefined,
    quit,
    onQuit: () => undefined,
  }
  const updater = await make(adapter)
  updater.on('error', onError)
  const { Provider } = await import('electron-updater/out/providers/Provider')
  const info: UpdateInfo = {
    version: to,
    files: [{ url: name, sha512 }],
    path: name,
    sha512,
    releaseDate: new Date(0).toISOString(),
  }
  class Given extends Provider<UpdateInfo> {
    constructor(_options: unknown, _updater: unknown, runtime: ProviderRuntimeOptions) {
      super(runtime)
    }
    getLatestVersion(): Promise<UpdateInfo> {
      return Promise.resolve(info)
    }
    resolveFiles(): ResolvedUpdateFileInfo[] {
      return [{ url: pathToFileURL(packageFile), info: { url: name, sha512 } }]
    }
  }
  // With an adapter of ours it has no executor: this one copies a file that is there, and sums the copy, which is what runs.
  const take = async (_from: URL, destination: string): Promise<void> => {
    await copyFile(packageFile, destination)
    if ((await sumOf(destination, 'sha512')) !== hexOf(sha512)) throw new Error(CHANGED)
  }
  Object.assign(updater, {
    httpExecutor: { download: take },
    logger: null,
    autoDownload: false,
    allowDowngrade: isBack,
    // macOS takes the file at once then; on Windows it would install whenever somebody quits.
    autoInstallOnAppQuit: ready.kind === 'mac',
    disableDifferentialDownload: true,
    disableWebInstaller: true,
  })
  updater.setFeedURL({ provider: 'custom', updateProvider: Given })
  try {
    await updater.checkForUpdates()
    await updater.downloadUpdate()
    return updater
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('UPDATE_INSTALL_FAILED', { path: packageFile, reason }, { cause: thrown })
  }
}

/** What is told of an installer. */
type NativeEnd = { readonly quit: () => void; readonly packageFile: string }

/**
 * Has the installer begin, which ends this process. Resolves when the process is told to end; where the system ends it itself, never.
 * @throws UPDATE_INSTALL_FAILED when the installer does not begin: the app is not told to end then
 */
export const beginNative = (
  make: (quit: () => void, onError: (thrown: unknown) => void) => Promise<AppUpdater>,
  { quit, packageFile }: NativeEnd,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let hasFailed = false
    const fail = (thrown: unknown): void => {
      hasFailed = true
      if (thrown instanceof AppError) {
        reject(thrown)
        return
      }
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      reject(new AppError('UPDATE_INSTALL_FAILED', { path: packageFile, reason }, { cause: thrown }))
    }
    // It quits also when its installer could not be started.
    const end = (): void => {
      if (hasFailed) return
      quit()
      resolve()
    }
    make(end, fail)
      .then((updater) => {
        if (!hasFailed) updater.quitAndInstall(false, true)
      })
      .catch(fail)
  })

type Installing = {
  readonly dataDir: string
  readonly quit: () => void
  /** Somebody goes back to an older version. */
  readonly isBack?: boolean
  readonly make?: MakeUpdater
}

/**
 * Installs what is ready. The engine is closed by then. Returns whether the installer starts the new version itself, once this one is gone.
 * @throws UPDATE_INSTALL_FAILED, and what `installPackage` throws
 */
export const installReady = async (
  ready: Handed,
  { dataDir, quit, isBack = false, make }: Installing,
): Promise<{ readonly startsItself: boolean }> => {
  const { kind, packageFile } = ready
  if (kind === 'folder') throw new AppError('UPDATE_BY_HAND', { path: packageFile })
  if (kind !== 'nsis' && kind !== 'mac') {
    await installPackage(packageFile, { algorithm: 'sha512', hex: hexOf(ready.sha512) }, kind)
    return { startsItself: false }
  }
  const folder = join(updatesFolderOf(dataDir), INSTALLER_FOLDER)
  const hand = (end: () => void, onError: (thrown: unknown) => void): Promise<AppUpdater> =>
    handToNative({ ready, isBack, folder, quit: end, onError, make: make ?? makeNative(kind) })
  await beginNative(hand, { quit, packageFile })
  return { startsItself: true }
}

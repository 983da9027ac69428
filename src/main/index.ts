/**
 * Owns the entry of the desktop app: one instance for each data folder, then the window and the engine, put together.
 * Refuses: everything else; the life of the app is in `app/start.ts`.
 */
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { version } from '../../package.json'
import { AppError } from '../shared/errors'
import { FINISH_REMOVAL } from '../shared/removal'
import { findDataDirArgument, prepareProfileFolder, prepareWindowFolder } from './app/data-folder'
import { findHanded, handOver, needsHandOver } from './app/handed-request'
import { registerScheme } from './app/protocol'
import { relaunch } from './app/relaunch'
import { readStartRequest, wordsWithoutRequest } from './app/start-words'
import { makeUtilityLauncher } from './app/utility-launcher'
import { resolveDataDir } from './cli/data-dir'
import { noteStart } from './updates/installed'
import { watchStart } from './updates/start-watch'
import { logFolderOf, openLog } from './observe/log'
import { noPolicy } from '../shared/no-policy'
import { findPolicy, managedDataDir } from './settings/policy-place'
import { isBeingRemoved } from './store/removal-mark'
import type { StartRequest } from './app/start-words'
import type { LogFile } from './observe/log'
import type { Engine } from './engine'
import type { Policy } from '../shared/policy'

const outDir = join(__dirname, '..')
/** What runs in processes and threads of its own lies in a package beside the archive of the app: plain Node cannot read that. */
const engineDir = app.isPackaged ? join(process.resourcesPath, 'engine', 'main') : __dirname
const resources = app.isPackaged ? process.resourcesPath : join(outDir, '..', 'resources')

/** What reads policies is loaded where there is one. */
const loadPolicyHere = async (): Promise<Policy> =>
  findPolicy(process.env) === null ? noPolicy : (await import('./settings/policy-file')).loadPolicy(process.env)

const startEngine = async (dataDir: string, policy: Policy, log: LogFile): Promise<Engine | null> => {
  const [{ createEngine }, { openKeychain }] = await Promise.all([import('./engine'), import('./app/keychain')])
  return createEngine({
    dataDir,
    files: {
      hostFile: join(engineDir, 'host.js'),
      workerFile: join(engineDir, 'worker.js'),
      storeThreadFile: join(engineDir, 'store-thread.js'),
    },
    modelDir: process.env['SLUICE_MODEL_DIR'] ?? join(resources, 'model'),
    launch: makeUtilityLauncher(log),
    log,
    logFile: log.path,
    version,
    environment: process.env,
    policy,
    keychain: openKeychain(dataDir),
    clock: {
      nowMs: () => Date.now(),
      setTimer: (ms, fire) => {
        const timer = setTimeout(fire, ms)
        return () => clearTimeout(timer)
      },
    },
    random: Math.random,
  })
}

const main = async (dataDir: string, policy: Policy, windowFolder: string, request: StartRequest): Promise<void> => {
  const log = openLog({ folder: logFolderOf(dataDir), rotate: true })
  const verdict = await noteStart(dataDir, version, log)
  const iconFile = join(resources, 'icons', 'icon.png')
  const updateKeyFile = join(resources, 'update-key.pem')
  const relaunches = process.env['SLUICE_RELAUNCH'] !== 'off'
  const language = process.env['SLUICE_LANGUAGE']
  if (verdict.kind === 'returned') {
    const { finishReturn } = await import('./updates/going-back')
    await finishReturn(dataDir, verdict.install, log)
  }
  if (verdict.kind === 'offer') {
    const { askAfterFailedStarts } = await import('./app/failed-start')
    const { install } = verdict
    try {
      const { updateKey } = policy
      const shown = { iconFile, language, relaunches, log }
      await askAfterFailedStarts({ dataDir, windowFolder, install, updateKey, updateKeyFile, ...shown })
    } catch (error) {
      // A question that cannot be asked keeps nothing from starting: it is one more try.
      log.error('update.question.failed', { error })
    }
  }
  // Loaded when the start is noted: what breaks in it is a failed start of this version.
  const { startApp } = await import('./app/start')
  await startApp({
    watch: verdict.kind === 'plain' || verdict.kind === 'returned' ? null : watchStart(dataDir, log),
    dataDir,
    windowFolder,
    outDir,
    request,
    iconFile,
    samplesDir: join(resources, 'sample'),
    log,
    logFile: log.path,
    developmentUrl: app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null),
    managedDir: managedDataDir(policy),
    askedDir: findDataDirArgument(process.argv) ?? undefined,
    policy,
    version,
    updateKeyFile,
    relaunches,
    globalShortcut: process.env['SLUICE_GLOBAL_SHORTCUT'] !== 'off',
    language,
    // Loaded when the page is there: a third of the time until then would go by with it.
    openSession: async () => {
      const { openSession } = await import('./owner/session')
      return openSession({ dataDir, version, log, work: true, startEngine: () => startEngine(dataDir, policy, log) })
    },
  })
}

/** What cannot be shown in a window goes to standard error, and ends the app. */
const endWith = (thrown: unknown): void => {
  // What is refused is no fault of the program: its sentence says all.
  const refused = thrown instanceof AppError ? `${thrown.message} (${thrown.code})` : null
  const said = refused ?? (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
  process.stderr.write(`sluice: ${said}\n`)
  app.exit(1)
}

/** Whether this start has nothing else to do than to end a removal. */
const isRemovalOnly = (): boolean => process.argv.includes(FINISH_REMOVAL)

/** What the window before could not remove itself: it ran in it. */
const endRemoval = async (dataDir: string): Promise<void> => {
  const { removeEverything } = await import('./cli/removal')
  await removeEverything({ dataDir, mayLead: [] })
}

registerScheme()
// Nothing in it waits for the disk or a timer before the folders are set, so it is through with that before the app is ready.
const open = async (): Promise<void> => {
  const policy = await loadPolicyHere()
  const asked = findDataDirArgument(process.argv) ?? undefined
  let dataDir = resolveDataDir(asked, process.cwd(), process.env, managedDataDir(policy))
  if (isBeingRemoved(dataDir)) {
    await endRemoval(dataDir)
    dataDir = resolveDataDir(asked, process.cwd(), process.env, managedDataDir(policy))
  }
  if (isRemovalOnly()) {
    app.exit(0)
    return
  }
  const windowFolder = prepareWindowFolder(dataDir)
  // The lock of the instance, the profile of the page and its caches go by this folder: two data folders may be open at once.
  app.setPath('userData', prepareProfileFolder(windowFolder))
  const place = { argv: process.argv, appPath: app.isPackaged ? null : app.getAppPath(), cwd: process.cwd() }
  const request = { ...readStartRequest(place), handed: findHanded(process.argv) }
  if (needsHandOver(process.argv, request)) {
    // Another start with few words asks for the same.
    relaunch([...wordsWithoutRequest(place), handOver(windowFolder, request)])
    app.exit(0)
    return
  }
  // Chromium puts the words of a second start in another order: the first gets exactly these.
  if (app.requestSingleInstanceLock(request)) {
    await main(dataDir, policy, windowFolder, request)
    return
  }
  const { code, message } = new AppError('ALREADY_OPEN', { path: dataDir })
  process.stderr.write(`sluice: ${message} (${code})\n`)
  app.exit(0)
}

open().catch((thrown: unknown) => {
  // Who started it by its icon reads no standard error. Linux would only write it there a second time.
  if (thrown instanceof AppError && process.platform !== 'linux') dialog.showErrorBox('Sluice', thrown.message)
  endWith(thrown)
})

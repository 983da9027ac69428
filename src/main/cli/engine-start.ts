/**
 * Owns how the command line starts the engine: plain Node, forked hosts, the clock and randomness of the system.
 * Refuses: choosing the data folder.
 */
import { createEngine, type Engine } from '../engine'
import type { LogFile } from '../observe/log'
import type { HostName } from '../pool/contract'
import { createForkLauncher } from '../pool/fork-launcher'
import type { Log } from '../../shared/log'
import type { Policy } from '../../shared/policy'
import type { SettingValues } from '../../shared/settings'

/** The built files that are started by their path. */
export type EngineFiles = {
  readonly hostFile: string
  readonly workerFile: string
  readonly storeThreadFile: string
}

type StartOptions = {
  readonly dataDir: string
  readonly program: { readonly version: string; readonly files: EngineFiles; readonly modelDir: string }
  readonly log: LogFile
  readonly soon: HostName | null
  /** Settings of this run alone. */
  readonly flags: SettingValues
  readonly policy: Policy
}

const launcherFor = (log: Log) =>
  createForkLauncher({ onOutput: (pid, line) => log.debug('host-output', { host: pid ?? null, line }) })

/**
 * Starts the engine of a data folder in this process; `null` when another process owns the folder.
 * @throws AppError as `createEngine`
 */
export const startEngineHere = ({ dataDir, program, log, soon, flags, policy }: StartOptions): Promise<Engine | null> =>
  createEngine({
    dataDir,
    files: program.files,
    modelDir: program.modelDir,
    version: program.version,
    launch: launcherFor(log),
    log,
    logFile: log.path,
    environment: process.env,
    flags,
    policy,
    random: Math.random,
    soon,
    clock: {
      nowMs: () => Date.now(),
      setTimer: (ms, fire) => {
        const timer = setTimeout(fire, ms)
        return () => clearTimeout(timer)
      },
    },
  })

/**
 * Owns what every command is given: its output, its data folder, a session that is opened when it is first needed, the interrupt.
 * Refuses: loading the engine for a command that can be a client.
 */
import type { HostName } from '../pool/contract'
import { openSession, type Session } from '../owner/session'
import type { LogFile } from '../observe/log'
import type { EngineFiles } from './engine-start'
import type { ExitCode } from './exit-code'
import type { Interrupt } from './interrupt'
import type { Terminal } from './output/terminal'

export type ProgramOptions = {
  readonly version: string
  readonly files: EngineFiles
  readonly modelDir: string
}

export type CommandContext = {
  readonly terminal: Terminal
  readonly json: boolean
  readonly dataDir: string
  /** Where relative paths of the arguments start. */
  readonly folder: string
  /** The arguments of the process, without the program. */
  readonly argv: readonly string[]
  /** `$SLUICE_PASSWORD`, taken out of the environment so that no process started from here inherits it. */
  readonly password: string | undefined
  readonly log: LogFile
  readonly interrupt: Interrupt
  readonly program: ProgramOptions
  /** The session of this command; the same one at every call. `soon`: the host that it needs first; it is started beside the store. */
  readonly open: (needs?: { soon: HostName | null }) => Promise<Session>
}

/** What a command is: given its context, its arguments and its options, it answers and returns what the shell is told. */
export type CommandRun = (
  context: CommandContext,
  words: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<ExitCode>

export type SessionHolder = {
  readonly open: CommandContext['open']
  /** The session if one was opened. */
  readonly current: () => Promise<Session | null>
  /** Whether this process owns the data folder (and may turn its log). */
  readonly isOwner: () => boolean
}

/** Opens the session of a command at the first need. */
export const holdSession = (dataDir: string, program: ProgramOptions, log: () => LogFile): SessionHolder => {
  let opening: Promise<Session> | null = null
  let isOwner = false
  let soon: HostName | null = null
  const startEngine = async () => {
    // Loaded only by the command that becomes the owner: a client answers in a fraction of the time.
    const { startEngineHere } = await import('./engine-start')
    const engine = await startEngineHere({ dataDir, program, log: log(), soon })
    isOwner = engine !== null
    return engine
  }
  return {
    open: (needs) => {
      soon = needs?.soon ?? null
      opening ??= openSession({ dataDir, version: program.version, startEngine, log: log() })
      return opening
    },
    current: async () => (opening === null ? null : await opening.catch(() => null)),
    isOwner: () => isOwner,
  }
}

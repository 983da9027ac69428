/**
 * Owns what every command is given: its output, its data folder, a session that is opened when it is first needed, the interrupt.
 * Refuses: loading the engine for a command that can be a client.
 */
import type { HostName } from '../pool/contract'
import { AppError } from '../../shared/errors'
import type { Policy } from '../../shared/policy'
import type { SettingValues } from '../../shared/settings'
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
  /** Where the templates of services came to with the program. */
  readonly servicesDir: string
}

export type SessionNeeds = {
  readonly soon?: HostName | null
  readonly flags?: SettingValues
  /** Works on the queue whenever it is the owner, whether or not it waits for a job. */
  readonly work?: boolean
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
  /** Of the organization that this computer belongs to. */
  readonly policy: Policy
  /**
   * The session of this command; the same one at every call. `soon`: the host that it needs first; it is started beside the store.
   * `flags`: settings of this run alone; only the owner of the folder can have them. @throws USAGE when another process is the owner
   */
  readonly open: (needs?: SessionNeeds) => Promise<Session>
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

const FLAGS_ELSEWHERE =
  'Another Sluice works on this data folder, and --set holds only for a run of one\'s own. Change it there with "sluice settings set", or close that Sluice.'

type Held = {
  readonly dataDir: string
  readonly program: ProgramOptions
  readonly policy: Policy
  readonly log: () => LogFile
  /** Says something beside the answer. */
  readonly tell: (line: string) => void
}

/** What a person who started this process should know of its settings; a client's are told by the owner's window or command. */
const tellProblems = async (session: Session, tell: Held['tell']): Promise<void> => {
  const { problems, policy } = await session.call('settings.list', {})
  for (const problem of problems) tell(problem)
  if (!policy?.broken) return
  tell(
    `The policy ${policy.path ?? ''} cannot be followed whole. Until it is mended no provider is used and every setting is fixed:`,
  )
  for (const problem of policy.problems) tell(`  ${problem}`)
}

/** Opens the session of a command at the first need. */
export const holdSession = ({ dataDir, program, policy, log, tell }: Held): SessionHolder => {
  let opening: Promise<Session> | null = null
  const openNow = async (): Promise<Session> => {
    const session = await openSession({
      dataDir,
      version: program.version,
      startEngine,
      log: log(),
      work: needs.work ?? false,
    })
    if (session.role() === 'owner') await tellProblems(session, tell)
    return session
  }
  let isOwner = false
  let needs: SessionNeeds = {}
  const startEngine = async () => {
    // Loaded only by the command that becomes the owner: a client answers in a fraction of the time.
    const { startEngineHere } = await import('./engine-start')
    const engine = await startEngineHere({
      dataDir,
      program,
      log: log(),
      soon: needs.soon ?? null,
      flags: needs.flags ?? {},
      policy,
    })
    isOwner = engine !== null
    return engine
  }
  return {
    open: async (asked = {}) => {
      if (opening === null) needs = asked
      opening ??= openNow()
      const session = await opening
      if (Object.keys(asked.flags ?? {}).length > 0 && session.role() !== 'owner')
        throw new AppError('USAGE', { reason: FLAGS_ELSEWHERE })
      return session
    },
    current: async () => (opening === null ? null : await opening.catch(() => null)),
    isOwner: () => isOwner,
  }
}

/** Said where something was queued and no other process is there to work on it. */
export const noteNobodyWorks = (terminal: Pick<Terminal, 'note'>, session: Pick<Session, 'role'>): void => {
  if (session.role() === 'owner') terminal.note('No other Sluice is open to work on it: run "sluice run".')
}

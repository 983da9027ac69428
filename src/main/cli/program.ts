/**
 * Owns the command line as people type it: every command with its arguments, options and help; and one run of it from the words to
 * the exit code. Refuses: doing anything; each command is a file of its own that is loaded when it is called.
 */
import { Command, CommanderError, Option } from 'commander'
import { logFolderOf, openLog, type LogFile } from '../observe/log'
import { loadPolicy } from '../settings/policy-file'
import { managedDataDir } from '../settings/policy-place'
import { AppError, commandOf, toAppError } from '../../shared/errors'
import { commandTable, type CommandSpec } from './command-table'
import { holdSession, type CommandContext, type ProgramOptions } from './context'
import { resolveDataDir } from './data-dir'
import { exitCodes, type ExitCode } from './exit-code'
import { listenForInterrupt, type Interrupt } from './interrupt'
import { workingFolder } from './offered-paths'
import { describeCommand } from './output/helpful-command'
import { toOneLine } from './output/display-text'
import type { Terminal } from './output/terminal'

type Run = { readonly spec: CommandSpec; readonly words: readonly string[]; readonly options: Record<string, unknown> }

const ABOUT = `Search the documents on this computer, by word and by meaning, offline.

Exit codes: 0 all done; 1 usage or fatal error; 2 done, but some documents failed, were rejected or are partial;
3 something waits for a person; 130 interrupted, everything kept.`

/** Options that every command has, before or after its name. */
const addSharedOptions = (command: Command): Command =>
  command
    .addOption(new Option('--json', 'print one JSON document and nothing else on stdout'))
    .addOption(new Option('--data-dir <dir>', 'the data folder (default: $SLUICE_DATA_DIR, else the per-user folder)'))
    .addOption(new Option('--verbose', 'print the log to stderr as well'))

const collect = (value: string, earlier: readonly string[] | undefined): string[] => [...(earlier ?? []), value]

const addCommand = (parent: Command, spec: CommandSpec, onRun: (run: Run) => void): void => {
  const name = spec.name.split(' ').at(-1) ?? spec.name
  const command = addSharedOptions(parent.command(name).description(spec.description))
  for (const argument of spec.arguments ?? []) command.argument(argument.words, argument.description)
  for (const { flags, description, choices, isList } of spec.options ?? []) {
    const option = new Option(flags, description)
    if (choices) option.choices(choices)
    if (isList) option.argParser(collect)
    command.addOption(option)
  }
  if (spec.after) command.addHelpText('after', `\n${spec.after}`)
  command.action((...given: unknown[]) => {
    const words = given.slice(0, -2).flat() as (string | undefined)[]
    onRun({
      spec,
      words: words.filter((word): word is string => word !== undefined),
      options: command.optsWithGlobals(),
    })
  })
}

const buildProgram = (version: string, terminal: Terminal, isJson: boolean, onRun: (run: Run) => void): Command => {
  const program = addSharedOptions(new Command('sluice').description(ABOUT).version(version))
  const groups = new Map<string, Command>()
  for (const spec of commandTable) {
    const [groupName = '', leaf] = spec.name.split(' ')
    if (leaf === undefined) {
      addCommand(program, spec, onRun)
      continue
    }
    const group = groups.get(groupName) ?? addSharedOptions(program.command(groupName).description(spec.group ?? ''))
    groups.set(groupName, group)
    addCommand(group, spec, onRun)
  }
  const silence = (): void => undefined
  const configure = (command: Command): void => {
    command.exitOverride().configureOutput({
      getOutHelpWidth: () => terminal.columns ?? 100,
      getErrHelpWidth: () => terminal.columns ?? 100,
      // With --json the same sentence goes into the error object.
      writeErr: isJson ? silence : (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(text),
    })
    for (const child of command.commands) configure(child)
  }
  configure(program)
  return program
}

const tellError = async (terminal: Terminal, isJson: boolean, error: AppError): Promise<void> => {
  const { code, message, details } = error
  const command = commandOf(code, details)
  if (isJson) await terminal.writeJson({ error: { code, message, ...(command === null ? {} : { command }) } })
  else terminal.complain([`sluice: ${message} (${code})`, ...describeCommand(command)].join('\n'))
}

const takePassword = (): string | undefined => {
  const password = process.env['SLUICE_PASSWORD']
  delete process.env['SLUICE_PASSWORD']
  return password === '' ? undefined : password
}

/** Runs one command until it has answered, or until it was interrupted and has put everything away. */
const runCommand = async (
  { spec, words, options }: Run,
  argv: readonly string[],
  terminal: Terminal,
  program: ProgramOptions,
): Promise<ExitCode> => {
  const json = options['json'] === true
  const folder = workingFolder()
  const policy = loadPolicy(process.env)
  let dataDir: string
  try {
    dataDir = resolveDataDir(options['dataDir'] as string | undefined, folder, process.env, managedDataDir(policy))
  } catch (thrown) {
    await tellError(terminal, json, toAppError(thrown))
    return exitCodes.failed
  }
  const isVerbose = options['verbose'] === true
  const holder = holdSession({
    dataDir,
    program,
    policy,
    log: () => log,
    tell: (line) => terminal.note(toOneLine(line)),
  })
  const log: LogFile = openLog({
    folder: logFolderOf(dataDir),
    rotate: () => holder.isOwner(),
    level: isVerbose ? 'debug' : 'info',
    mirror: isVerbose ? (line) => terminal.note(line) : undefined,
  })
  const interrupt = listenForInterrupt(() => terminal.clearLive())
  const context: CommandContext = {
    terminal,
    json,
    dataDir,
    folder,
    argv,
    password: takePassword(),
    log,
    interrupt,
    program,
    policy,
    open: holder.open,
  }
  try {
    const { run } = await spec.load()
    const running = run(context, words, options)
    return spec.endsItself === true ? await running : await orInterrupt(running, interrupt, log)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'INTERNAL_BUG') log.error('command-failed', { command: spec.name, error: thrown })
    await tellError(terminal, json, error)
    return exitCodes.failed
  } finally {
    try {
      await (await holder.current())?.close()
    } catch (error) {
      log.error('close-failed', { error })
    }
    interrupt.close()
    log.close()
  }
}

/** A command that has nothing to finish ends at the first signal. */
const orInterrupt = (running: Promise<ExitCode>, interrupt: Interrupt, log: LogFile): Promise<ExitCode> => {
  const interrupted = interrupt.happened.then((): ExitCode => exitCodes.interrupted)
  running.catch((error: unknown) => log.debug('command-ended', { error }))
  return Promise.race([running, interrupted])
}

/**
 * Runs the command line. Never rejects.
 * @param argv the arguments without the program
 * @returns the exit code
 */
export const runProgram = async (
  argv: readonly string[],
  terminal: Terminal,
  options: ProgramOptions,
): Promise<ExitCode> => {
  // Needed before anything is parsed: a wrong word must be told as JSON as well.
  const isJson = argv.includes('--json')
  let run: Run | null = null
  const program = buildProgram(options.version, terminal, isJson, (found) => {
    run = found
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    // Help and version were asked for and printed.
    if (thrown.exitCode === 0) return exitCodes.done
    if (isJson)
      await tellError(terminal, isJson, new AppError('USAGE', { reason: thrown.message.replace(/^error: /, '') }))
    return exitCodes.failed
  }
  return run === null ? exitCodes.failed : await runCommand(run, argv, terminal, options)
}

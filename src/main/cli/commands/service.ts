/**
 * Owns `sluice service …`: the queue goes on by itself while nobody has the window open. Refuses: accounts other than the one that asks.
 */
import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { resolve } from 'node:path'
import { AppError } from '../../../shared/errors'
import { spellOnDisk } from '../../paths/same-place'
import type { CommandContext, CommandRun } from '../context'
import { defaultDataDir } from '../data-dir'
import { exitCodes } from '../exit-code'
import { choiceOf, type TypedOptions } from '../options'
import { defineService, serviceSystems, systemOf, templateOf, type ServiceDefinition } from '../service/definition'
import { serviceTools } from '../service/service-tools'

/** The program as it runs now: Node, or Electron that is told to be Node. */
const commandOf = (dataDir: string): string[] => {
  const entry = process.argv[1]
  if (entry === undefined) throw new AppError('INTERNAL_BUG', { reason: 'the program has no file' })
  return [process.execPath, resolve(entry), 'run', '--stay', '--data-dir', dataDir]
}

const environmentOf = (): Record<string, string> =>
  process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }

const define = ({ program, dataDir }: CommandContext, options: TypedOptions): ServiceDefinition => {
  const system = choiceOf(options, 'system', serviceSystems) ?? systemOf(process.platform)
  if (system === null) throw new AppError('SERVICE_FAILED', { reason: `there is none for ${process.platform}` })
  const asked = {
    system,
    command: commandOf(dataDir),
    environment: environmentOf(),
    dataDir,
    isUsualFolder: dataDir === spellOnDisk(defaultDataDir()),
    home: homedir(),
    configHome: process.env['XDG_CONFIG_HOME'] || null,
    user: process.env['USERDOMAIN'] ? `${process.env['USERDOMAIN']}\\${userInfo().username}` : userInfo().username,
  }
  return defineService(asked, readFileSync(templateOf(program.servicesDir, system), 'utf8'))
}

export const print: CommandRun = async (context, _words, options) => {
  const { system, name, file, text } = define(context, options)
  if (context.json) await context.terminal.writeJson({ system, name, file, text })
  else await context.terminal.write(text)
  return exitCodes.done
}

const tellState = async (context: CommandContext, service: ServiceDefinition): Promise<void> => {
  const { system, name, file } = service
  const state = await serviceTools[system].state(service)
  if (context.json) {
    await context.terminal.writeJson({ system, name, file, dataDir: context.dataDir, ...state })
    return
  }
  const said = !state.installed
    ? 'is not installed'
    : `is installed, ${state.enabled ? 'starts by itself' : 'does not start by itself'} and ${state.running ? 'runs' : 'does not run'}`
  await context.terminal.writeLines([
    `The service ${name} ${said}.`,
    ...(file === null || !state.installed ? [] : [`  ${file}`]),
    `  data folder ${context.dataDir}`,
  ])
}

export const install: CommandRun = async (context) => {
  const service = define(context, {})
  await serviceTools[service.system].install(service)
  await tellState(context, service)
  return exitCodes.done
}

export const remove: CommandRun = async (context) => {
  const service = define(context, {})
  const removed = await serviceTools[service.system].remove(service)
  if (context.json) await context.terminal.writeJson({ name: service.name, removed })
  else
    await context.terminal.writeLines([
      removed ? `The service ${service.name} was removed.` : `There is no service ${service.name}.`,
    ])
  return exitCodes.done
}

export const status: CommandRun = async (context) => {
  await tellState(context, define(context, {}))
  return exitCodes.done
}

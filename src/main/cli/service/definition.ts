/**
 * Owns what a service of each system is: its name, its file, and how the template of that system is filled. Refuses: installing it.
 */
import { createHash } from 'node:crypto'
import { join, posix } from 'node:path'

export const serviceSystems = ['linux', 'macos', 'windows'] as const
export type ServiceSystem = (typeof serviceSystems)[number]

/** Stands in every file of ours: another one is never replaced or removed. */
export const SERVICE_MARK = 'Made by "sluice service install"'

export type ServiceAsked = {
  readonly system: ServiceSystem
  /** What is started: the program, then its words. */
  readonly command: readonly string[]
  /** Variables that the program needs. */
  readonly environment: Readonly<Record<string, string>>
  readonly dataDir: string
  /** The usual data folder has the short name. */
  readonly isUsualFolder: boolean
  readonly home: string
  readonly configHome: string | null
  readonly user: string
}

/** What its name and its file depend on. */
export type ServiceWhere = Pick<ServiceAsked, 'system' | 'dataDir' | 'isUsualFolder' | 'home' | 'configHome'>

export type ServicePlace = {
  readonly system: ServiceSystem
  readonly name: string
  /** Where the system looks for it; `null` where it keeps it itself (Windows). */
  readonly file: string | null
}

export type ServiceDefinition = ServicePlace & { readonly text: string }

const templates: Readonly<Record<ServiceSystem, string>> = {
  linux: 'sluice.service',
  macos: 'sluice.plist',
  windows: 'sluice-task.xml',
}

/** The service of this process's system; `null` where there is none. */
export const systemOf = (platform: NodeJS.Platform): ServiceSystem | null => {
  if (platform === 'win32') return 'windows'
  if (platform === 'darwin') return 'macos'
  return platform === 'linux' ? 'linux' : null
}

/** A line stays one line, whatever is in a path. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, '?')

/** Source: systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers". */
const quoteForSystemd = (word: string): string => {
  const oneLine = word
    .replace(/[\\"]/g, '\\$&')
    // A unit is read by lines, and a carriage return ends one, too.
    .replace(/\p{Cc}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `"${oneLine.replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
}

const escapeXml = (text: string): string =>
  plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Source: the rules of CommandLineToArgvW: backslashes count only before a quotation mark. */
const quoteForWindows = (word: string): string =>
  /^[\w\\/:.=+-]+$/.test(word) ? word : `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`

type Fill = (asked: ServiceAsked) => Readonly<Record<'COMMAND' | 'ENVIRONMENT' | 'DATA_DIR_TEXT', string>>

const fills: Readonly<Record<ServiceSystem, Fill>> = {
  linux: ({ command, environment, dataDir }) => ({
    COMMAND: command.map(quoteForSystemd).join(' '),
    ENVIRONMENT: Object.entries(environment)
      .map(([name, value]) => `Environment=${quoteForSystemd(`${name}=${value}`).replaceAll('$$', '$')}`)
      .join('\n'),
    // A backslash at the end of a line would take the next one along.
    DATA_DIR_TEXT: plain(dataDir).replaceAll('%', '%%').replace(/\\$/, '\\/'),
  }),
  macos: ({ command, environment, dataDir }) => {
    const lines = Object.entries(environment).flatMap(([name, value]) => [
      `    <key>${escapeXml(name)}</key>`,
      `    <string>${escapeXml(value)}</string>`,
    ])
    return {
      COMMAND: command.map((word) => `    <string>${escapeXml(word)}</string>`).join('\n'),
      ENVIRONMENT:
        lines.length === 0 ? '' : ['  <key>EnvironmentVariables</key>', '  <dict>', ...lines, '  </dict>'].join('\n'),
      DATA_DIR_TEXT: escapeXml(dataDir),
    }
  },
  windows: ({ command, environment, dataDir }) => {
    const [program = '', ...words] = command
    // The console of a program that is started at logon would stand on the screen; this one of the system shows none.
    const shown = ['--headless', program, ...words]
    const sets = Object.entries(environment).map(([name, value]) => `set "${name}=${value}"&&`)
    const started =
      sets.length === 0
        ? shown
        : ['--headless', 'cmd.exe', '/d', '/c', `${sets.join('')}${[program, ...words].map(quoteForWindows).join(' ')}`]
    return {
      COMMAND: [
        '      <Command>conhost.exe</Command>',
        `      <Arguments>${escapeXml(started.map(quoteForWindows).join(' '))}</Arguments>`,
      ].join('\n'),
      ENVIRONMENT: '',
      DATA_DIR_TEXT: escapeXml(dataDir),
    }
  },
}

/** One for each data folder. */
const nameOf = ({ system, dataDir, isUsualFolder }: ServiceWhere): string => {
  const short = { linux: 'sluice', macos: 'org.sluice.queue', windows: 'Sluice queue' }[system]
  if (isUsualFolder) return short
  return `${short}${system === 'macos' ? '.' : '-'}${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`
}

const fileOf = ({ system, home, configHome }: ServiceWhere, name: string): string | null => {
  if (system === 'windows') return null
  if (system === 'macos') return posix.join(home, 'Library', 'LaunchAgents', `${name}.plist`)
  return posix.join(configHome ?? posix.join(home, '.config'), 'systemd', 'user', `${name}.service`)
}

/** Where the service of a data folder is, if there is one. */
export const locateService = (where: ServiceWhere): ServicePlace => {
  const name = nameOf(where)
  return { system: where.system, name, file: fileOf(where, name) }
}

/** The file of the template of a system. */
export const templateOf = (servicesDir: string, system: ServiceSystem): string => join(servicesDir, templates[system])

/** Fills the template of the system. */
export const defineService = (asked: ServiceAsked, template: string): ServiceDefinition => {
  const name = nameOf(asked)
  const filled: Readonly<Record<string, string>> = {
    ...fills[asked.system](asked),
    NAME: name,
    USER: escapeXml(asked.user),
  }
  const text = template
    .split(/\r?\n/)
    // A place that holds nothing leaves no line.
    .filter((line) => line !== '{{ENVIRONMENT}}' || filled['ENVIRONMENT'] !== '')
    .join('\n')
    .replace(/\{\{([A-Z_]+)\}\}/g, (whole, place: string) => filled[place] ?? whole)
  return { system: asked.system, name, file: fileOf(asked, name), text }
}

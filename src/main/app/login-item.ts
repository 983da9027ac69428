/**
 * Owns starting at login: through the system where it has a call for that, on Linux by a file in the autostart folder.
 * Refuses: removing a file of that name that it did not write.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { app } from 'electron'

const MARK = 'X-Sluice-Autostart=true'

/** A word of an Exec line. Source: Desktop Entry Specification, "The Exec key". */
const quote = (word: string): string => `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`

/** The autostart file that starts `command`. */
export const autostartEntry = (command: readonly string[]): string =>
  ['[Desktop Entry]', 'Type=Application', 'Name=Sluice', `Exec=${command.map(quote).join(' ')}`, MARK, ''].join('\n')

/** Where autostart files are. Source: XDG Base Directory Specification. */
export const autostartFileOf = (environment: NodeJS.ProcessEnv): string =>
  join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'autostart', 'sluice.desktop')

const readOurs = async (file: string): Promise<string | null> => {
  try {
    const found = await readFile(file, 'utf8')
    return found.includes(MARK) ? found : null
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return ''
    throw thrown
  }
}

/** Brings the file in line with the choice; `false` when somebody else's file stands there. */
export const setAutostart = async (file: string, wanted: boolean, command: readonly string[]): Promise<boolean> => {
  const found = await readOurs(file)
  if (found === null) return false
  const entry = autostartEntry(command)
  if (!wanted && found !== '') await rm(file, { force: true })
  if (wanted && found !== entry) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, entry, { mode: 0o600 })
  }
  return true
}

/** Starts Sluice at login from now on, or not. `words`: what it is started with. */
export const setLaunchAtLogin = async (wanted: boolean, words: readonly string[]): Promise<void> => {
  if (process.platform === 'linux') {
    const program = process.env['APPIMAGE'] ?? process.execPath
    await setAutostart(autostartFileOf(process.env), wanted, [program, ...words])
    return
  }
  // Only what is changed is told: macOS asks a person about each new entry.
  const { openAtLogin } = app.getLoginItemSettings({ args: [...words] })
  if (openAtLogin !== wanted) app.setLoginItemSettings({ openAtLogin: wanted, args: [...words] })
}

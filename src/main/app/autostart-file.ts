/**
 * Owns the file that starts Sluice at login on Linux: how it reads, where it is, making and removing it. Refuses: a file of that name that it did not write.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

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

/** The file if it is Sluice's and starts one of these data folders; else `null`. */
export const findAutostart = async (file: string, dataDirs: readonly string[]): Promise<string | null> => {
  const found = await readOurs(file)
  const isOne = found !== null && found !== '' && dataDirs.some((folder) => found.includes(quote(folder)))
  return isOne ? file : null
}

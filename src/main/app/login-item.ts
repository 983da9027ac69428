/**
 * Owns starting at login: through the system where it has a call for that, on Linux by a file in the autostart folder.
 */
import { app } from 'electron'
import { ownAppImage } from '../updates/app-image'
import { autostartFileOf, setAutostart } from './autostart-file'

/** Starts Sluice at login from now on, or not. `words`: what it is started with. */
export const setLaunchAtLogin = async (wanted: boolean, words: readonly string[]): Promise<void> => {
  if (process.platform === 'linux') {
    const program = ownAppImage() ?? process.execPath
    await setAutostart(autostartFileOf(process.env), wanted, [program, ...words])
    return
  }
  // Only what is changed is told: macOS asks a person about each new entry.
  const { openAtLogin } = app.getLoginItemSettings({ args: [...words] })
  if (openAtLogin !== wanted) app.setLoginItemSettings({ openAtLogin: wanted, args: [...words] })
}

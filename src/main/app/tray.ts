/**
 * Owns the sign in the tray: what is being done, and a menu to pause, resume, open and quit. Refuses: being where the system has no tray; a
 * window that is hidden there could not be found again.
 */
import { execFile } from 'node:child_process'
import { Menu, nativeImage, Tray } from 'electron'
import type { WorkState } from './work-watch'

export type TrayActions = {
  readonly open: () => void
  readonly pause: () => void
  readonly resume: () => void
  readonly quit: () => void
}

const ICON_SIZE = 22
const ASK_TIMEOUT_MS = 2_000

/** Whether somebody shows the signs that programs put up. Only Linux has systems without: there the session bus knows. */
export const hasTray = (
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> => {
  if (platform !== 'linux') return Promise.resolve(true)
  if (!environment['DBUS_SESSION_BUS_ADDRESS']) return Promise.resolve(false)
  const question = [
    ...['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'],
    ...['--method', 'org.freedesktop.DBus.NameHasOwner', 'org.kde.StatusNotifierWatcher'],
  ]
  return new Promise((resolve) => {
    execFile('gdbus', question, { timeout: ASK_TIMEOUT_MS }, (error, answer) =>
      resolve(error === null && answer.includes('true')),
    )
  })
}

/** What the sign says when one looks at it. */
export const describeWork = ({ open, share, paused, blocked, deadLetters }: WorkState): string => {
  const percent = share === null ? '' : ` · ${Math.floor(share * 100)} %`
  const jobs = open === 1 ? '1 job' : `${open} jobs`
  const first =
    open > 0
      ? blocked === null
        ? `${jobs}${percent}`
        : `Waiting: ${blocked}`
      : paused > 0
        ? 'Paused'
        : 'Nothing to do'
  return deadLetters === 0 ? first : `${first} · ${deadLetters} failed`
}

/** The sign. A class because it owns what stands in the tray. */
export class TraySign {
  private readonly tray: Tray
  private shown = ''

  constructor(
    iconFile: string,
    private readonly actions: TrayActions,
  ) {
    const icon = nativeImage.createFromPath(iconFile).resize({ width: ICON_SIZE, height: ICON_SIZE })
    this.tray = new Tray(icon)
    this.tray.on('click', actions.open)
  }

  show(state: WorkState): void {
    const said = describeWork(state)
    const key = `${said} ${state.paused} ${state.open}`
    if (key === this.shown) return
    this.shown = key
    this.tray.setToolTip(`Sluice: ${said}`.slice(0, 120))
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: said.slice(0, 80), enabled: false },
        { type: 'separator' },
        { label: 'Open Sluice', click: this.actions.open },
        { label: 'Pause All Jobs', enabled: state.open > 0, click: this.actions.pause },
        { label: 'Resume All Jobs', enabled: state.paused > 0, click: this.actions.resume },
        { type: 'separator' },
        { label: 'Quit', click: this.actions.quit },
      ]),
    )
  }

  close(): void {
    this.tray.destroy()
  }
}

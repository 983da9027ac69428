/**
 * Owns the sign in the tray: what is being done, and a menu to pause, resume, open and quit. Refuses: being where the system has no tray; a
 * window that is hidden there could not be found again.
 */
import { execFile } from 'node:child_process'
import { Menu, nativeImage, Tray } from 'electron'
import { sayIn } from '../../shared/speak'
import type { Speech } from './speech'
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
export const describeWork = (
  { open, share, paused, blocked, deadLetters, polite }: WorkState,
  speech: Speech,
): string => {
  const { t } = speech
  const first = (): string => {
    if (open === 0) return t(paused > 0 ? 'desktop.paused' : 'desktop.nothing')
    if (blocked !== null) return t('desktop.waiting', { reason: sayIn(blocked, speech.state().language).message })
    const jobs = polite
      ? t('desktop.sharing', { said: t('desktop.jobs', { count: open }) })
      : t('desktop.jobs', { count: open })
    return share === null ? jobs : `${jobs} · ${Math.floor(share * 100)} %`
  }
  return deadLetters === 0 ? first() : t('desktop.withFailed', { said: first(), count: deadLetters })
}

/** The sign. A class because it owns what stands in the tray. */
export class TraySign {
  private readonly tray: Tray
  private shown = ''

  constructor(
    iconFile: string,
    private readonly actions: TrayActions,
    private readonly speech: Speech,
  ) {
    const icon = nativeImage.createFromPath(iconFile).resize({ width: ICON_SIZE, height: ICON_SIZE })
    this.tray = new Tray(icon)
    this.tray.on('click', actions.open)
  }

  show(state: WorkState): void {
    const { t } = this.speech
    const said = describeWork(state, this.speech)
    const key = `${this.speech.state().language} ${said} ${state.paused} ${state.open}`
    if (key === this.shown) return
    this.shown = key
    this.tray.setToolTip(`Sluice: ${said}`.slice(0, 120))
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: said.slice(0, 80), enabled: false },
        { type: 'separator' },
        { label: t('desktop.open'), click: this.actions.open },
        { label: t('desktop.pauseAll'), enabled: state.open > 0, click: this.actions.pause },
        { label: t('desktop.resumeAll'), enabled: state.paused > 0, click: this.actions.resume },
        { type: 'separator' },
        { label: t('desktop.quit'), click: this.actions.quit },
      ]),
    )
  }

  close(): void {
    this.tray.destroy()
  }
}

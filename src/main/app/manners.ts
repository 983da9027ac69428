/**
 * Owns what the desktop around the window shows and hears of the work: tray, notifications, progress and badge, sleep, start at login; all as
 * the settings say. It tells the engine what only a window knows of the computer: battery, touches, what the window itself takes. Refuses: deciding about work; it asks the engine by the same calls as the page.
 */
import { cpus } from 'node:os'
import { app, nativeImage, Notification, powerMonitor, powerSaveBlocker } from 'electron'
import { sayIn } from '../../shared/speak'
import { showBadge } from './badge'
import { setLaunchAtLogin } from './login-item'
import { TraySign } from './tray'
import { NO_WORK, WorkWatch, type EndedJob, type WorkState } from './work-watch'
import { pauseAllJobs, resumeAllJobs } from './job-control'
import type { BrowserWindow } from 'electron'
import type { Log } from '../../shared/log'
import type { LimitName } from '../../shared/limits'
import type { TextKey, Translate } from '../../shared/translate'
import type { EngineLink } from './engine-link'
import type { Speech } from './speech'

export type MannersOptions = {
  readonly link: EngineLink
  readonly log: Log
  readonly iconFile: string
  readonly speech: Speech
  /** Whether the system shows signs of programs. */
  readonly hasTray: boolean
  /** What Sluice is started with at login. */
  readonly loginWords: readonly string[]
  readonly window: () => BrowserWindow | null
  readonly showWindow: () => void
  readonly openJob: (jobId: string) => void
  readonly quit: () => void
}

/** How often the engine is told of the computer; what it hears holds for a minute. */
const LOOK_MS = 10_000

const setTimer = (ms: number, fire: () => void): (() => void) => {
  const timer = setTimeout(fire, ms)
  return () => clearTimeout(timer)
}

/** What the window takes of all processors, in percent: its page and what draws it. The engine knows itself what the work takes. */
const windowPercent = (): number => {
  const drawn = app.getAppMetrics().filter(({ type }) => type === 'Tab' || type === 'GPU')
  const sum = drawn.reduce((before, { cpu }) => before + cpu.percentCPUUsage, 0)
  return Math.min(100, Math.max(0, sum / Math.max(1, cpus().length)))
}

const endings = {
  completed: 'desktop.endedCompleted',
  completed_with_problems: 'desktop.endedWithProblems',
  failed: 'desktop.endedFailed',
} as const satisfies Partial<Record<EndedJob['state'], TextKey>>

const endingOf = (state: EndedJob['state']): TextKey | null =>
  state === 'completed' || state === 'completed_with_problems' || state === 'failed' ? endings[state] : null

const bodyOf = ({ documents }: EndedJob, t: Translate): string => {
  const found = documents.indexed + documents.partial + documents.unchanged + documents.duplicate
  const { total: count, failed } = documents
  return failed === 0 ? t('desktop.found', { found, count }) : t('desktop.foundFailed', { found, count, failed })
}

/** A class because it owns the sign, the watch, the blocker and the timer. */
export class Manners {
  private state: WorkState = NO_WORK
  private settings: Readonly<Partial<Record<LimitName, number>>> = {}
  private sign: TraySign | null = null
  private blocker: number | null = null
  private badge = ''
  private readonly watch: WorkWatch
  private readonly timer: NodeJS.Timeout
  private readonly stopSettings: () => void
  /** Kept, or the system's click would find nobody. */
  private readonly told = new Set<Notification>()

  constructor(private readonly options: MannersOptions) {
    const { link } = options
    this.watch = new WorkWatch({
      call: link.call,
      onEvent: (listen) => link.onEvent(listen),
      onState: (state) => this.show(state),
      onEnded: (job) => this.tellEnded(job),
      onFailure: this.fail,
      setTimer,
    })
    this.stopSettings = link.onEvent(({ topics }) => {
      if (topics.includes('settings') || topics.includes('owner')) this.readSettings()
    })
    this.readSettings()
    this.timer = setInterval(this.lookAtPower, LOOK_MS)
    powerMonitor.on('on-battery', this.lookAtPower)
    powerMonitor.on('on-ac', this.lookAtPower)
  }

  /** Whether closing the window leaves the work to the tray. */
  staysInTray(): boolean {
    return this.sign !== null && this.state.open > 0
  }

  pauseAll(): void {
    pauseAllJobs(this.options.link.call).catch(this.fail)
  }

  resumeAll(): void {
    resumeAllJobs(this.options.link.call).catch(this.fail)
  }

  /** The sign speaks another language now. */
  speakAnew(): void {
    this.show(this.state)
  }

  /** Says something once, whether or not the window is looked at. */
  tell(title: string, body: string, onClick: () => void): void {
    if (!Notification.isSupported()) return
    const notification = new Notification({ title, body, icon: this.options.iconFile })
    this.told.add(notification)
    notification.on('click', onClick)
    notification.on('close', () => this.told.delete(notification))
    notification.show()
  }

  private readonly fail = (error: unknown): void => {
    this.options.log.warn('desktop.failed', { error })
  }

  private isOn(name: LimitName): boolean {
    return (this.settings[name] ?? 0) > 0
  }

  private readSettings(): void {
    this.options.link
      .call('settings.list', {})
      .then(({ settings }) => {
        this.settings = Object.fromEntries(settings.map(({ name, value }) => [name, value]))
        this.apply()
      })
      .catch(this.fail)
  }

  private apply(): void {
    const wantsSign = this.options.hasTray && this.isOn('desktop.tray')
    if (wantsSign && this.sign === null) this.openSign()
    if (!wantsSign) this.closeSign()
    setLaunchAtLogin(this.isOn('desktop.launchAtLogin'), this.options.loginWords).catch(this.fail)
    this.keepAwake()
    this.lookAtPower()
  }

  private openSign(): void {
    try {
      this.sign = new TraySign(
        this.options.iconFile,
        {
          open: this.options.showWindow,
          pause: () => this.pauseAll(),
          resume: () => this.resumeAll(),
          quit: this.options.quit,
        },
        this.options.speech,
      )
      this.sign.show(this.state)
    } catch (error) {
      this.fail(error)
    }
  }

  private closeSign(): void {
    this.sign?.close()
    this.sign = null
    // Nobody could find it again.
    const window = this.options.window()
    if (window !== null && !window.isVisible() && !window.isMinimized()) this.options.showWindow()
  }

  private show(state: WorkState): void {
    this.state = state
    this.sign?.show(state)
    const window = this.options.window()
    if (window !== null && !window.isDestroyed()) {
      const mode = state.blocked === null ? 'normal' : 'paused'
      window.setProgressBar(state.share ?? -1, { mode: state.share === null ? 'none' : mode })
    }
    this.showBadge(window)
    this.keepAwake()
  }

  /** Only where it is another one: the picture is drawn for each. */
  private showBadge(window: BrowserWindow | null): void {
    const { t } = this.options.speech
    const shown = `${this.state.deadLetters} ${this.options.speech.state().language} ${window?.id ?? ''}`
    if (shown === this.badge) return
    this.badge = shown
    showBadge(this.state.deadLetters, t, {
      platform: process.platform,
      setCount: (count) => app.setBadgeCount(count),
      setOverlay: (picture, description) => {
        if (window === null || window.isDestroyed()) return
        const overlay =
          picture === null
            ? null
            : nativeImage.createFromBitmap(picture.bitmap, { width: picture.size, height: picture.size })
        window.setOverlayIcon(overlay, description)
      },
    })
  }

  private keepAwake(): void {
    const wanted = this.state.working && this.isOn('power.keepAwake')
    if (wanted && this.blocker === null) this.blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (wanted || this.blocker === null) return
    powerSaveBlocker.stop(this.blocker)
    this.blocker = null
  }

  private tellEnded(job: EndedJob): void {
    const ending = endingOf(job.state)
    const window = this.options.window()
    if (ending === null || !this.isOn('desktop.notifications') || window?.isFocused() === true) return
    const { t } = this.options.speech
    const { label } = sayIn(job, this.options.speech.state().language)
    this.tell(t(ending, { job: label }), bodyOf(job, t), () => this.options.openJob(job.id))
  }

  private readonly lookAtPower = (): void => {
    // Asked by nobody, nobody is told.
    if (!this.isOn('power.pauseOnBattery') && !this.isOn('power.polite') && !this.isOn('polite.when')) return
    const { call } = this.options.link
    call('machine.tell', {
      idleMs: powerMonitor.getSystemIdleTime() * 1_000,
      onBattery: powerMonitor.onBatteryPower,
      windowPercent: windowPercent(),
    }).catch(this.fail)
  }

  close(): void {
    this.watch.close()
    this.stopSettings()
    clearInterval(this.timer)
    powerMonitor.off('on-battery', this.lookAtPower)
    powerMonitor.off('on-ac', this.lookAtPower)
    this.sign?.close()
    this.sign = null
    if (this.blocker !== null) powerSaveBlocker.stop(this.blocker)
    this.blocker = null
  }
}

/**
 * Owns updates in the app: what is in force for them, the calls of the window, asking by itself where that is set, and the step from a downloaded
 * version to an installed one. Refuses: fetching or installing anything that a person did not name. What does the work is loaded at its first use.
 */
import { dialog, type BrowserWindow } from 'electron'
import { AppError, toAppError } from '../../shared/errors'
import { limitTable, type LimitName } from '../../shared/limits'
import { meteredChoices } from '../../shared/politeness'
import { sayIn } from '../../shared/speak'
import { updateChannels, type UpdateState } from '../../shared/updates'
import { createNetwork } from '../polite/network'
import type { AppCallHandlers } from '../../shared/app-calls'
import type { Log } from '../../shared/log'
import type { Policy } from '../../shared/policy'
import type { Ready, Updater, UpdateRules } from '../updates/updater'
import type { DelayedRemovals } from './delayed-removals'
import type { EngineLink } from './engine-link'
import type { Speech } from './speech'

export type UpdatesOptions = {
  readonly dataDir: string
  readonly version: string
  /** The program that runs. */
  readonly executable: string
  /** The key that came with the program; it may not be there. */
  readonly keyFile: string
  readonly policy: Policy
  readonly link: EngineLink
  readonly speech: Speech
  readonly log: Log
  readonly window: () => BrowserWindow | null
  /** Removals that wait need the engine. */
  readonly removals: Pick<DelayedRemovals, 'close'>
  /** Ends the app; another one takes its place. */
  readonly startAnew: () => void
  readonly quit: () => void
  readonly onChange: () => void
  /** Says something outside the window. */
  readonly tell: (title: string, body: string) => void
  readonly nowMs: () => number
  readonly setTimer: (ms: number, fire: () => void) => () => void
}

type UpdateCalls = Pick<
  AppCallHandlers,
  'updates.state' | 'updates.setFeed' | 'updates.check' | 'updates.download' | 'updates.cancel' | 'updates.install'
>

/** The start itself is over by then. */
const FIRST_MS = 5_000
const DAY_MS = 86_400_000
/** How often the clock is looked at: timers stand still while the computer sleeps. */
const LOOK_MS = 3_600_000

/** A class because it owns the timer, and what is under way. */
export class Updates {
  private opened: Promise<Updater> | null = null
  private takeBack = (): void => undefined
  private choice: (typeof meteredChoices)[number] = 'auto'
  private readonly network = createNetwork({ choice: () => this.choice, nowMs: () => this.options.nowMs() })

  constructor(private readonly options: UpdatesOptions) {}

  private async rules(): Promise<UpdateRules> {
    const { link, policy, keyFile, dataDir, log } = this.options
    const { settings } = await link.call('settings.list', {})
    const valueOf = (name: LimitName): number =>
      settings.find((setting) => setting.name === name)?.value ?? limitTable[name].default
    this.choice = meteredChoices[valueOf('power.metered')] ?? 'auto'
    const [{ readFeedFile, readFeedAddress }, { findUpdateKeys }] = await Promise.all([
      import('../updates/feed-file'),
      import('../updates/signature'),
    ])
    const own = readFeedFile(dataDir, (error) => log.warn('update.feed.unreadable', { error })).feed
    const feed = policy.updateFeed === null ? own : readFeedAddress(policy.updateFeed)
    const keys = await findUpdateKeys(policy.updateKey, keyFile)
    const { organization } = policy
    return {
      feed,
      isFeedManaged: policy.updateFeed !== null,
      channel: updateChannels[valueOf('updates.channel')] ?? 'stable',
      asksByItself: valueOf('updates.check') === 1,
      unavailable:
        policy.updates === 'none'
          ? new AppError('UPDATE_OFF', { organization })
          : keys === null
            ? new AppError('UPDATE_NO_KEY')
            : null,
      keys: keys ?? '',
      isMetered: await this.network.isMetered(),
      reserveBytes: valueOf('disk.freeBytes'),
    }
  }

  private open(): Promise<Updater> {
    this.opened ??= this.make()
    return this.opened
  }

  private async make(): Promise<Updater> {
    const { dataDir, version, link, log, executable, onChange, nowMs, setTimer } = this.options
    const [{ Updater }, { findInstallation }, { findPackageOf, isSkipped }] = await Promise.all([
      import('../updates/updater'),
      import('../updates/installation'),
      import('../updates/installed'),
    ])
    return new Updater({
      dataDir,
      version,
      system: { platform: process.platform, arch: process.arch },
      rules: () => this.rules(),
      connection: {
        ledger: {
          begin: (entry) => link.call('ledger.begin', entry),
          settle: async (id, end) => {
            await link.call('ledger.settle', { id, ...end, detail: end.detail.slice(0, 200) })
          },
        },
        setTimer,
      },
      kind: () => findInstallation(executable),
      isSkipped: (offered) => isSkipped(dataDir, offered, log),
      keptPackage: () => findPackageOf(dataDir, version, log),
      nowMs,
      onChange,
      log,
    })
  }

  /** What a person named has to be what was found: they agreed to no other. @throws UPDATE_NOTHING */
  private async openAt(version: string): Promise<Updater> {
    const updater = await this.open()
    const { found } = await updater.state()
    if (found?.version !== version) throw new AppError('UPDATE_NOTHING')
    return updater
  }

  readonly calls: UpdateCalls = {
    'updates.state': async (): Promise<UpdateState> => (await this.open()).state(),
    'updates.setFeed': async ({ feed }) => {
      const { policy, dataDir, log, onChange } = this.options
      if (policy.updateFeed !== null || policy.updates === 'none')
        throw new AppError('SETTING_LOCKED', { name: 'updates.feed', organization: policy.organization })
      const { readFeedAddress, readFeedFile, writeFeedFile } = await import('../updates/feed-file')
      const wanted = readFeedAddress(feed)
      const before = readFeedFile(dataDir, (error) => log.warn('update.feed.unreadable', { error }))
      // What another feed said says nothing of this one.
      if (wanted !== before.feed) writeFeedFile(dataDir, { feed: wanted, lastCheck: null })
      onChange()
      return {}
    },
    'updates.check': async () => {
      await (await this.open()).check()
      return {}
    },
    'updates.download': async ({ version }) => {
      await (await this.openAt(version)).download()
      return {}
    },
    'updates.cancel': async () => {
      ;(await this.open()).cancel()
      return {}
    },
    'updates.install': async ({ version }) => {
      const { link, dataDir } = this.options
      if (link.state().role !== 'owner') throw new AppError('UPDATE_IN_USE', { path: dataDir })
      const updater = await this.openAt(version)
      await updater.install((ready) => this.install(ready))
      return {}
    },
  }

  private async install(ready: Ready): Promise<void> {
    const { dataDir, link, log, removals, speech } = this.options
    if (ready.kind === 'folder') throw new AppError('UPDATE_BY_HAND', { path: ready.packageFile })
    const { beginInstall, dropInstall } = await import('../updates/installed')
    // Loaded before anything is replaced: afterwards the files of the program are those of another version.
    const { installReady } = await import('../updates/install-ready')
    const { from, to, packageFile, previousFile, kind } = ready
    log.info('update.install', { from, to, kind, canGoBack: previousFile !== null })
    // As whenever the app goes: what waits to be removed is removed now, and what runs is finished or put back.
    let undo = (): Promise<void> => Promise.resolve()
    try {
      await removals.close()
      await link.close()
      const before = await beginInstall(dataDir, { from, to, packageFile, previousFile }, log)
      undo = () => dropInstall(dataDir, before, log)
      const { startsItself } = await installReady(ready, { dataDir, quit: this.options.quit })
      if (startsItself) return
    } catch (thrown) {
      await undo()
      const error = toAppError(thrown)
      log.warn('update.not-installed', { to, error })
      const { message } = sayIn(error, speech.state().language)
      const window = this.options.window()
      const said = { type: 'warning', message } as const
      await (window === null ? dialog.showMessageBox(said) : dialog.showMessageBox(window, said))
    }
    this.options.startAnew()
  }

  /** Begins to ask by itself, where that is set: soon, then once a day by the clock, also of a computer that sleeps at night. */
  begin(): void {
    this.takeBack = this.options.setTimer(FIRST_MS, () => this.askNow())
  }

  private askNow(): void {
    this.lookLater(this.options.nowMs())
    // Its failure is in the log, and in the settings; nobody asked.
    this.ask().catch((error: unknown) => this.options.log.warn('update.check.failed', { error }))
  }

  private lookLater(askedAtMs: number): void {
    const { setTimer, nowMs } = this.options
    this.takeBack = setTimer(LOOK_MS, () => {
      const sinceMs = nowMs() - askedAtMs
      if (sinceMs >= DAY_MS) this.askNow()
      // The clock was set back: counted from now on.
      else this.lookLater(sinceMs < 0 ? nowMs() : askedAtMs)
    })
  }

  private async ask(): Promise<void> {
    const { dataDir, log, speech, tell } = this.options
    const { feed, unavailable, asksByItself, isMetered } = await this.rules()
    // Where the network costs, what nobody waits for is not asked.
    if (!asksByItself || unavailable !== null || feed === '' || isMetered) return
    const { readFeedFile } = await import('../updates/feed-file')
    const before = readFeedFile(dataDir, (error) => log.warn('update.feed.unreadable', { error })).lastCheck?.version
    const updater = await this.open()
    await updater.check()
    const { found } = await updater.state()
    // Once for each version.
    if (found === null || found.version === before) return
    tell(speech.t('updates.foundTitle', { version: found.version }), speech.t('updates.foundBody'))
  }

  close(): void {
    this.takeBack()
    this.opened?.then(
      (updater) => updater.cancel(),
      (error: unknown) => this.options.log.warn('update.unavailable', { error }),
    )
  }
}

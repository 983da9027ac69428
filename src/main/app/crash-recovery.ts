/**
 * Owns what follows when the page of the window dies: it is loaded again, and after too many times in a short while a page that says so
 * stands in its place. The engine does not notice. Refuses: Electron's events themselves; they are handed on by window.ts.
 */
import { APP_PAGE } from './content-policy'
import { CRASH_PAGE, crashLinks, type Crash } from './crash-page'

/** How often a page that crashed is loaded again within `WITHIN_MS` before the person is asked. */
const MAX_RELOADS = 3
const WITHIN_MS = 5 * 60_000

export type RecoveryOptions = {
  readonly nowMs: () => number
  readonly load: (address: string) => void
  /** Saves the report file; says where, `null` when the person did not want it. */
  readonly saveReport: (what: string) => Promise<string | null>
  readonly quit: () => void
  readonly onFailure: (thrown: unknown) => void
  /** Where the page is; the development server's, instead of the built one. */
  readonly page?: string
}

/** A class because it owns the count of crashes. */
export class CrashRecovery {
  private crashedAtMs: number[] = []
  private last: Crash = { reason: 'crashed', exitCode: 0, said: null }

  constructor(private readonly options: RecoveryOptions) {}

  /** What the page says that stands there instead. */
  crash(): Crash {
    return this.last
  }

  /** The page has gone. `address`: where it was; a crash of the crash page itself is not answered by another one. */
  take(reason: string, exitCode: number, address: string): void {
    if (reason === 'clean-exit') return
    const nowMs = this.options.nowMs()
    this.last = { reason, exitCode, said: null }
    this.crashedAtMs = [...this.crashedAtMs.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs]
    if (this.crashedAtMs.length <= MAX_RELOADS) this.options.load(this.options.page ?? APP_PAGE)
    else if (!address.startsWith(CRASH_PAGE)) this.options.load(CRASH_PAGE)
  }

  /** A link of the crash page was followed. False when it is none. */
  follow(link: string, from: string): boolean {
    if (!from.startsWith(CRASH_PAGE)) return false
    if (link === crashLinks.open) {
      this.crashedAtMs = []
      this.options.load(this.options.page ?? APP_PAGE)
      return true
    }
    if (link === crashLinks.report) {
      this.report().catch(this.options.onFailure)
      return true
    }
    if (link === crashLinks.quit) this.options.quit()
    return link === crashLinks.quit
  }

  private async report(): Promise<void> {
    const { reason, exitCode } = this.last
    const said = await this.options
      .saveReport(`The window has crashed several times in a row.\nReason: ${reason}\nExit code: ${exitCode}`)
      .then(
        (file) => (file === null ? null : `Saved as ${file}`),
        (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
      )
    this.last = { ...this.last, said }
    if (said !== null) this.options.load(CRASH_PAGE)
  }
}

/**
 * Owns what the app is started with.
 */
import type { Log } from '../../shared/log'
import type { Policy } from '../../shared/policy'
import type { EngineSession } from './engine-link'
import type { StartRequest } from './start-words'
import type { StartWatch } from '../updates/start-watch'

export type StartOptions = {
  /** Of a version that was installed lately: how its start ends is noted. */
  readonly watch: StartWatch | null
  readonly dataDir: string
  /** The data folder that an organization has set; `null`: it is free. */
  readonly managedDir: string | null
  /** What the start named as the data folder; it may have led to another. */
  readonly askedDir: string | undefined
  /** Of the organization that this computer belongs to. */
  readonly policy: Policy
  /** Of this program. */
  readonly version: string
  /** The key that updates are believed by; it may not be there. */
  readonly updateKeyFile: string
  /** Whether the app starts itself anew after its folder was moved; tests do it themselves. */
  readonly relaunches: boolean
  /** Where the window's own files are. */
  readonly windowFolder: string
  /** The built output: `preload/` and `renderer/` are in it. */
  readonly outDir: string
  /** What this start asks for: links and paths. */
  readonly request: StartRequest
  readonly iconFile: string
  readonly samplesDir: string
  readonly openSession: () => Promise<EngineSession>
  readonly log: Log
  /** Where the lines of `log` go. */
  readonly logFile: string
  /** The development server of the page; `null` in every build that is shipped. */
  readonly developmentUrl: string | null
  /** Whether a shortcut is registered with the system; tests do not take one from it. */
  readonly globalShortcut: boolean
  /** A language by its name, whatever was chosen. */
  readonly language: string | undefined
}

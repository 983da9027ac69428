/**
 * Owns whether the network costs by what goes through it: asked of the system where it tells (Linux with NetworkManager), and only when
 * something is about to be sent. Refuses: asking the network itself; and guessing. Windows and macOS tell it to no program of this kind: there
 * a person says it.
 */
import { execFile } from 'node:child_process'

/** `null`: the system does not tell. */
export type AskMetered = () => Promise<boolean | null>
/** Runs a program; `null` when it is not there, fails, or takes too long. */
export type RunProgram = (file: string, words: readonly string[]) => Promise<string | null>

const ASK_TIMEOUT_MS = 2_000
/** An answer holds so long: networks are changed by people. */
const KNOWN_MS = 30_000

const runProgram: RunProgram = (file, words) =>
  new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' }
    execFile(file, [...words], { timeout: ASK_TIMEOUT_MS, env, windowsHide: true }, (error, answer) =>
      resolve(error === null ? answer : null),
    )
  })

const BUS = 'org.freedesktop.NetworkManager'

/**
 * NetworkManager, of the connection that programs use: 1 yes, 2 no, 3 probably yes (a phone), 4 probably no, 0 unknown. Asked over the system
 * bus, which says it of the whole computer; else by its own tool, which says it of each device.
 */
export const askNetworkManager = async (run: RunProgram = runProgram): Promise<boolean | null> => {
  const told = await run('busctl', ['--system', 'get-property', BUS, '/org/freedesktop/NetworkManager', BUS, 'Metered'])
  const state = /^u (\d)/.exec(told ?? '')?.[1]
  if (state === '1' || state === '3') return true
  if (state === '2' || state === '4') return false
  const listed = await run('nmcli', ['-t', '-f', 'GENERAL.STATE,GENERAL.METERED', 'device', 'show'])
  if (listed === null) return null
  const devices = listed.split(/\n\s*\n/).filter((device) => /^GENERAL\.STATE:100\b/m.test(device))
  const words = devices.flatMap((device) => /^GENERAL\.METERED:(yes|no)\b/m.exec(device)?.[1] ?? [])
  return words.length === 0 ? null : words.includes('yes')
}

const askSystem: AskMetered = () => (process.platform === 'linux' ? askNetworkManager() : Promise.resolve(null))

export type Network = {
  /** Whether what nobody waits for should not be sent now. */
  readonly isMetered: () => Promise<boolean>
}

type Options = {
  /** `auto`: as the system says. */
  readonly choice: () => 'auto' | 'yes' | 'no'
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  readonly ask?: AskMetered | undefined
}

export const createNetwork = ({ choice, nowMs, ask = askSystem }: Options): Network => {
  let known: { readonly atMs: number; readonly answer: Promise<boolean | null> } | null = null
  return {
    isMetered: async () => {
      const chosen = choice()
      if (chosen !== 'auto') return chosen === 'yes'
      if (known === null || nowMs() - known.atMs >= KNOWN_MS) known = { atMs: nowMs(), answer: ask() }
      return (await known.answer) === true
    },
  }
}

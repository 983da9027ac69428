/**
 * Owns telling the ledger what the window was refused: attempts to reach the network, told together a moment later.
 * Refuses: refusing (hardening.ts and the policy of the page do), and growing: a flood of attempts is cut off, and said.
 */
import type { RefusedConnection } from '../../shared/ledger'

export type RefusalParts = {
  readonly tell: (refused: RefusedConnection[]) => Promise<unknown>
  readonly setTimer: (ms: number, fire: () => void) => () => void
  readonly onFailure: (error: unknown) => void
}

const TELL_AFTER_MS = 500
/** Of one telling. */
const MOST = 100
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'ws:': 80,
  'https:': 443,
  'wss:': 443,
  'ftp:': 21,
}

/** Where an address of the network leads; `null` for what would reach none. */
export const refusedOf = (what: string, address: string): RefusedConnection | null => {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    // No address, so nothing could be reached.
    return null
  }
  const usual = DEFAULT_PORTS[url.protocol]
  const host = url.hostname.replace(/^\[|\]$/g, '').slice(0, 255)
  if (usual === undefined || host === '') return null
  return {
    host,
    port: url.port === '' ? usual : Number(url.port),
    isLocal: host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host),
    purpose: `window: ${what}`.slice(0, 50),
    detail: 'not allowed',
  }
}

/** Takes what was denied; of more than a hundred within a moment the rest is one entry for each host among the first. */
export const createRefusals = (parts: RefusalParts): ((what: string, address: string) => void) => {
  let waiting: RefusedConnection[] = []
  let planned = false
  const tell = (): void => {
    planned = false
    const told = waiting
    waiting = []
    parts.tell(told).catch(parts.onFailure)
  }
  return (what, address) => {
    const refused = refusedOf(what, address)
    if (refused === null) return
    const isKnown = waiting.some(({ host, port }) => host === refused.host && port === refused.port)
    if (waiting.length >= MOST && isKnown) return
    // A host that was not told yet is never left out: what waits is told first.
    if (waiting.length >= MOST) tell()
    waiting.push(refused)
    if (planned) return
    planned = true
    parts.setTimer(TELL_AFTER_MS, () => {
      if (waiting.length > 0) tell()
    })
  }
}

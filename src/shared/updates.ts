/**
 * Owns the words of updates: their channels, what an address of a feed and a key look like, which of two versions is the higher, and what the
 * window is told. Refuses: asking anybody, files, keys themselves.
 */
import { z } from 'zod'
import { errorDetails } from './error-details'
import { isErrorCode, type ErrorCode } from './errors'

/** The values of `updates.channel`, by their number. */
export const updateChannels = ['stable', 'beta'] as const
export type UpdateChannel = (typeof updateChannels)[number]

/** https anywhere, http on this computer alone; neither a name nor a password, neither a question nor a part of a page. */
export const FEED_ADDRESS =
  /^(https:\/\/[^\s/?#@\\]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)(\/[^\s?#@\\]*)?$/i

/** A public key as PEM, or the base64 of its DER alone. */
export const PUBLIC_KEY =
  /^(-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{40,3000}-----END PUBLIC KEY-----\s*|[A-Za-z0-9+/]{40,3000}={0,2})$/

/** As semver.org has it, without what follows a plus sign. */
export const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/

const compareParts = (a: string, b: string): number => {
  const isNumber = [a, b].map((part) => /^\d+$/.test(part))
  if (isNumber[0] && isNumber[1]) return Math.sign(Number(a) - Number(b))
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1
  return a === b ? 0 : a < b ? -1 : 1
}

/** Below 0: `a` comes before `b`, by the rules of semver.org (section 11). What is no version comes before every one. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [VERSION.exec(a), VERSION.exec(b)]
  if (left === null || right === null) return (left === null ? 0 : 1) - (right === null ? 0 : 1)
  for (let at = 1; at <= 3; at += 1) {
    const difference = Math.sign(Number(left[at]) - Number(right[at]))
    if (difference !== 0) return difference
  }
  const [early, late] = [left[4]?.split('.') ?? [], right[4]?.split('.') ?? []]
  // A finished version comes after all that are tried before it.
  if (early.length === 0 || late.length === 0) return Math.sign(late.length - early.length)
  for (let at = 0; at < Math.max(early.length, late.length); at += 1) {
    const [one, other] = [early[at], late[at]]
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1
    const difference = compareParts(one, other)
    if (difference !== 0) return difference
  }
  return 0
}

/** How this copy was installed; `folder`: unpacked by hand, or no package at all. */
export const packageKinds = ['deb', 'rpm', 'AppImage', 'nsis', 'mac', 'folder'] as const
export type PackageKind = (typeof packageKinds)[number]

/** `downloaded`: it waits for consent to be installed. */
export const updatePhases = ['idle', 'checking', 'downloading', 'downloaded', 'installing'] as const

const toldError = z.object({
  code: z.custom<ErrorCode>(isErrorCode),
  message: z.string(),
  details: errorDetails.optional(),
})

/** What the window is told of updates. */
export const updateStateSchema = z.object({
  phase: z.enum(updatePhases),
  /** That runs now. */
  version: z.string(),
  /** Empty: none is set. */
  feed: z.string(),
  /** An organization has set it. */
  isFeedManaged: z.boolean(),
  channel: z.enum(updateChannels),
  /** Whether it is asked for by itself. */
  asksByItself: z.boolean(),
  /** Why there is no updating at all in this copy; `null`: there is. */
  unavailable: toldError.nullable(),
  /** The last time it was asked for; `version`: of the feed, where it said one. `null`: never. */
  lastCheck: z
    .object({
      at: z.string(),
      version: z.string().nullable(),
      error: toldError.nullable(),
      /** It is newer than what runs, and nobody went back from it: also when a restart has forgotten what was found. */
      isNewer: z.boolean(),
    })
    .nullable(),
  /** A newer version; `null`: none is known. */
  found: z
    .object({
      version: z.string(),
      notes: z.string(),
      /** ISO-8601, as the feed says it. */
      date: z.string().nullable(),
      /** Of its package, and where it has to be fetched, of that of the version that runs. */
      bytes: z.number(),
      /** Whether the package of the version that runs is at hand; `null`: known after the download. */
      canGoBack: z.boolean().nullable(),
      /** How this copy was installed, and so what installs the version. `folder`: a person does. */
      kind: z.enum(packageKinds),
      /** Its package, and that of the version that runs; `null`: before the download, or not at hand. */
      file: z.string().nullable(),
      previousFile: z.string().nullable(),
    })
    .nullable(),
  progress: z.object({ doneBytes: z.number(), totalBytes: z.number() }).nullable(),
  /** The network costs by what goes through it. */
  isMetered: z.boolean(),
})
export type UpdateState = z.infer<typeof updateStateSchema>

/**
 * Owns `<data folder>/updates/feed.json`: which feed a person has set, and how it went when it was last asked. Refuses: what an organization has
 * set, and asking. A file that is damaged says nothing, and is told.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, isErrorCode, type ErrorCode } from '../../shared/errors'
import { errorDetails } from '../../shared/error-details'
import { FEED_ADDRESS } from '../../shared/updates'
import { writeWholeSync } from '../store/whole-files'

const lastCheckSchema = z.object({
  /** UTC. */
  at: z.string().max(40),
  /** Of the feed; `null`: it said none. */
  version: z.string().max(60).nullable(),
  error: z.object({ code: z.custom<ErrorCode>(isErrorCode), details: errorDetails }).nullable(),
})

const feedFileSchema = z.object({
  feed: z.string().max(2_000).catch(''),
  lastCheck: lastCheckSchema.nullable().catch(null),
})
export type FeedFile = z.infer<typeof feedFileSchema>

const noFeed: FeedFile = { feed: '', lastCheck: null }

const feedFileOf = (dataDir: string): string => join(dataDir, 'updates', 'feed.json')

/** What is known; `onBroken` hears of a file that cannot be read. */
export const readFeedFile = (dataDir: string, onBroken: (thrown: unknown) => void): FeedFile => {
  try {
    return feedFileSchema.parse(JSON.parse(readFileSync(feedFileOf(dataDir), 'utf8')))
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) onBroken(thrown)
    return noFeed
  }
}

/** @throws SETTINGS_UNWRITABLE */
export const writeFeedFile = (dataDir: string, content: FeedFile): void => {
  const path = feedFileOf(dataDir)
  try {
    mkdirSync(join(dataDir, 'updates'), { recursive: true, mode: 0o700 })
    writeWholeSync(path, `${JSON.stringify(content, null, 2)}\n`)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('SETTINGS_UNWRITABLE', { path, reason }, { cause: thrown })
  }
}

/** The address of a feed as it is kept: with a slash at its end. Empty stays empty: none. @throws UPDATE_FEED_INVALID */
export const readFeedAddress = (text: string): string => {
  const typed = text.trim()
  if (typed === '') return ''
  const invalid = (reason: string, cause?: unknown): AppError =>
    new AppError('UPDATE_FEED_INVALID', { feed: typed.slice(0, 200), reason }, { cause })
  if (!FEED_ADDRESS.test(typed)) throw invalid('only https is safe enough for what is installed')
  try {
    const { href } = new URL(typed)
    return href.endsWith('/') ? href : `${href}/`
  } catch (thrown) {
    throw invalid('it is no address', thrown)
  }
}

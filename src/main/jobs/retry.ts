/**
 * Owns how often a task is tried and how long it waits in between.
 * Refuses: deciding whether an error deserves another try; its disposition does.
 */
import type { Lane } from '../../shared/phases'
import type { RetryPolicy } from './contract'

const policy = (tries: number): RetryPolicy => ({ tries: () => tries, baseMs: 1_000, maxMs: 60_000 })

/** Embedding is tried more often: its text is committed already, and giving up leaves the document partial. */
export const defaultRetries: Readonly<Record<Lane, RetryPolicy>> = {
  expand: policy(3),
  extract: policy(3),
  ocr: policy(3),
  embed: policy(5),
}

/** The policies when a task that fails for a passing reason is tried `tries()` times; embedding never less than by default. */
export const retriesOf = (tries: () => number): Readonly<Record<Lane, RetryPolicy>> => ({
  expand: { ...defaultRetries.expand, tries },
  extract: { ...defaultRetries.extract, tries },
  ocr: { ...defaultRetries.ocr, tries },
  embed: { ...defaultRetries.embed, tries: () => Math.max(defaultRetries.embed.tries(), tries()) },
})

/**
 * How long to wait after try number `attempts` failed, in milliseconds: exponential backoff with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export const backoffMs = ({ baseMs, maxMs }: RetryPolicy, attempts: number, random: () => number): number =>
  Math.round(random() * Math.min(maxMs, baseMs * 2 ** Math.max(0, attempts - 1)))

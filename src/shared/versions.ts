/**
 * Owns the versions of what is derived from documents and kept: a change of one makes collections that were made with another tell so, and
 * nothing is made anew before a person agrees.
 * Refuses: doing it.
 */
import { CHUNKING_VERSION, EXTRACTOR_VERSION } from './kinds'

/**
 * How texts are read and cut into passages, as one number. It stands before the colon of every settings key. Raise one of its two parts
 * (kinds.ts) with any change of what the same bytes give.
 */
export const TEXT_VERSION = EXTRACTOR_VERSION * 1_000 + CHUNKING_VERSION

/** How a table of the vector index is laid out. Raise it with any change of its columns or of what they mean. */
export const INDEX_VERSION = 1

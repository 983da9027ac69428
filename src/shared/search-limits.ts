/**
 * Owns the limits and options of searching.
 * Refuses: applying them.
 */
import { MiB, type LimitRow } from './limit-row'

export const searchLimits = {
  'search.deadlineMs': {
    unit: 'ms',
    default: 5_000,
    min: 50,
    max: 600_000,
    code: null,
    reason:
      'A person waits: after so long what was found by words is the answer, and a note says that meaning is missing.',
  },
  'search.cacheBytes': {
    unit: 'bytes',
    default: 8 * MiB,
    min: 0,
    max: 256 * MiB,
    code: null,
    reason:
      'Answers to the last searches are kept in memory until a document, a setting or a model changes: about 200 pages of results. 0 keeps none.',
  },
  'search.history': {
    unit: 'count',
    default: 1,
    min: 0,
    max: 1,
    code: null,
    reason: 'Searches are kept on this computer to be repeated (1), or not at all (0); turning it off forgets none.',
  },
  'search.historyEntries': {
    unit: 'count',
    default: 1_000,
    min: 1,
    max: 100_000,
    code: null,
    reason: 'Searches that are kept at most; the oldest go.',
  },
} as const satisfies Record<string, LimitRow>

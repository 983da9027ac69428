/**
 * Owns the limits and options of answers and summaries. Refuses: those of reading and of the queue.
 */
import type { LimitRow } from './limit-row'

export const answerLimits = {
  'answers.passages': {
    unit: 'count',
    default: 12,
    min: 1,
    max: 100,
    code: null,
    reason: 'Passages an answer is made from; more cost a chat model more and rarely say more.',
  },
  'answers.tokens': {
    unit: 'count',
    default: 800,
    min: 50,
    max: 32_000,
    code: null,
    reason: 'Tokens of one answer of a chat model, at most: some paragraphs.',
  },
  'summaries.chunks': {
    unit: 'count',
    default: 200,
    min: 10,
    max: 20_000,
    code: null,
    reason: 'Passages that a summary without a chat model reads of one document, from all of it: about 0.1 s.',
  },
  'summaries.timeMs': {
    unit: 'ms',
    default: 600_000,
    min: 1_000,
    max: 86_400_000,
    code: 'SUMMARY_TIMEOUT',
    reason: 'One summary that is made by itself: a slow chat model may need minutes for the parts of a long text.',
  },
  'summaries.documents': {
    unit: 'count',
    default: 50,
    min: 1,
    max: 10_000,
    code: null,
    reason: 'Documents that the summary of a job or a collection is made of, the longest.',
  },
  'summaries.tokens': {
    unit: 'count',
    default: 400,
    min: 50,
    max: 32_000,
    code: null,
    reason: 'Tokens of one summary of a chat model, at most, and of each of its parts.',
  },
  'summaries.smallCalls': {
    unit: 'count',
    default: 2,
    min: 1,
    max: 10_000,
    code: null,
    reason: 'Calls of a chat model for a text of up to 40,000 characters; it fits into one of most models.',
  },
  'summaries.mediumCalls': {
    unit: 'count',
    default: 8,
    min: 1,
    max: 10_000,
    code: null,
    reason: 'The same up to 400,000 characters; what does not fit is read in samples from all of it.',
  },
  'summaries.largeCalls': {
    unit: 'count',
    default: 20,
    min: 1,
    max: 10_000,
    code: null,
    reason: 'The same for anything longer.',
  },
} as const satisfies Record<string, LimitRow>

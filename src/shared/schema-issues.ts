/**
 * Owns how it is said what a schema finds wrong: a fixed set of phrases of our own, which other languages have as well (phrases-de.ts).
 * Refuses: the sentences of the schema's library, but for those that our schemas bring themselves.
 */
import type { z } from 'zod'

const expectedOf: Readonly<Record<string, string>> = {
  string: 'is not a text',
  number: 'is not a number',
  int: 'is not a whole number',
  boolean: 'is neither true nor false',
  array: 'is not a list',
  object: 'is not an object',
  record: 'is not an object',
}

const missingOf = (issue: z.core.$ZodIssue): boolean => issue.code === 'invalid_type' && issue.input === undefined

/** What is wrong, without where. */
const phraseOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      // The library tells what is missing only in its sentence.
      return missingOf(issue) && issue.message.endsWith('received undefined')
        ? 'is missing'
        : (expectedOf[issue.expected] ?? 'is not possible')
    case 'unrecognized_keys':
      return `has unknown names (${issue.keys.join(', ')})`
    case 'invalid_value':
      return `is none of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `is below ${String(issue.minimum)}, the least`
    case 'too_big':
      return `is above ${String(issue.maximum)}, the most`
    case 'invalid_format':
      return 'is not written as it should be'
    case 'custom':
      return issue.message
    default:
      return 'is not possible'
  }
}

/** The first thing that is wrong, and where: `budgets.run.usd: is not a number`. */
export const sayIssue = (issue: z.core.$ZodIssue | undefined): string => {
  if (issue === undefined) return 'it: is not possible'
  const where = issue.path.map(String).join('.')
  return `${where === '' ? 'it' : where}: ${phraseOf(issue)}`
}

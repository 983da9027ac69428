/**
 * Owns what is said beside a remedy: one sentence each. A missing row is a type error.
 */
import type { RemedyKind } from '../../shared/dead-letters'

export const remedyHints: Readonly<Record<RemedyKind, string | null>> = {
  password: 'Open one to enter its password.',
  raise: null,
  retry: null,
  fix: 'Mend or replace the original, then try again.',
  report: 'Please report it: the log has what went wrong. Then try again.',
}

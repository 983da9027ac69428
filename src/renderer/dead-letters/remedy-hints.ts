/**
 * Owns what is said beside a remedy: one sentence each. A missing row is a type error.
 */
import { t } from '../text/language'
import type { RemedyKind } from '../../shared/dead-letters'

export const remedyHints: Readonly<Record<RemedyKind, string | null>> = {
  password: t('failed.hintPassword'),
  raise: null,
  retry: null,
  fix: t('failed.hintFix'),
  report: t('failed.hintReport'),
}

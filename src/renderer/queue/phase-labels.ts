/**
 * Owns what each phase is called. A missing row is a type error.
 */
import { t } from '../text/language'
import type { Phase } from '../../shared/domain'

export const phaseLabels: Readonly<Record<Phase, string>> = {
  expand: t('queue.phaseExpand'),
  extract: t('queue.phaseExtract'),
  chunk: t('queue.phaseChunk'),
  index: t('queue.phaseIndex'),
  ocr: t('queue.phaseOcr'),
  embed: t('queue.phaseEmbed'),
  summarize: t('queue.phaseSummarize'),
}

/**
 * Owns what each phase is called, as the lane it runs in where it is one with it. A missing row is a type error.
 */
import { t } from '../text/language'
import { laneLabels } from '../text/words'
import type { Phase } from '../../shared/domain'

export const phaseLabels: Readonly<Record<Phase, string>> = {
  expand: laneLabels.expand,
  extract: laneLabels.extract,
  chunk: t('queue.phaseChunk'),
  index: t('queue.phaseIndex'),
  ocr: laneLabels.ocr,
  embed: laneLabels.embed,
  summarize: laneLabels.summarize,
}

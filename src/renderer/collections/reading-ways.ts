/**
 * Owns what the ways are called in which a collection reads its documents, and what each means. Refuses: choosing.
 */
import { t } from '../text/language'
import type { SummaryWish } from '../../shared/answers'
import type { FigureReading, ScanReading } from '../../shared/domain'

export type Way = { readonly label: string; readonly description: string }

export const summaryWays: Readonly<Record<SummaryWish, Way>> = {
  off: { label: t('collections.summariesOff'), description: t('collections.summariesOffHint') },
  extractive: { label: t('collections.summariesOwn'), description: t('collections.summariesOwnHint') },
  provider: { label: t('collections.summariesProvider'), description: t('collections.summariesProviderHint') },
}

export const scanWays: Readonly<Record<ScanReading, Way>> = {
  ocr: { label: t('collections.scansOcr'), description: t('collections.scansOcrHint') },
  vision: { label: t('collections.byVision'), description: t('collections.scansVisionHint') },
}

export const figureWays: Readonly<Record<FigureReading, Way>> = {
  off: { label: t('collections.figuresOff'), description: t('collections.figuresOffHint') },
  vision: { label: t('collections.byVision'), description: t('collections.figuresVisionHint') },
}

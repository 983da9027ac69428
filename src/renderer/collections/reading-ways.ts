/**
 * Owns what the ways are called in which a collection reads its documents, and what each means. Refuses: choosing.
 */
import type { SummaryWish } from '../../shared/answers'
import type { FigureReading, ScanReading } from '../../shared/domain'

export type Way = { readonly label: string; readonly description: string }

export const summaryWays: Readonly<Record<SummaryWish, Way>> = {
  off: { label: 'No summaries', description: 'Only when you ask for one.' },
  extractive: {
    label: 'Sentences of the document itself',
    description: 'Chosen on this computer, as soon as everything else of a document is done.',
  },
  provider: {
    label: 'Written by the chat model',
    description:
      'The text is sent to the provider you chose, within its budget. Documents wait for it when it is not there.',
  },
}

export const scanWays: Readonly<Record<ScanReading, Way>> = {
  ocr: { label: 'OCR on this computer', description: 'Reads English print. Nothing leaves this computer.' },
  vision: {
    label: 'The vision model of a provider',
    description:
      'Pages without text and pictures of text are sent to the provider you chose for it, within its budget. OCR takes over where it fails.',
  },
}

export const figureWays: Readonly<Record<FigureReading, Way>> = {
  off: { label: 'Nobody', description: 'A document is found by its own text. Nothing leaves this computer.' },
  vision: {
    label: 'The vision model of a provider',
    description:
      'Charts, diagrams and tables that stand as pictures in PDFs with text are sent to the provider you chose for it, at most 20 of a document, within its budget. Each costs about as much as a scanned page or less.',
  },
}

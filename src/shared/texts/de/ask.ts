/** Owns the German of answers and their citations. */
import type { ask as english } from '../en/ask'
import type { TextsLike } from '../shape'

export const ask: TextsLike<typeof english> = {
  answerWithSources: 'Antwort mit Quellen',
  citation: 'Beleg {{number}}',
  citationAt: 'Beleg {{number}}: {{place}}',
  quoted: '„{{quote}}“',
  bySentences: 'Sätze aus den Dokumenten, in {{time}}',
  byModel: 'Geschrieben von {{model}}, in {{time}}',
  byChatModel: 'Geschrieben vom Chatmodell, in {{time}}',
  notFound: 'In den Dokumenten nicht gefunden',
  notFoundHelp: 'Nichts darin beantwortet diese Frage. Anders fragen oder mit „Finden“ nach einzelnen Wörtern suchen.',
  answer: 'Antwort',
  copyWithSources: 'Mit Quellen kopieren',
  whenWhole: 'Die Antwort erscheint, sobald sie vollständig ist …',
  looking: 'Dokumente werden durchsucht …',
  beingWritten: 'Antwort, wird geschrieben',
}

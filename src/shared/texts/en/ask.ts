/** Owns the English of answers and their citations. */
export const ask = {
  answerWithSources: 'Answer with its sources',
  citation: 'Citation {{number}}',
  citationAt: 'Citation {{number}}: {{place}}',
  quoted: '“{{quote}}”',
  bySentences: 'Sentences of your documents, in {{time}}',
  byModel: 'Written by {{model}}, in {{time}}',
  byChatModel: 'Written by the chat model, in {{time}}',
  notFound: 'Not found in your documents',
  notFoundHelp: 'Nothing in them answers this question. Ask it in other words, or look for single words with Find.',
  answer: 'Answer',
  copyWithSources: 'Copy with sources',
  whenWhole: 'The answer is shown as soon as it is whole…',
  looking: 'Looking through your documents…',
  beingWritten: 'Answer, being written',
} as const

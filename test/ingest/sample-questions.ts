/**
 * Owns questions about the sample documents with the document that a right answer quotes and the words it holds, or `null` where nothing in them
 * answers. Refuses: questions that need two documents put together.
 */

export type SampleQuestion = {
  readonly question: string
  /** End of the path of the document, and words of the quote; `null`: not in the documents. */
  readonly expected: readonly [path: string, words: string] | null
  /** They say it in other words than the question: without a chat model it may be missed, but not answered wrongly. */
  readonly mayBeMissed?: boolean
}

export const sampleQuestions: readonly SampleQuestion[] = [
  { question: 'How much is the rent?', expected: ['house/lease.docx', '980 euros'] },
  { question: 'How much is the deposit?', expected: ['house/lease.docx', '2,940 euros'] },
  { question: 'May I keep a dog in the flat?', expected: ['house/lease.docx', "landlord's consent"] },
  { question: 'What does the lease say about pets?', expected: ['house/lease.docx', 'Small animals'] },
  { question: 'How long is the notice period?', expected: ['house/lease.docx', 'three months'] },
  { question: 'Who is the landlord?', expected: ['house/lease.docx', 'Emil Hartwig'] },
  { question: 'How long do lentils cook?', expected: ['kitchen/lentil-soup.md', 'twenty minutes'], mayBeMissed: true },
  { question: 'How many eggs for the pancakes?', expected: ['kitchen/pancakes.txt', '3 eggs'] },
  { question: 'What does the insurance pay?', expected: ['house/insurance-letter.pdf', '661 euros'] },
  {
    question: 'Where is the key to the blue trunk hidden?',
    expected: ['old-letters.zip!/grandmother.docx', 'velvet curtain'],
  },
  { question: 'When do the tomatoes go outside?', expected: ['garden/garden-calendar.md', 'fifteenth'] },
  { question: 'How much does the class trip cost?', expected: ['school/class-trip.docx', '218 euros'] },
  { question: 'When does the summer concert take place?', expected: ['club/minutes-2024-03.docx', '22 June'] },
  { question: 'How hot must the oven be for the bread?', expected: ['kitchen/sourdough-bread.md', '250 degrees'] },
  { question: 'What does error E33 mean?', expected: ['house/heating-notes.txt', 'did not ignite'] },
  { question: 'How long is the motor covered?', expected: ['house/washing-machine-warranty.pdf', 'ten years'] },
  { question: 'How often should the lint filter be cleaned?', expected: ['machine-warranty.pdf', 'two months'] },
  { question: 'Where is the boiler?', expected: ['house/heating-notes.txt', 'behind the white door'] },
  { question: 'What is the guest network called?', expected: ['computer/wifi.md', 'Birdhouse'] },
  { question: 'How long should burns be cooled?', expected: ['health/first-aid-kit.txt', 'ten minutes'] },
  { question: 'When must the boiler be inspected?', expected: null },
  { question: 'When was the last boiler inspection?', expected: null },
  { question: 'What is the capital of Mongolia?', expected: null },
  { question: 'Who won the world cup?', expected: null },
  { question: 'How tall is the lighthouse?', expected: null },
  { question: 'How much does the ferry cost?', expected: null },
  { question: 'How many people live in Porto?', expected: null },
]

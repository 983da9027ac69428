// Owns a generated folder of mixed documents: the same for the same seed, with archives in archives, copies and broken ones.
// Refuses: files that take long to read; what takes time here is the number of passages.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { forgeZip, type ForgedEntry } from '../zip-forge'

const SAMPLE = resolve(__dirname, '../../../resources/sample')

/** Numbers from 0 to below 1, the same for the same seed (mulberry32, public domain). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const SUBJECTS = 'The harbor master|My neighbor|A retired pilot|The village baker|Our librarian|The beekeeper'.split(
  '|',
)
const VERBS = 'repairs|describes|measures|paints|remembers|counts|carries|photographs'.split('|')
const OBJECTS =
  'the copper kettle|a wooden rowing boat|the old church clock|seven glass jars|the map of the marshes|a broken bicycle'.split(
    '|',
  )
const PLACES = 'behind the mill|near the ferry|in early spring|before the storm|on the second Sunday|at the fair'.split(
  '|',
)

export type Writer = { sentence: () => string; paragraph: (sentences: number) => string }

export const createWriter = (random: () => number): Writer => {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? ''
  const sentence = (): string =>
    `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)} ${pick(PLACES)}, number ${Math.floor(random() * 9_000)}.`
  return {
    sentence,
    paragraph: (sentences) => Array.from({ length: sentences }, sentence).join(' '),
  }
}

/** Words that stand in one document each. */
export const LANDMARKS = { nested: 'quicksilver', long: 'zeppelin', csv: 'marzipan', html: 'kaleidoscope' } as const

const makeNested = (writer: Writer): Buffer => {
  const letters = (name: string): ForgedEntry[] =>
    Array.from({ length: 4 }, (_, n) => ({ name: `${name}/letter-${n}.txt`, data: writer.paragraph(12) }))
  const inner = forgeZip([
    ...letters('deep'),
    { name: 'deep/secret.txt', data: `The ${LANDMARKS.nested} barometer hangs in the attic of the observatory.` },
  ])
  return forgeZip([...letters('shallow'), { name: 'inner.zip', data: inner }, { name: 'empty.txt', data: '' }])
}

/** Writes about 60 documents into `folder`. The longest one has `longSections` sections. */
export const writeCorpus = (folder: string, seed: number, longSections = 430): void => {
  const writer = createWriter(createRandom(seed))
  const write = (name: string, content: string | Buffer): void => {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, content)
  }
  cpSync(SAMPLE, join(folder, 'sample'), { recursive: true })
  for (let n = 0; n < 16; n += 1) write(`notes/note-${n}.txt`, writer.paragraph(4 + n))
  for (let n = 0; n < 6; n += 1) {
    write(`pages/page-${n}.md`, `# Page ${n}\n\n${writer.paragraph(8)}\n\n## More of ${n}\n\n${writer.paragraph(8)}\n`)
  }
  write(
    'page.html',
    `<html><body><h1>Yard</h1><p>A ${LANDMARKS.html} of tulips. ${writer.paragraph(9)}</p></body></html>`,
  )
  write('stock.csv', `item,place\n${LANDMARKS.csv},cellar\n${'flour,attic\nsalt,shelf\n'.repeat(20)}`)
  write('facts.json', JSON.stringify({ ferry: writer.paragraph(2), mill: [writer.sentence(), writer.sentence()] }))
  // Short sections: many passages, which take several transactions to store, and little to embed.
  const long = Array.from({ length: longSections }, (_, n) => `## Stop ${n}\n\n${writer.paragraph(3)}`)
  write(
    'long.md',
    `# The long way\n\n${long.join('\n\n')}\n\n## The end\n\nThe ${LANDMARKS.long} landed in the orchard.\n`,
  )
  write('copy/one.txt', 'The same words in two places: a lantern, a ladder, a lemon tree.')
  write('copy/two.txt', 'The same words in two places: a lantern, a ladder, a lemon tree.')
  write('letters.zip', makeNested(writer))
  write('broken.zip', Buffer.from('PK\u0003\u0004 but nothing more'))
  write('broken.pdf', '%PDF-1.7\nnothing that could be read\n%%EOF')
  write('empty.txt', '')
}

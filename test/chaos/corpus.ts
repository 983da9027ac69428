// Owns the folder that chaos strikes: mixed documents, archives in archives, copies, broken ones, and five that harm their reader.
// Refuses: anything that is not the same for the same seed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRandom, createWriter, writeCorpus, type Writer } from '../support/faults/corpus'
import { forgeZip, type ForgedEntry } from '../support/zip-forge'

/** Documents that harm their reader (see src/workers/fault.ts), one of them two archives deep, and what becomes of them undisturbed. */
export const POISON: Readonly<Record<string, string>> = {
  'poison/fault-hang.txt': 'WORKER_STALLED',
  'poison/fault-exit.txt': 'WORKER_CRASHED',
  'poison/fault-allocate-3gb.txt': 'WORKER_MEMORY',
  'poison/fault-throw.txt': 'INTERNAL_BUG',
  'bundle.zip!/inner.zip!/fault-throw-later.txt': 'WORKER_CRASHED',
}

/** What is there whatever the size: the mixed folder of the other tests of kills, and what harms. */
const LONG_SECTIONS = 60

type Maker = { readonly name: (n: number) => string; readonly make: (writer: Writer, n: number) => string }

const makers: readonly Maker[] = [
  { name: (n) => `note-${n}.txt`, make: (writer, n) => writer.paragraph(3 + (n % 9)) },
  {
    name: (n) => `page-${n}.md`,
    make: (writer, n) => `# Page ${n}\n\n${writer.paragraph(5)}\n\n## More of ${n}\n\n${writer.paragraph(4)}\n`,
  },
  {
    name: (n) => `site-${n}.html`,
    make: (writer, n) => `<html><body><h1>Yard ${n}</h1><p>${writer.paragraph(6)}</p></body></html>`,
  },
  {
    name: (n) => `stock-${n}.csv`,
    make: (writer, n) =>
      `item,place\n${Array.from({ length: 5 }, (_, row) => `${n}-${row},"${writer.sentence()}"`).join('\n')}\n`,
  },
  { name: (n) => `facts-${n}.json`, make: (writer, n) => JSON.stringify({ number: n, mill: [writer.paragraph(3)] }) },
  {
    name: (n) => `letter-${n}.eml`,
    make: (writer, n) =>
      `From: miller@example.org\r\nTo: baker@example.org\r\nSubject: Flour ${n}\r\nContent-Type: text/plain\r\n\r\n${writer.paragraph(4)}\r\n`,
  },
]

/** Writes `documents` documents into `folder`, about a third of them within archives. At least 70. */
export const writeChaosCorpus = (folder: string, documents: number, seed: number): void => {
  writeCorpus(folder, seed, LONG_SECTIONS)
  const writer = createWriter(createRandom(seed + 1))
  const further = Math.max(0, documents - 70)
  const packed = { outer: [] as ForgedEntry[], inner: [] as ForgedEntry[] }
  const write = (name: string, content: string | Buffer): void => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  for (let n = 0; n < further; n += 1) {
    const maker = makers[n % makers.length]
    if (!maker) continue
    const [name, content] = [maker.name(n), maker.make(writer, n)]
    if (n % 6 === 1) packed.outer.push({ name, data: content })
    else if (n % 6 === 2) packed.inner.push({ name: `deep/${name}`, data: content })
    else write(`further/${n % 10}/${name}`, content)
  }
  for (const name of Object.keys(POISON)) if (!name.includes('!/')) write(name, `Never read: ${name}.`)
  packed.inner.push({ name: 'fault-throw-later.txt', data: 'Never read.' })
  write('bundle.zip', forgeZip([...packed.outer, { name: 'inner.zip', data: forgeZip(packed.inner) }]))
}

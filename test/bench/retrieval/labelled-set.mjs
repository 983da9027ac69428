// Owns the labelled set: documents made from the topics and a seed, queries of every kind with the documents that answer them, and which half
// of the topics is for tuning. The same seed makes the same set. Refuses to make a paraphrase that shares a content word with what it means.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeRandom } from '../text.mjs'
import { topics } from './topics.mjs'

const SEED = 20261122
/** Documents of each topic that answer its queries, and those that only use its words. */
const RELEVANT = 4
const DISTRACTORS = 9
const SMALL = new Set(
  `a about after an and are as at be before by did do does during for from get go had has have he her his how in is it its my of on only or our
  she so that the their them they this to under until was we were what when where which who why will with was`.split(
    /\s+/,
  ),
)
const wordsOf = (text) => (text.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => !SMALL.has(word))
const rootOf = (word) => word.replace(/(?:ing|ed|es|s|er|ers)$/, '').slice(0, 6)
const pick = (random, list) => list[Math.floor(list.length * random())]

/** A slip as fingers make it, in the longest word: two letters swapped, one left out or doubled. */
const misspell = (random, query) => {
  const longest = query.split(' ').reduce((best, word) => (word.length > best.length ? word : best), '')
  const at = 1 + Math.floor((longest.length - 3) * random())
  const slips = [
    () => longest.slice(0, at) + longest[at + 1] + longest[at] + longest.slice(at + 2),
    () => longest.slice(0, at) + longest.slice(at + 1),
    () => longest.slice(0, at) + longest[at] + longest.slice(at),
  ]
  const slip = pick(random, slips)()
  return query.replace(longest, slip === longest ? slips[1]() : slip)
}

const checkParaphrase = ({ passages, paraphrase }) => {
  const said = new Set(wordsOf(passages.join(' ')).map(rootOf))
  const shared = wordsOf(paraphrase).filter((word) => said.has(rootOf(word)))
  if (shared.length > 0) throw new Error(`"${paraphrase}" shares ${shared.join(', ')} with its passages`)
}

/** A sentence of words that are in the passages of many topics, and means nothing. */
const makeNoise = (random, vocabulary) => {
  const words = Array.from({ length: 7 }, () => pick(random, vocabulary))
  return `Note on the ${words.slice(0, 3).join(', ')} and the ${words.slice(3, 5).join(' ')} with ${words.slice(5).join(' or ')}.`
}

/** @returns documents by path, and queries with kind, text, the paths that answer, and the half they belong to */
export const makeLabelledSet = () => {
  const random = makeRandom(SEED)
  const vocabulary = topics.flatMap(({ passages }) => wordsOf(passages.join(' ')))
  const documents = new Map()
  const queries = []
  topics.forEach((topic, index) => {
    checkParaphrase(topic)
    const own = wordsOf(topic.passages.join(' '))
    const relevant = Array.from({ length: RELEVANT }, (_, at) => {
      const path = `shelf-${at % 2 === 0 ? 'north' : 'south'}/${index}-${at}.${at < 2 ? 'txt' : 'md'}`
      const noise = Array.from({ length: 1 + at }, () => makeNoise(random, vocabulary))
      const [first, second] = topic.passages
      const said = [[first, second], [first], [second], [second, first]][at]
      documents.set(path, [...noise.slice(0, at), ...said, ...noise.slice(at)].join(' '))
      return path
    })
    for (let at = 0; at < DISTRACTORS; at += 1) {
      const mixed = [...vocabulary, ...Array.from({ length: 20 }, () => own).flat()]
      const text = Array.from({ length: 4 }, () => makeNoise(random, at % 3 === 0 ? mixed : vocabulary)).join(' ')
      documents.set(`shelf-${at % 2 === 0 ? 'north' : 'south'}/noise-${index}-${at}.txt`, text)
    }
    const half = index % 2 === 0 ? 'tuning' : 'test'
    const add = (kind, text, answers = relevant) => queries.push({ kind, text, answers, half })
    add('keyword', topic.keyword)
    add('paraphrase', topic.paraphrase)
    add('typo', misspell(random, topic.keyword))
    add('question', topic.question)
    add(
      'filter',
      `${topic.keyword} ${index % 4 < 2 ? 'type:markdown' : 'in:shelf-north'}`,
      relevant.filter((path) => (index % 4 < 2 ? path.endsWith('.md') : path.includes('north'))),
    )
  })
  return { documents, queries }
}

/** Writes the documents below a folder. */
export const writeDocuments = (documents, folder) => {
  for (const [path, text] of documents) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    utimesSync(file, 1_700_000_000, 1_700_000_000)
  }
}

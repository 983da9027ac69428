import { expect, it } from 'vitest'
import { makeSnippet, type Range } from '../../../src/main/store/snippet'

/** Every place of these words. */
const find = (text: string, ...words: string[]): Range[] =>
  words
    .flatMap((word) =>
      Array.from(text.matchAll(new RegExp(`\\b${word}\\b`, 'gi')), ({ index }) => ({
        start: index,
        end: index + word.length,
      })),
    )
    .sort((left, right) => left.start - right.start)
const snippetOf = (text: string, ...words: string[]): string => makeSnippet(text, find(text, ...words))
const filler = (words: number): string => Array.from({ length: words }, (_, at) => `w${at}`).join(' ')

it('is the whole of a short text, with what matched marked', () => {
  expect(snippetOf('The ferry leaves at noon.', 'ferry', 'noon')).toBe('The [[ferry]] leaves at [[noon]].')
  expect(snippetOf('Nothing of it.', 'ferry')).toBe('Nothing of it.')
  expect(makeSnippet('', [])).toBe('')
})

it('is of forty words of a long one, and says where something is left out', () => {
  const text = `${filler(100)} ferry ${filler(100)}`
  const snippet = snippetOf(text, 'ferry')
  expect(snippet).toMatch(/^ … w92 .* \[\[ferry\]\] w0 .* … $/)
  expect(snippet.match(/\w+/g)).toHaveLength(40)
  expect(snippetOf(`ferry ${filler(100)}`, 'ferry')).toMatch(/^\[\[ferry\]\] w0 .* … $/)
  expect(snippetOf(`${filler(100)} ferry`, 'ferry')).toMatch(/^ … .* \[\[ferry\]\]$/)
})

it('begins at a sentence where one begins a little before', () => {
  expect(snippetOf(`${filler(60)}. In May the ferry ${filler(60)}`, 'ferry')).toMatch(/^ … In May the \[\[ferry\]\] w0/)
})

it('prefers different matches to many of the same', () => {
  const text = `mill mill mill mill ${filler(80)} mill and orchard ${filler(80)}`
  expect(snippetOf(text, 'mill', 'orchard')).toContain('[[mill]] and [[orchard]]')
})

it('leaves out what reaches beyond its end, and takes text of any script', () => {
  const text = `ferry ${filler(38)} last one`
  const at = text.indexOf('last')
  const snippet = makeSnippet(text, [
    { start: 0, end: 5 },
    { start: at, end: at + 'last one'.length },
  ])
  expect(snippet).toMatch(/^\[\[ferry\]\] .* last … $/)
  expect(makeSnippet('Живот је 👩‍🚀 леп', [{ start: 0, end: 5 }])).toBe('[[Живот]] је 👩‍🚀 леп')
})

it('of a text of very many matches takes no time to speak of', () => {
  const text = 'mill '.repeat(5_000)
  expect(snippetOf(text, 'mill').match(/\[\[mill\]\]/g)).toHaveLength(40)
})

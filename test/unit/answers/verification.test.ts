// Proves that a citation stands behind nothing its words do not say, whatever a chat model writes: figures, dates, denials, bare words, empty quotes.
import { describe, expect, it } from 'vitest'
import { figuresOf } from '../../../src/main/answers/figures'
import { findQuote, verifyAnswer } from '../../../src/main/answers/verification'
import type { Hit } from '../../../src/shared/domain'
import { textsOf } from '../../../src/shared/remarks'

const hit = (text: string, path: string): Hit => ({
  documentId: path,
  collection: 'default',
  path,
  location: `/in/${path}`,
  title: null,
  kind: 'text',
  score: 1,
  chunk: 0,
  page: null,
  snippet: '',
  text,
  start: 0,
  end: text.length,
})

const lease = hit(
  'The rent is 980 euros a month, with an advance of 210 euros for heating. The tenants pay a deposit of 2,940 euros. The lease begins on 1 May 2020. For cats and dogs the consent of the landlord is needed.',
  'lease.txt',
)
const pancakes = hit(
  'Whisk the flour until there are no lumps. Add 3 eggs. Let the batter stand for fifteen minutes.',
  'pancakes.txt',
)
const rules = hit(
  'Smoking is not allowed in the stairway. Bicycles are allowed in the cellar. Never leave candles unattended.',
  'rules.txt',
)
const passages = [lease, pancakes, rules]

const verify = (text: string) => {
  const { answer, citations, notes } = verifyAnswer(text, passages)
  return {
    answer,
    quotes: citations.map(({ number, quote }) => `${number}: ${quote}`),
    notes: textsOf(notes).join(' '),
  }
}
const nothing = { answer: '', quotes: [] }

describe('a sentence of a chat model', () => {
  it.each([
    ['No. [2]'],
    ['No. [2]\nQUOTES:\n[2] "Whisk the flour until there are no lumps."'],
    ['Yes.'],
    ['Yes, indeed. [1]'],
    ['5.'],
    ['The rent is 5000 euros a month.'],
    ['The rent is 5000 euros a month [1].'],
    ['The rent is 5000 euros a month [1].\nQUOTES:\n[1] "The rent is 980 euros a month"'],
    ['The rent is 980 dollars a month [1].\nQUOTES:\n[1] "The rent is 980 euros a month"'],
    ['The rent is 980 euros a year [1].\nQUOTES:\n[1] "The rent is 980 euros a month"'],
    ['The rent is five thousand euros a month [1].'],
    ['The lease ends in June [1]\nQUOTES:\n[1] "The"'],
    ['The lease begins on 2 May 2020 [1].\nQUOTES:\n[1] "The lease begins on 1 May 2020"'],
    ['The lease begins on 1 May 2021 [1].\nQUOTES:\n[1] "The lease begins on 1 May 2020"'],
    ['The batter stands for fifty minutes [2].'],
    ['The batter stands for fifteen hours [2].'],
    ['Smoking is allowed in the stairway [3].\nQUOTES:\n[3] "Smoking is not allowed in the stairway."'],
    ['Smoking is allowed in the stairway.'],
    ['Bicycles are not allowed in the cellar [3].\nQUOTES:\n[3] "Bicycles are allowed in the cellar."'],
    ['Bicycles are forbidden in the cellar [3].'],
    ['The landlord is Hans Gruber [1].\nQUOTES:\n[1] "the consent of the landlord is needed"'],
    ['Horses eat hay [1].\nQUOTES:\n[1] "The rent is 980 euros a month"'],
  ])('that its words do not carry is left out with its citation: %j', (text) => {
    expect(verify(text)).toMatchObject(nothing)
    expect(verify(text).notes).toContain('1 sentence(s) that no document proves were left out.')
  })

  it.each([
    [
      'The rent is 980 euros a month [1].\nQUOTES:\n[1] "The rent is 980 euros a month"',
      '1: The rent is 980 euros a month',
    ],
    ['The deposit is 2940 EUR [1].', '1: The tenants pay a deposit of 2,940 euros.'],
    ['The deposit is €2,940 [1].\nQUOTES:\n[1] "The"', '1: The tenants pay a deposit of 2,940 euros.'],
    ['The lease began on 2020-05-01 [1].', '1: The lease begins on 1 May 2020.'],
    ['Let the batter stand for 15 minutes [2].', '2: Let the batter stand for fifteen minutes.'],
    ['Smoking is prohibited in the stairway [3].', '3: Smoking is not allowed in the stairway.'],
    ["You can't smoke in the stairway [3].", '3: Smoking is not allowed in the stairway.'],
    ['3 [2]\nQUOTES:\n[2] "Add 3 eggs."', '2: Add 3 eggs.'],
    ['Die Miete beträgt 980 Euro [1].\nQUOTES:\n[1] "The rent is 980 euros"', '1: The rent is 980 euros'],
  ])('that they carry keeps its citation, in other figures and words as well: %j', (text, quote) => {
    expect(verify(text)).toMatchObject({ quotes: [quote], notes: '' })
  })

  it('that is a bare word stays with the proven one behind it, and goes with an unproven one', () => {
    expect(verify('Yes [3]. Bicycles are allowed in the cellar [3].')).toEqual({
      answer: 'Yes. Bicycles are allowed in the cellar [3].',
      quotes: ['3: Bicycles are allowed in the cellar.'],
      notes: '',
    })
    expect(verify('Yes. Bicycles may be washed there [3]. Add 3 eggs [2].').answer).toBe('Add 3 eggs [2].')
    expect(verify('Bicycles are allowed in the cellar [3]. Yes.').answer).toBe(
      'Bicycles are allowed in the cellar [3]. Yes.',
    )
  })

  it('is verified in no time, whatever spaces the model writes', () => {
    const startedMs = performance.now()
    const quotes = `[1] "The rent${' '.repeat(100_000)}"x\n${' '.repeat(100_000)}x`
    expect(verify(`The rent is 980 euros a month [1].\nQUOTES:\n${quotes}`).answer).toContain('980')
    // By their square they took 23 seconds.
    expect(performance.now() - startedMs).toBeLessThan(3_000)
  })

  it('is cited where it is carried when the quote of the model is of another sentence', () => {
    expect(verify('The deposit is 2,940 euros [1].\nQUOTES:\n[1] "The rent is 980 euros a month"').quotes).toEqual([
      '1: The tenants pay a deposit of 2,940 euros.',
    ])
  })

  it('shares a number with others only as far as one quote carries them all', () => {
    const { answer, quotes } = verify(
      'The rent is 980 euros [1]. The deposit is 2,940 euros [1]. The deposit is 7 euros [1].',
    )
    expect(answer).toBe('The rent is 980 euros [1]. The deposit is 2,940 euros [1].')
    expect(quotes).toEqual([`1: ${lease.text.slice(0, lease.text.indexOf(' The lease'))}`])
  })

  it('keeps the numbers of a list', () => {
    expect(verify('1. Whisk the flour [2].\n2. Add 3 eggs [2].\n3. Fry 7 eggs [2].').answer).toBe(
      '1. Whisk the flour [2].\n2. Add 3 eggs [2].',
    )
  })
})

describe('a quote', () => {
  it('proves nothing below three words or twelve characters', () => {
    expect(findQuote(lease.text, 'The')).toBeNull()
    expect(findQuote(lease.text, '980 euros')).toBeNull()
    expect(findQuote(pancakes.text, 'Add 3 eggs')).not.toBeNull()
    expect(findQuote(rules.text, 'unattended.')).toBeNull()
    expect(findQuote(rules.text, 'candles unattended')).not.toBeNull()
  })
})

describe('figures', () => {
  it.each([
    ['2,940 euros', '2940 €'],
    ['twenty-five minutes', '25 min'],
    ['two hundred and forty', '200 and 40'],
    ['on 14 March 2024', '2024-03-14'],
    ['the fifteenth', '15'],
    ['4.50', '4,5'],
    ['monthly', 'a month'],
  ])('are one whether written as %j or as %j', (left, right) => {
    expect([...figuresOf(left)].sort()).toEqual([...figuresOf(right)].sort())
    expect(figuresOf(left).size).toBeGreaterThan(0)
  })

  it('are not in "one of them may go first"', () => {
    expect([...figuresOf('one of them may go first')]).toEqual([])
  })
})

describe('what a model writes', () => {
  const timeOf = (text: string): number => {
    const startedMs = performance.now()
    verifyAnswer(text, passages)
    return performance.now() - startedMs
  }

  it.each([
    ['quotation marks', `The rent is 980 euros [1].\n\nQUOTES:\n[1] a${'"'.repeat(100_000)}x`],
    ['brackets', `${'['.repeat(60_000)} is 980 euros`],
    ['links without an end', `${'[a](http:'.repeat(40_000)} is 980 euros`],
    ['tags without an end', `${'<a'.repeat(50_000)} is 980 euros`],
  ])('is read in no time, also where it is nothing but %s', (_, text) => {
    expect(timeOf(text)).toBeLessThan(1_500)
  })

  it('proves with a quote whatever marks are around it', () => {
    const said = "The lease begins on 1 May 2020 [1].\n\nQUOTES:\n[1] „“«'The lease begins on 1 May 2020.'»”\""
    expect(verifyAnswer(said, passages)).toMatchObject({ citations: [{ quote: 'The lease begins on 1 May 2020.' }] })
  })
})

// Proves that sentences are cut where people would, with exact offsets, and that nothing is lost.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitSentences } from '../../../src/main/answers/sentences'
import { stemOf } from '../../../src/shared/stems'

const texts = (text: string): string[] => splitSentences(text).map((sentence) => sentence.text)

describe('sentences', () => {
  it('have exact offsets, in order, and together hold everything but white space', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.lorem({ mode: 'sentences' }),
            fc.string({ unit: 'grapheme' }),
            fc.constantFrom('\n', '\n\n', '. ', '? ', '。'),
          ),
        ),
        (parts) => {
          const text = parts.join(' ')
          let last = 0
          let whole = ''
          for (const { start, end, text: sentence } of splitSentences(text)) {
            expect(text.slice(start, end)).toBe(sentence)
            expect(start).toBeGreaterThanOrEqual(last)
            expect(sentence.length).toBeLessThanOrEqual(500)
            last = end
            whole += sentence
          }
          expect(whole.replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''))
        },
      ),
    )
  })

  it('do not end at abbreviations, initials and numbers', () => {
    expect(texts('Call Mr. Novotny at 9 a.m. tomorrow. Ask J. Smith about 3.5 liters.')).toEqual([
      'Call Mr. Novotny at 9 a.m. tomorrow.',
      'Ask J. Smith about 3.5 liters.',
    ])
  })

  it('go over the end of a line that was wrapped, and end with that of a list or a heading', () => {
    expect(
      texts(
        'The boiler is in the cellar behind the white door and its\npressure should be low.\n\nHeading\n- one\n- two',
      ),
    ).toEqual([
      'The boiler is in the cellar behind the white door and its\npressure should be low.',
      'Heading',
      '- one',
      '- two',
    ])
  })
})

describe('stems', () => {
  it('are those of the paper', () => {
    const pairs =
      'caresses:caress ponies:poni cats:cat feed:feed agreed:agre plastered:plaster motoring:motor conflated:conflat hopping:hop falling:fall filing:file happy:happi sky:sky relational:relat conditional:condit digitizer:digit vietnamization:vietnam triplicate:triplic electrical:electr hopefulness:hope revival:reviv allowance:allow adjustable:adjust replacement:replac adoption:adopt effective:effect probate:probat rate:rate cease:ceas controll:control roll:roll'
    for (const pair of pairs.split(' ')) {
      const [word = '', stem] = pair.split(':')
      expect(stemOf(word), word).toBe(stem)
    }
  })
})

// What is said of a text that is no JSON: the same with every engine, and in German, too.
import { describe, expect, it } from 'vitest'
import { jsonReasonOf } from '../../../src/shared/json-reason'
import { reasonIn } from '../../../src/shared/speak'

const reasonFor = (text: string): string => {
  try {
    JSON.parse(text)
  } catch (thrown) {
    return jsonReasonOf(thrown)
  }
  return ''
}

describe('a text that is no JSON', () => {
  it.each([
    ['breaks off', '{"a": ', 'it is no JSON: its end is missing', 'es ist kein JSON: das Ende fehlt'],
    [
      'goes wrong somewhere',
      '{"a": 1, ',
      /^it is no JSON(: its end is missing| from character \d+ on)$/,
      /^(es ist kein JSON: das Ende fehlt|ab dem \d+\. Zeichen ist es kein JSON)$/,
    ],
    [
      'has an entry of no kind',
      '{"a": 1 "b"}',
      /^it is no JSON from character 9 on$/,
      'ab dem 9. Zeichen ist es kein JSON',
    ],
  ])('that %s is told in words of our own', (_what, text, english, german) => {
    const reason = reasonFor(text)
    expect(reason).toMatch(english)
    expect(reasonIn('de', reason)).toMatch(german)
  })

  it('keeps what a disk said of a file', () => {
    expect(jsonReasonOf(new Error('EACCES: permission denied'))).toBe('EACCES: permission denied')
  })
})

// The sentences of errors in answers of the engine, in the language of the window.
import { describe, expect, it } from 'vitest'
import { told } from '../../../src/shared/errors'
import { sayIn } from '../../../src/shared/speak'

describe('an answer of the engine', () => {
  const bytes = new Uint8Array([1, 2])
  const answer = {
    total: 1,
    bytes,
    documents: [
      { path: 'a', ...told('FILE_EMPTY'), warnings: [told('IMAGE_ANIMATED', { actual: 3 })] },
      { path: 'b', code: null, message: null },
      { path: 'c', code: 'FILE_EMPTY', message: 'without its facts' },
      { path: 'd', code: 'OTHER', message: 'of another table', details: {} },
    ],
  }

  it('has its sentences in German, wherever they stand, and nothing else is touched', () => {
    expect(sayIn(answer, 'de')).toEqual({
      total: 1,
      bytes,
      documents: [
        {
          path: 'a',
          code: 'FILE_EMPTY',
          details: {},
          message: 'Die Datei ist leer: darin ist nichts zu finden.',
          warnings: [
            {
              code: 'IMAGE_ANIMATED',
              details: { actual: 3 },
              message: 'Von 3 Bildern einer Animation wurde das erste gelesen.',
            },
          ],
        },
        ...answer.documents.slice(1),
      ],
    })
  })

  it('passes untouched in English', () => {
    expect(sayIn(answer, 'en')).toBe(answer)
  })
})

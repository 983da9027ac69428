// The sentences of errors in answers of the engine, in the language of the window.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { told } from '../../../src/shared/errors'
import { sayIssue } from '../../../src/shared/schema-issues'
import { reasonIn, sayIn } from '../../../src/shared/speak'
import { systemCodes } from '../../../src/shared/system-reasons'

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

  it('is in English what it was, but for moments, which are those of the clock', () => {
    expect(sayIn(answer, 'en')).toEqual(answer)
    const retryAt = '2026-03-04T12:06:07.000Z'
    const stopped = told('BUDGET_EXCEEDED', { provider: 'desk', retryAt })
    expect(stopped.message).toContain(retryAt)
    const { message, details } = sayIn(stopped, 'en')
    expect(message).toMatch(/Wait until Mar \d, 2026, \d+:06\s[AP]M, raise it/)
    expect(details).toEqual({ provider: 'desk', retryAt })
  })

  it('has what the system said in words, with its code, and keeps what it said among the facts', () => {
    const reason = "ENOSPC: no space left on device, write '/data/x'"
    const unwritable = told('FILE_UNWRITABLE', { path: '/data/x', reason })
    expect(unwritable.message).toContain('no room is left on the disk: ENOSPC')
    const said = sayIn(unwritable, 'de')
    expect(said.message).toContain('auf dem Datenträger ist kein Platz mehr: ENOSPC')
    expect(said.details).toEqual({ path: '/data/x', reason })
  })
})

describe('a reason', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:1234', 'dort nimmt nichts Verbindungen an: ECONNREFUSED'],
    ['getaddrinfo ENOTFOUND models.example', 'ein Rechner dieses Namens wurde nicht gefunden: ENOTFOUND'],
    ['CERT_HAS_EXPIRED', 'das Zertifikat ist abgelaufen: CERT_HAS_EXPIRED'],
    ['not allowed', 'nicht erlaubt'],
    ['200', '200'],
    ['EBUSYBODY is no code', 'EBUSYBODY is no code'],
    ['the file is called ENOENT', 'the file is called ENOENT'],
    ['constructor', 'constructor'],
  ])('of its own: %s', (reason, german) => {
    expect(reasonIn('de', reason)).toBe(german)
  })

  it.each(systemCodes)('of the system has words in both languages: %s', (code) => {
    const [english, german] = [reasonIn('en', code), reasonIn('de', code)]
    expect(english.endsWith(`: ${code}`) && german.endsWith(`: ${code}`)).toBe(true)
    expect(english).not.toBe(german)
  })
})

describe('what a schema finds wrong', () => {
  const schema = z.strictObject({
    name: z.string().min(2).max(3),
    count: z.number().int().min(1).max(9),
    on: z.boolean(),
    many: z.array(z.string()),
    one: z.enum(['a', 'b']),
    day: z.iso.date(),
    within: z.object({ least: z.number() }),
  })
  const good = { name: 'abc', count: 1, on: true, many: [], one: 'a', day: '2026-01-31', within: { least: 1 } }
  it.each<[Record<string, unknown>, string, string]>([
    [{ name: 1 }, 'name: is not a text', 'name: ist kein Text'],
    [{ name: undefined }, 'name: is missing', 'name: fehlt'],
    [{ name: 'a' }, 'name: is below 2, the least', 'name: unter dem Kleinsten, 2'],
    [{ count: 10 }, 'count: is above 9, the most', 'count: über dem Größten, 9'],
    [{ count: 1.5 }, 'count: is not a whole number', 'count: ist keine ganze Zahl'],
    [{ on: 'yes' }, 'on: is neither true nor false', 'on: ist weder true noch false'],
    [{ many: 'x' }, 'many: is not a list', 'many: ist keine Liste'],
    [{ one: 'c' }, 'one: is none of a, b', 'one: ist keines von a, b'],
    [{ day: 'x' }, 'day: is not written as it should be', 'day: nicht so geschrieben, wie es sein sollte'],
    [{ within: { least: '1' } }, 'within.least: is not a number', 'within.least: ist keine Zahl'],
    [{ within: 1 }, 'within: is not an object', 'within: ist kein Objekt'],
    [{ more: 1 }, 'it: has unknown names (more)', 'das Ganze: enthält unbekannte Namen (more)'],
  ])('is said in words of our own: %o', (changed, english, german) => {
    const parsed = schema.safeParse({ ...good, ...changed })
    const said = sayIssue(parsed.error?.issues[0])
    expect([said, reasonIn('de', said)]).toEqual([english, german])
  })
})

// Proves that what Outlook wraps in winmail.dat is found in it, and that damaged wrappings end and say so.
import { describe, expect, it } from 'vitest'
import { openTnefContainer } from '../../../../../src/workers/archive/mail-container'
import { detectFormat } from '../../../../../src/workers/formats/detection'
import { itemOf } from '../../../../contract/formats/documents'
import { openIn } from './reading'

const number = (value: number, bytes: 2 | 4): Buffer => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntLE(value, 0, bytes)
  return buffer
}
const attribute = (level: number, id: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([level]), number(id, 4), number(bytes.length, 4), bytes, number(0, 2)])
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
const variable = (type: number, id: number, bytes: Buffer): Buffer =>
  Buffer.concat([number(type, 2), number(id, 2), number(1, 4), number(bytes.length, 4), padded(bytes)])
/** A property with a name of its own, which has to be stepped over. */
const named = Buffer.concat([
  ...[number(0x1f, 2), number(0x8001, 2), Buffer.alloc(16, 7), number(1, 4)],
  ...[number(6, 4), padded(Buffer.from('abc', 'utf16le')), number(1, 4), number(4, 4), Buffer.from('xy', 'utf16le')],
])
const properties = (...each: Buffer[]): Buffer => Buffer.concat([number(each.length, 4), ...each])

const tnef = (...each: Buffer[]): Buffer => Buffer.concat([number(0x223e9f78, 4), number(1, 2), ...each])
const big = Buffer.alloc(5_000, 'big ')
const mark = number(0x223e9f78, 4)
const whole = tnef(
  attribute(1, 0x00069007, number(1252, 4)),
  attribute(
    1,
    0x00069003,
    properties(named, variable(0x1e, 0x1000, Buffer.from('The body says caf\xe9.\0', 'latin1'))),
  ),
  attribute(2, 0x00069002, Buffer.alloc(14)),
  attribute(2, 0x00018010, Buffer.from('SHORT~1.TXT\0')),
  attribute(2, 0x0006800f, big),
  attribute(2, 0x00069005, properties(variable(0x1f, 0x3707, Buffer.from('a longer name.txt\0', 'utf16le')))),
  attribute(2, 0x00069002, Buffer.alloc(14)),
  attribute(2, 0x00018010, Buffer.from('../up.txt\0')),
  attribute(2, 0x0006800f, Buffer.from('small')),
  attribute(2, 0x00069002, Buffer.alloc(14)),
  attribute(2, 0x00018010, Buffer.from('Inner mail\0')),
  attribute(
    2,
    0x00069005,
    properties(variable(0x0d, 0x3701, Buffer.concat([Buffer.alloc(16), mark, Buffer.alloc(2)]))),
  ),
)

describe('winmail.dat', () => {
  it('is told by its bytes', async () => {
    const verdict = await detectFormat(itemOf(whole), 'winmail.dat')
    expect([verdict.archive, verdict.kind]).toEqual([true, 'tnef'])
  })

  it('holds the text of the mail and its files, under their long names', async () => {
    const { container, read } = await openIn(openTnefContainer, whole)
    expect(container.warnings).toEqual([])
    expect(container.entries.map(({ name }) => [name.name, name.problem?.code ?? null])).toEqual([
      ['message.txt', null],
      ['a longer name.txt', null],
      ['../up.txt', 'ARCHIVE_PATH_TRAVERSAL'],
      ['Inner mail.dat', null],
    ])
    expect((await read(0)).toString()).toBe('The body says café.')
    expect((await read(1)).equals(big)).toBe(true)
    expect((await read(2)).toString()).toBe('small')
    for (const { index, sizeBytes } of container.entries) expect((await read(index)).length).toBe(sizeBytes)
  })

  it('that is cut off anywhere gives what is whole, and that is said', async () => {
    for (let at = 16; at < whole.length - 1; at += 37) {
      const { container, read } = await openIn(openTnefContainer, whole.subarray(0, at))
      for (const { index, sizeBytes } of container.entries) expect((await read(index)).length).toBe(sizeBytes)
    }
    const { container } = await openIn(openTnefContainer, whole.subarray(0, 2_000))
    expect(container.warnings.map(({ code }) => code)).toEqual(['MAIL_TRUNCATED'])
    await expect(openIn(openTnefContainer, Buffer.from('nothing of the sort'))).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    })
  })

  it('with counts and lengths that lie is read in time', async () => {
    const lies = [
      properties(Buffer.concat([number(0x101f, 2), number(0x1000, 2), number(0xffffffff, 4)])),
      Buffer.concat([number(0xffffffff, 4), Buffer.alloc(3_000)]),
      Buffer.concat([number(5, 4), number(0x1003, 2), number(1, 2), number(0xffffffff, 4), Buffer.alloc(10_000)]),
    ]
    for (const lie of lies) {
      const { container } = await openIn(openTnefContainer, tnef(attribute(1, 0x00069003, lie)))
      expect(container.entries).toEqual([])
    }
  })
})

// Proves what is read of an Outlook mail, and that what is attached is handed on as files of their own.
import { describe, expect, it } from 'vitest'
import { openOutlookContainer } from '../../../../../src/workers/archive/mail-container'
import { writeCompoundFile } from '../../../../../src/workers/formats/msg-compound'
import { unpackRtf } from '../../../../../src/workers/formats/msg-rtf'
import { parseOleFile } from '../../../../../src/workers/formats/ole-file'
import { makeOutlook } from '../../../../support/mail/mail-maker'
import { openIn, readMailFile } from './reading'

const uncompressed = (rtf: string): Buffer => {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(rtf.length + 12, 0)
  header.writeUInt32LE(rtf.length, 4)
  header.write('MELA', 8, 'latin1')
  return Buffer.concat([header, Buffer.from(rtf)])
}

describe('the text of an Outlook mail', () => {
  it('begins with subject, addresses and date', async () => {
    const { kind, blocks, told } = await readMailFile(
      'a.msg',
      makeOutlook({ subject: 'Pläne', text: 'One.\r\n\r\nTwo.' }),
    )
    expect(kind).toBe('msg')
    expect(told.facts.title).toBe('Pläne')
    expect(blocks.map(({ kind: each, text }) => [each, text])).toEqual([
      ['heading', 'Pläne'],
      [
        'paragraph',
        'From: Ada Lovelace <ada@example.org>\nTo: charles@example.org\nDate: Mon, 01 Jun 2009 00:00:00 GMT',
      ],
      ['paragraph', 'One.'],
      ['paragraph', 'Two.'],
    ])
  })

  it('is that of the page or of the rich text where there is no plain one', async () => {
    const html = await readMailFile('a.msg', makeOutlook({ subject: 'S', html: '<p>From the page.</p>' }))
    expect(html.text).toContain('From the page.')
    const rtf = uncompressed('{\\rtf1\\ansi From the rich text.\\par}')
    const rich = await readMailFile('a.msg', makeOutlook({ subject: 'S', text: '  ', rtf }))
    expect(rich.text).toContain('From the rich text.')
    const none = await readMailFile('a.msg', makeOutlook({ subject: 'S' }))
    expect(none.told.coverage).toEqual([{ unit: 'part', from: 1, to: 1, name: null, state: 'empty', reason: null }])
  })

  it('is unpacked as the specification shows it', () => {
    // [MS-OXRTFCP] 3.1: the first example, and the one that refers to what it writes.
    const simple = Buffer.from(
      '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
      'hex',
    )
    expect(unpackRtf(simple)?.toString()).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n')
    const crossing = Buffer.from('1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0', 'hex')
    expect(unpackRtf(crossing)?.toString()).toBe('{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}')
    for (let at = 0; at < simple.length; at += 1) unpackRtf(simple.subarray(0, at))
    expect(unpackRtf(Buffer.alloc(40))).toBeNull()
  })
})

describe('what an Outlook mail holds', () => {
  const inner = {
    subject: 'Inner',
    text: 'Deep words.',
    attachments: [{ name: 'deep.txt', bytes: Buffer.from('deep') }],
  }
  const big = Buffer.alloc(20_000, 'big ')
  const bytes = makeOutlook({
    subject: 'S',
    text: 'See below.',
    attachments: [
      { name: 'a.bin', bytes: big },
      { name: 'logo.png', bytes: Buffer.alloc(300), contentId: 'logo', mediaType: 'image/png' },
      { name: 'Inner', mail: inner },
      { name: 'empty.txt', bytes: Buffer.alloc(0) },
      { name: 'a.bin', bytes: Buffer.from('small') },
    ],
  })

  it('is listed, and read by position; a mail in it is an Outlook file of its own', async () => {
    const { entries, told } = await readMailFile('a.msg', bytes)
    expect(entries.map(({ index, name }) => [index, name])).toEqual([
      [0, 'a.bin'],
      [1, 'Inner.msg'],
      [2, 'a (2).bin'],
    ])
    expect(told.coverage.filter(({ unit }) => unit === 'attachment').map(({ name, state }) => [name, state])).toEqual([
      ['a.bin', 'indexed'],
      ['logo.png', 'skipped'],
      ['Inner.msg', 'indexed'],
      ['empty.txt', 'empty'],
      ['a (2).bin', 'indexed'],
    ])
    const { container, read } = await openIn(openOutlookContainer, bytes)
    for (const { index, sizeBytes } of container.entries) expect((await read(index)).length).toBe(sizeBytes)
    expect((await read(0)).equals(big)).toBe(true)
    expect((await read(2)).toString()).toBe('small')
    const second = await readMailFile('Inner.msg', await read(1))
    expect(second.text).toContain('Deep words.')
    expect(second.text).toContain('Mon, 01 Jun 2009')
    expect((await (await openIn(openOutlookContainer, await read(1))).read(0)).toString()).toBe('deep')
  })

  it('is refused by code when the file is cut anywhere', async () => {
    for (let at = 1; at < 10; at += 1) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * at) / 10))
      const code = await readMailFile('a.msg', cut).then(
        () => 'read',
        (thrown: { code?: string }) => thrown.code,
      )
      expect(['read', 'DOCUMENT_CORRUPT', 'UNSUPPORTED_FORMAT']).toContain(code)
    }
  })
})

describe('a compound file that is written', () => {
  it('holds every stream, small, large and empty, as it was', () => {
    const streams = Array.from({ length: 300 }, (_, n) => ({
      path: n % 3 === 0 ? [`s${n}`] : ['folder', `inner${n % 5}`, `s${n}`],
      bytes: Buffer.alloc((n * 97) % 9_000, n),
    }))
    const file = parseOleFile(writeCompoundFile(streams))
    expect(file.names.length).toBe(streams.length)
    for (const { path, bytes } of streams) expect(file.read(path.join('/'))?.equals(bytes)).toBe(true)
  })
})

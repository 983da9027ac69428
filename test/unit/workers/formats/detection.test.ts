// Proves that what a file is comes from its bytes; that programs and files that are two things are refused; that misnamed files are said.
import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/shared/errors'
import { detectFormat } from '../../../../src/workers/formats/detection'
import { itemOf, makeDocx, makePdf, para } from '../../../contract/formats/documents'
import { forgeZip } from '../../../support/zip-forge'

const detect = async (
  name: string,
  content: Buffer | string,
): Promise<{ kind: string; archive: boolean; named: unknown }> => {
  const { kind, archive, note } = await detectFormat(itemOf(content), name)
  return { kind, archive, named: note?.details['named'] }
}

const refusal = async (name: string, content: Buffer | string): Promise<AppError> => {
  const thrown = await detectFormat(itemOf(content), name).catch((error: unknown) => error)
  if (!(thrown instanceof AppError)) throw new Error(`${name} was not refused`)
  return thrown
}

const zip = forgeZip([{ name: 'a.txt', data: 'Hello from the archive.' }])
const pdf = makePdf([['Hello there.']])
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABXvMqOgAAAABJRU5ErkJggg==',
  'base64',
)
const gif = Buffer.from('474946383961010001008000000000000000002c00000000010001000002024401003b', 'hex')

/** A header of a Windows program: its size, then where the newer header is. */
const windowsProgram = (): Buffer => {
  const bytes = Buffer.alloc(512)
  bytes.write('MZ')
  bytes.writeUInt32LE(128, 60)
  bytes.write('PE\0\0', 128, 'latin1')
  return bytes
}
const hex = (text: string, sizeBytes = 64): Buffer => Buffer.concat([Buffer.from(text, 'hex'), Buffer.alloc(sizeBytes)])

const tar = (name: string, magic: string): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name)
  header.write('0000644\0', 100)
  header.write('00000000005\0', 124)
  header.write('00000000000\0', 136)
  header.write(magic, 257, 'latin1')
  header.fill(32, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, Buffer.from('Hello'), Buffer.alloc(507 + 1_024)])
}

describe('a program', () => {
  const programs: readonly (readonly [name: string, content: Buffer, kind: string])[] = [
    ['tool', hex('7f454c4602010100'), 'a Linux program'],
    ['setup.exe', windowsProgram(), 'a Windows program'],
    ['invoice.pdf', windowsProgram(), 'a Windows program'],
    ['setup.bin', Buffer.concat([windowsProgram(), zip]), 'a Windows program'],
    ['tool.mac', hex('cffaedfe07000001'), 'a Mac program'],
    ['tool.fat', hex('cafebabe00000002'), 'a Mac program'],
    ['A.class', hex('cafebabe00000034'), 'a Java class'],
    ['a.wasm', hex('0061736d01000000'), 'a WebAssembly program'],
    ['classes.dex', hex('6465780a30333500'), 'an Android program'],
    ['Paper.lnk', hex('4c0000000114020000000000c000000000000046'), 'a Windows shortcut'],
  ]
  it.each(programs)('is refused: %s', async (name, content, kind) => {
    const error = await refusal(name, content)
    expect([error.code, error.details['kind']]).toEqual(['EXECUTABLE_FILE', kind])
  })

  it.each([
    ['notes.txt', 'MZ is how a program begins, and this is a long enough text about programs of old and new.'],
    ['run.sh', '#!/bin/sh\necho hello there'],
    ['elf.md', '# ELF\n\nELF is a format of programs.'],
  ])('is not seen in a text or a script: %s', async (name, content) => {
    await expect(detect(name, content)).resolves.toMatchObject({ archive: false })
  })
})

describe('a file that is two things', () => {
  const page = '<!doctype html><html><body>Hello there</body></html>'
  const twofold: readonly (readonly [name: string, content: Buffer])[] = [
    ['picture.gif', Buffer.concat([gif, zip])],
    ['picture.png', Buffer.concat([png, zip])],
    ['paper.pdf', Buffer.concat([pdf, zip])],
    ['page.html', Buffer.concat([Buffer.from(page), zip])],
    ['long.html', Buffer.concat([Buffer.from(`${page}${' '.repeat(100_000)}`), zip])],
    ['picture-paper.gif', Buffer.concat([gif, pdf])],
    ['page-paper.html', Buffer.concat([Buffer.from('<html><script>/*'), pdf])],
  ]
  it.each(twofold)('is refused: %s', async (name, content) => {
    expect((await refusal(name, content)).code).toBe('POLYGLOT_FILE')
  })

  it('is not an honest document that has a zip inside of it', async () => {
    const attached = Buffer.concat([pdf.subarray(0, -20), zip, Buffer.from('\nendstream\nendobj\n'), pdf.subarray(-20)])
    await expect(detect('paper.pdf', attached)).resolves.toMatchObject({ kind: 'pdf' })
    await expect(detect('letter.docx', makeDocx({ body: para('Hello') }))).resolves.toMatchObject({ kind: 'docx' })
  })

  it('is not an honest text about another kind, or a PDF behind the headers of a server', async () => {
    await expect(
      detect('about.txt', 'A PDF begins with %PDF-1.4 and ends with startxref and a number.'),
    ).resolves.toMatchObject({ kind: 'text' })
    const served = Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n'), pdf])
    await expect(detect('paper.pdf', served)).resolves.toMatchObject({ kind: 'pdf' })
  })

  it('is not a zip whose first entry is a stored PDF or picture', async () => {
    const stored = forgeZip([{ name: 'paper.pdf', data: pdf, method: 0 }])
    await expect(detect('papers.zip', stored)).resolves.toMatchObject({ kind: 'zip', archive: true })
  })
})

describe('a container', () => {
  const containers: readonly (readonly [name: string, content: Buffer, kind: string])[] = [
    ['a.bin', zip, 'zip'],
    ['a.bin', gzipSync('Hello'), 'gzip'],
    ['notes.txt', gzipSync('Hello'), 'gzip'],
    ['a.bin', Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(40)]), 'bzip2'],
    ['a.bin', hex('fd377a585a000004'), 'xz'],
    ['a.bin', hex('28b52ffd0458'), 'zstd'],
    ['a.bin', hex('377abcaf271c0004'), '7z'],
    ['a.bin', tar('a.txt', 'ustar\x0000'), 'tar'],
    ['old.bin', tar('a.txt', ''), 'tar'],
  ]
  it.each(containers)('is told by its bytes: %s', async (name, content, kind) => {
    await expect(detect(name, content)).resolves.toEqual({ kind, archive: true, named: undefined })
  })

  it('is not seen where the bytes only begin like one', async () => {
    expect(
      (await refusal('a.bin', Buffer.concat([Buffer.from([0x1f, 0x8b, 0x99]), deflateRawSync('x'.repeat(999))]))).code,
    ).toBe('BINARY_FILE')
    await expect(detect('bzh.txt', 'BZh9 is how bzip2 begins, and this is a text.')).resolves.toMatchObject({
      kind: 'text',
    })
    await expect(detect('letter.txt', 'From Ann, with love, in 2024.\nDear Bob, how are you?')).resolves.toMatchObject({
      kind: 'text',
    })
  })
})

describe('a name that promises something else', () => {
  const misnamed: readonly (readonly [name: string, content: Buffer | string, kind: string, named: string])[] = [
    ['letter.docx', pdf, 'pdf', 'a Word document'],
    ['paper.pdf', '<!doctype html><html><body>Not found</body></html>', 'html', 'a PDF'],
    ['paper.pdf', makeDocx({ body: para('Hello') }), 'docx', 'a PDF'],
    ['photo.jpg', pdf, 'pdf', 'an image (JPG)'],
    ['notes.txt', pdf, 'pdf', 'a text file'],
    ['sheet.xls', '<html><table><tr><td>1</td></tr></table></html>', 'html', 'an Excel workbook (XLS)'],
  ]
  it.each(misnamed)('is said, and the content is read: %s', async (name, content, kind, named) => {
    await expect(detect(name, content)).resolves.toEqual({ kind, archive: false, named })
  })

  it.each([
    ['page.txt', '<!doctype html><html><body>Hello</body></html>', 'html'],
    ['README', 'Hello there', 'text'],
    ['data.json', '{"a": 1}', 'json'],
    ['settings.txt', '<?xml version="1.0"?><a>Hello</a>', 'xml'],
    ['paper.bak', pdf, 'pdf'],
    ['letter.dotx', makeDocx({ body: para('Hello') }), 'docx'],
  ])(
    'is nothing to speak of between kinds of text, or without an extension that is known: %s',
    async (name, content, kind) => {
      await expect(detect(name, content)).resolves.toEqual({ kind, archive: false, named: undefined })
    },
  )
})

describe('a kind of text', () => {
  const texts: readonly (readonly [name: string, content: string, kind: string])[] = [
    ['noname', '<?xml version="1.0"?><garden><p>Hello</p></garden>', 'xml'],
    ['noname', '<rss version="2.0"><channel><title>News</title></channel></rss>', 'xml'],
    ['noname', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n', 'vtt'],
    ['film.txt', '1\n00:00:01,000 --> 00:00:02,000\nHello\n', 'srt'],
    ['noname', '{"a": 1}\n{"a": 2}\n{"a": 3}\n', 'jsonl'],
    ['noname', '{"cells": [{"cell_type": "code", "source": "x"}], "nbformat": 4}', 'ipynb'],
    ['syslog', 'Jan  2 10:11:12 host a: x\nJan  2 10:11:13 host a: y\nJan  2 10:11:14 host a: z\n', 'log'],
    ['server.log.1', 'anything', 'log'],
    ['README', 'Garden\n======\n\n.. note:: Take care.\n\nEnd.\n', 'rst'],
    ['Cargo.lock', '[[package]]\nname = "a"\n', 'toml'],
    ['a.yml', 'a: 1\n', 'yaml'],
    ['a.yml', '<!doctype html><html><body>Sign in</body></html>', 'html'],
    ['page.xml', '<?xml version="1.0"?><!DOCTYPE html><html><body>Hello</body></html>', 'html'],
    ['diary.txt', '2024-01-01 It rained.\n2024-01-02 It rained.\n2024-01-03 Sun.\n', 'text'],
    ['a.py', '<?xml is a string ?>', 'code'],
  ]
  it.each(texts)('is told by its content, and by its name where that says nothing: %s', async (name, content, kind) => {
    await expect(detect(name, content)).resolves.toMatchObject({ kind })
  })
})

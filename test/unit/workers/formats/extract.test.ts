// Proves what one extraction says to the engine, which outcome each kind of input has, and that limits are named.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/shared/errors'
import { resolveLimits, type LimitName } from '../../../../src/shared/limits'
import type { Chunk, ExtractMessage, ExtractResult } from '../../../../src/shared/work'
import { runExtract } from '../../../../src/workers/formats/extract'
import { makeDocx, makePdf, para } from '../../../contract/formats/documents'
import { forgeZip } from '../../../support/zip-forge'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-extract-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Story = { result: ExtractResult; messages: ExtractMessage[]; chunks: Chunk[]; text: string }

const extract = async (
  name: string,
  content: Buffer | string,
  options: {
    limits?: Partial<Record<LimitName, number>>
    proceed?: boolean
    signal?: AbortSignal
    onChunks?: (chunks: Chunk[]) => Promise<void> | void
  } = {},
): Promise<Story> => {
  const location = join(folder, name)
  writeFileSync(location, content)
  const messages: ExtractMessage[] = []
  const chunks: Chunk[] = []
  const result = await runExtract(
    {
      locator: { location, entries: [] },
      name,
      limits: resolveLimits(options.limits),
      tempDir: join(folder, 'temp'),
      inflateBudgetBytes: null,
    },
    {
      say: async (message) => {
        messages.push(message)
        if (message.type === 'chunks') {
          chunks.push(...message.chunks)
          await options.onChunks?.(message.chunks)
        }
        return { proceed: options.proceed ?? true }
      },
      beat: () => undefined,
      signal: options.signal ?? new AbortController().signal,
    },
  )
  chunks.push(...result.lastChunks)
  return { result, messages, chunks, text: chunks.map((chunk) => chunk.text).join('\n\n') }
}

const errorOf = async (work: Promise<unknown>): Promise<AppError> => {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AppError)) throw new Error(`expected an AppError, got ${String(thrown)}`)
  return thrown
}

const paragraphs = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `Paragraph ${i}: ${'the quick brown fox jumps over the lazy dog '.repeat(20)}`,
  ).join('\n\n')

describe('one extraction', () => {
  it('says what it saw before anything else; a few chunks come with the result, counted', async () => {
    const { result, messages, chunks } = await extract(
      'a.txt',
      'Hello from the garden.\n\nIt is the second paragraph of the text.',
    )
    expect(messages[0]).toMatchObject({
      type: 'seen',
      kind: 'text',
      archive: false,
      sizeBytes: 63,
      sha256: result.sha256,
    })
    expect(messages.map((message) => message.type)).toEqual(['seen'])
    expect(result).toMatchObject({ chunkCount: chunks.length, chars: 63, archive: false })
    expect(result.facts).toMatchObject({
      kind: 'text',
      title: 'Hello from the garden.',
      encoding: 'utf-8',
      warnings: [],
    })
    expect(result.extractMs).toBeGreaterThan(0)
  })

  it('reads nothing when the content is known already', async () => {
    const { result, messages } = await extract('known.txt', 'Known.', { proceed: false })
    expect(messages).toHaveLength(1)
    expect(result).toMatchObject({ facts: null, chars: 0, chunkCount: 0 })
  })

  it('hands an archive back, whatever its name is', async () => {
    const { result, messages } = await extract('holiday.bin', forgeZip([{ name: 'a.txt', data: 'x' }]))
    expect(messages).toMatchObject([{ type: 'seen', kind: 'zip', archive: true }])
    expect(result).toMatchObject({ archive: true, facts: null })
  })

  it('sends at most 200 chunks at a time and waits for each answer', async () => {
    let open = 0
    let most = 0
    const sizes: number[] = []
    const { result } = await extract('long.txt', paragraphs(500), {
      onChunks: async (chunks) => {
        open += 1
        most = Math.max(most, open)
        sizes.push(chunks.length)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
      },
    })
    expect(most).toBe(1)
    expect(Math.max(...sizes)).toBe(200)
    expect(result.lastChunks.length).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, result.lastChunks.length)).toBe(result.chunkCount)
  })

  it('stops soon after it is cancelled', async () => {
    const controller = new AbortController()
    const error = await errorOf(
      extract('cancelled.txt', paragraphs(2_000), {
        signal: controller.signal,
        onChunks: () => controller.abort(new AppError('CANCELLED')),
      }),
    )
    expect(error.code).toBe('CANCELLED')
  })

  it('passes an error of the engine on', async () => {
    const failing = extract('refused.txt', paragraphs(500), {
      onChunks: () => {
        throw new AppError('DISK_FULL')
      },
    })
    expect((await errorOf(failing)).code).toBe('DISK_FULL')
  })
})

describe('limits', () => {
  it('keeps the first characters of a text that is too long, and says so', async () => {
    const { result, text } = await extract('long.txt', paragraphs(50), { limits: { 'document.chars': 5_000 } })
    const all = paragraphs(50).replaceAll('\n\n', '').length
    const [warning, ...others] = result.facts?.warnings ?? []
    expect(others).toEqual([])
    expect(warning).toMatchObject({ code: 'TEXT_LIMIT', details: { limit: 5_000, setting: 'document.chars' } })
    // White space between what was kept and what was not belongs to neither.
    expect(Math.abs(Number(warning?.details['leftOutChars']) + text.replaceAll('\n\n', '').length - all)).toBeLessThan(
      60,
    )
    expect(result.facts?.coverage).toMatchObject([{ unit: 'document', state: 'truncated', reason: warning }])
    expect(result.chars).toBeLessThanOrEqual(5_000)
    expect(result.chars).toBeGreaterThan(4_500)
    expect(text).toContain('Paragraph 0:')
  })

  it('keeps the first chunks of a document that has too many, and says so', async () => {
    const { result, chunks } = await extract('long.txt', paragraphs(50), { limits: { 'document.chunks': 12 } })
    const kept = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0)
    const [warning, ...others] = result.facts?.warnings ?? []
    expect(others).toEqual([])
    expect(warning).toMatchObject({ code: 'CHUNKS_LIMIT', details: { limit: 12, setting: 'document.chunks' } })
    expect(Math.abs(Number(warning?.details['leftOutChars']) + kept - paragraphs(50).length)).toBeLessThan(300)
    expect(chunks.map((chunk) => chunk.ordinal)).toEqual(Array.from({ length: 12 }, (_, i) => i))
  })

  it('says nothing about a document that just fits', async () => {
    const { result } = await extract('fits.txt', 'x'.repeat(999) + ' end', { limits: { 'document.chars': 1_003 } })
    expect(result.facts?.warnings).toEqual([])
  })

  it('reads the first pages of a PDF that has too many, and says so', async () => {
    const pdf = makePdf([['Page one of three.'], ['Page two of three.'], ['Page three of three.']])
    const { result, text } = await extract('book.pdf', pdf, { limits: { 'pdf.pages': 2 } })
    expect(text).toContain('Page two')
    expect(text).not.toContain('Page three')
    expect(result.facts?.warnings).toEqual([
      { code: 'PDF_PAGES_LIMIT', details: { limit: 2, actual: 3, setting: 'pdf.pages' } },
    ])
  })

  it('rejects a Word document that inflates like a bomb', async () => {
    const bomb = makeDocx({ body: para('a') + '<w:p/>'.repeat(400_000) })
    const error = await errorOf(extract('bomb.docx', bomb))
    expect(error.code).toBe('DOCUMENT_BOMB')
    expect(error.message).toContain('archive.entryRatio')
  })

  it('rejects a Word document that nests its XML too deep', async () => {
    const deep = makeDocx({ body: '<w:x>'.repeat(200) + '</w:x>'.repeat(200) })
    const error = await errorOf(extract('deep.docx', deep))
    expect(error).toMatchObject({ code: 'DOCUMENT_BOMB' })
    expect(error.message).toContain('document.xmlDepth')
  })

  it('rejects a PDF that is too large to hold in memory, with the setting that allows it', async () => {
    const error = await errorOf(
      extract('large.pdf', makePdf([['x'.repeat(2_000)]]), { limits: { 'pdf.bytes': 1_024 } }),
    )
    expect(error).toMatchObject({ code: 'FILE_TOO_LARGE', details: { limit: 1_024, setting: 'pdf.bytes' } })
  })

  it('rejects a document that is too large', async () => {
    const error = await errorOf(extract('large.txt', 'x'.repeat(5_000), { limits: { 'document.bytes': 4_096 } }))
    expect(error.code).toBe('FILE_TOO_LARGE')
  })
})

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const random = Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7_919 + ((i * i) >> 3)) & 255))

/** Name, content, code, and the kind that the sentence names. */
type Refusal = readonly [name: string, content: Buffer | string, code: string, kind?: string]
const refusals: readonly Refusal[] = [
  ['empty.txt', '', 'FILE_EMPTY'],
  ['blank.txt', ' \n\t\n ', 'DOCUMENT_NO_TEXT'],
  ['blank.html', '<!doctype html><body> <script>1</script></body>', 'DOCUMENT_NO_TEXT'],
  ['noise.dat', random, 'BINARY_FILE'],
  ['noise.pdf', random, 'DOCUMENT_CORRUPT'],
  ['noise.docx', random, 'DOCUMENT_CORRUPT'],
  ['error-page.pdf', 'not found', 'DOCUMENT_CORRUPT'],
  ['cut.pdf', makePdf([['x']]).subarray(0, 60), 'DOCUMENT_CORRUPT'],
  ['locked.pdf', makePdf([['Secret.']], { password: 'secret' }), 'PDF_ENCRYPTED'],
  ['cut.docx', makeDocx({ body: para('x') }).subarray(0, 400), 'DOCUMENT_CORRUPT'],
  ['doctype.docx', makeDocx({ body: para('x'), prolog: '<!DOCTYPE a [<!ENTITY b "c">]>' }), 'DOCUMENT_CORRUPT'],
  ['old.doc', Buffer.concat([OLE, Buffer.alloc(500), Buffer.from('WordDocument', 'utf16le')]), 'DOCUMENT_CORRUPT'],
  [
    'drawing.vsd',
    Buffer.concat([OLE, Buffer.alloc(500), Buffer.from('VisioDocument', 'utf16le')]),
    'UNSUPPORTED_FORMAT',
    'vsd',
  ],
  [
    'text.odt',
    forgeZip([{ name: 'mimetype', data: 'application/vnd.oasis.opendocument.text', method: 0 }]),
    'DOCUMENT_CORRUPT',
  ],
  ['song.txt', Buffer.concat([Buffer.from('fLaC\0'), Buffer.alloc(500)]), 'UNSUPPORTED_FORMAT', 'flac'],
  [
    'setup.txt',
    Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(500)]),
    'EXECUTABLE_FILE',
    'a Linux program',
  ],
]

describe('what cannot be indexed', () => {
  const rows = refusals.map(([name, content, code, kind]) => ({ name, content, code, kind }))
  it.each(rows)('$name is answered with its own code', async ({ name, content, code, kind }) => {
    const error = await errorOf(extract(name, content))
    expect(error.code).toBe(code)
    if (kind !== undefined) expect(error.details['kind']).toBe(kind)
  })
})

/** Name, content, kind. */
const kinds: readonly (readonly [name: string, content: Buffer | string, kind: string])[] = [
  ['page.txt', '<!-- x --><?xml version="1.0"?>\n<!DOCTYPE html><html><body>Hello there</body></html>', 'html'],
  ['letter.txt', 'From: Ann\nTo: Bob\nSubject: Tea\nDate: Monday\n\nCome at five.', 'text'],
  ['bmw.txt', 'BM is how a bitmap begins, and this is a text about cars.', 'text'],
  ['MZ', 'MZ is how a program begins, and this is a text.', 'text'],
  ['Makefile', 'all:\n\techo hello', 'code'],
  ['run', '#!/usr/bin/env -S python3 -u\nprint("hello")', 'code'],
  ['page.php', '<!doctype html><html><?php echo "hello" ?></html>', 'code'],
  ['readme.md', '<html> is a tag.', 'markdown'],
  ['data', '{"a": ["hello there"]}', 'json'],
  ['braces.txt', '{not json} but a text', 'text'],
  ['paper.bin', makePdf([['Hello there']]), 'pdf'],
  ['letter.zip.bak', makeDocx({ body: para('Hello there') }), 'docx'],
  ['prefixed.pdf', Buffer.concat([Buffer.from('junk before\n'), makePdf([['Hello there']])]), 'pdf'],
]

describe('the kind', () => {
  it.each(kinds)('of %s is told by its content first', async (name, content, kind) => {
    expect((await extract(name, content)).result.facts?.kind).toBe(kind)
  })

  it('is text in any encoding', async () => {
    const text =
      'Größe und Länge, schöne Grüße aus Österreich. Wir möchten über die Fahrräder sprechen, die früher täglich zur Brücke fuhren.'
    const encoded = [
      ['utf8-bom.txt', Buffer.from(`\ufeff${text}`), 'utf-8'],
      ['utf16.txt', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
      ['utf16-unmarked.txt', Buffer.from(text, 'utf16le'), 'utf-16le'],
      ['latin1.txt', Buffer.from(text, 'latin1'), 'windows-1252'],
    ] as const
    for (const [name, bytes, encoding] of encoded) {
      const story = await extract(name, bytes)
      expect(story.text, name).toBe(text)
      expect(story.result.facts, name).toMatchObject({ encoding, language: 'de' })
    }
  })

  it('decides the encoding by the first byte that is not ASCII, however late it comes', async () => {
    const ascii = 'plain ASCII words fill the beginning of this file. '.repeat(4_000)
    const story = await extract(
      'late.txt',
      Buffer.concat([Buffer.from(ascii), Buffer.from('Süßes für Möwen', 'latin1')]),
    )
    expect(story.text).toContain('Süßes für Möwen')
    expect(story.result.facts?.warnings).toEqual([])
  })

  it('names bytes that could not be decoded', async () => {
    const text = Buffer.from('Naïve café, œuvre, Übung, façade, jalapeño, Smørrebrød. '.repeat(20))
    const story = await extract('broken.txt', Buffer.concat([text, Buffer.from([0xff, 0xfe, 0x20]), text]))
    expect(story.result.facts?.warnings).toEqual([
      { code: 'TEXT_UNDECODABLE', details: { count: 2, encoding: 'utf-8' } },
    ])
  })
})

// Proves that every format keeps the promises of the format contract. A format without a row here is a type error.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { documentKinds, type DocumentKind } from '../../../src/shared/kinds'
import { resolveLimits, type LimitName } from '../../../src/shared/limits'
import { blockKinds, type Block, type Warning } from '../../../src/shared/work'
import { detectFormat } from '../../../src/workers/formats/detection'
import type { FormatContext, FormatFacts, ItemBytes } from '../../../src/workers/formats/format'
import { formatTable } from '../../../src/workers/formats/table'
import { makeOutlook } from '../../support/mail/mail-maker'
import { itemOf, makeDocx, makePdf, para, row } from './documents'
import { officeSubjects } from './office-subjects'
import { textSubjects } from './text-subjects'

const sentence = (i: number): string => `Sentence number ${i} is about the garden, its paths and its old apple trees.`
const many = (count: number): string[] => Array.from({ length: count }, (_, i) => sentence(i))

type Subject = {
  name: string
  /** A document of this kind; `needle` stands in it, under `heading` where the kind has headings. */
  good: Buffer
  needle: string
  heading: string | null
  /** A document of thousands of sentences. */
  long: () => Buffer
}

const markup = (lines: readonly string[]): string => lines.map((line) => `<p>${line}</p>`).join('\n')

const subjects: Readonly<Record<DocumentKind, Subject>> = {
  ...textSubjects(many),
  text: {
    name: 'note.txt',
    good: Buffer.from('First paragraph.   \n\nThe needle is here.\t\n\n\n'),
    needle: 'The needle is here.',
    heading: null,
    long: () => Buffer.from(many(5_000).join('\n\n')),
  },
  markdown: {
    name: 'note.md',
    good: Buffer.from('# Garden\n\nThe **needle** is here.  \n\n- one\n- two\n'),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => Buffer.from(many(5_000).join('\n\n')),
  },
  code: {
    name: 'program.py',
    good: Buffer.from('import os\n\n\ndef needle():  \n    return 1\n'),
    needle: 'def needle():',
    heading: null,
    long: () => Buffer.from(many(5_000).join('\n\n')),
  },
  html: {
    name: 'page.html',
    good: Buffer.from('<!doctype html><html><body><h1>Garden</h1><p>The <b>needle</b> is here. </p></body></html>'),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => Buffer.from(`<!doctype html><body>${markup(many(5_000))}</body>`),
  },
  csv: {
    name: 'table.csv',
    good: Buffer.from('Name,Place\nneedle,haystack\n'),
    needle: 'Name: needle; Place: haystack',
    heading: null,
    long: () =>
      Buffer.from(
        `Number,Text\n${many(5_000)
          .map((text, i) => `${i},"${text}"`)
          .join('\n')}`,
      ),
  },
  json: {
    name: 'data.json',
    good: Buffer.from('{"place": {"what": "needle "}}'),
    needle: 'place.what: needle',
    heading: null,
    long: () => Buffer.from(JSON.stringify(many(5_000).map((text) => ({ text })))),
  },
  pdf: {
    name: 'paper.pdf',
    good: makePdf([['# Garden', '', 'The needle is here.', 'A second line of it.'], ['Second page.']]),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makePdf(Array.from({ length: 120 }, (_, page) => many(40).map((text) => `${page} ${text}`))),
  },
  docx: {
    name: 'letter.docx',
    good: makeDocx({ body: para('Garden', 'H1') + para('The needle is here. ') + `<w:tbl>${row(['a', 'b'])}</w:tbl>` }),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () =>
      makeDocx({
        body: many(5_000)
          .map((text) => para(text))
          .join(''),
      }),
  },
  eml: {
    name: 'letter.eml',
    good: Buffer.from(
      'From: a@example.org\r\nSubject: =?utf-8?q?Gar?=\r\n =?utf-8?q?den?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe needle is here.  \r\n\r\n> one\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nattached\r\n--b--\r\n',
    ),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => Buffer.from(`From: a@example.org\n\n${many(5_000).join('\n\n')}`),
  },
  msg: {
    name: 'letter.msg',
    good: makeOutlook({ subject: 'Garden', text: 'The needle is here.  \r\n\r\n> one\r\n' }),
    needle: 'The needle is here.',
    heading: 'Garden',
    long: () => makeOutlook({ subject: 'Garden', text: many(5_000).join('\r\n\r\n') }),
  },
  image: {
    name: 'lighthouse.png',
    good: readFileSync(join(__dirname, '../../fixtures/ocr/lighthouse.png')),
    needle: 'herring boats',
    heading: null,
    long: () => readFileSync(join(__dirname, '../../fixtures/ocr/fax.tif')),
  },
  ...officeSubjects,
}

type Reading = { blocks: Block[]; warnings: Warning[]; facts: Partial<FormatFacts>; beats: number }

const read = async (
  kind: DocumentKind,
  item: ItemBytes,
  options: {
    limits?: Partial<Record<LimitName, number>>
    signal?: AbortSignal
    onBlock?: (count: number) => void
  } = {},
): Promise<Reading> => {
  const reading: Reading = { blocks: [], warnings: [], facts: {}, beats: 0 }
  const context: FormatContext = {
    name: subjects[kind].name,
    limits: resolveLimits(options.limits),
    signal: options.signal ?? new AbortController().signal,
    beat: () => {
      reading.beats += 1
    },
    warn: (warning) => reading.warnings.push(warning),
    describe: (facts) => Object.assign(reading.facts, facts),
    cover: () => undefined,
    passwords: [],
    ocr: false,
    needOcr: () => undefined,
  }
  for await (const block of formatTable[kind].extract(item, context)) {
    reading.blocks.push(block)
    options.onBlock?.(reading.blocks.length)
  }
  return reading
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'nothing was thrown'
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : `not an AppError: ${String(thrown)}`
  }
}

/** Too slow to be asked this often (read by another program, which may not be installed, or by OCR): their own tests prove the same. */
const slowKinds: readonly DocumentKind[] = ['xls', 'ppt', 'image']

describe.each(documentKinds.filter((kind) => !slowKinds.includes(kind)))('the format %s', (kind) => {
  const subject = subjects[kind]

  it('is recognized by its table row', async () => {
    expect(formatTable[kind].kind).toBe(kind)
    const { format } = await detectFormat(itemOf(subject.good), subject.name)
    expect(format?.kind).toBe(kind)
  })

  it('gives blocks as the contract wants them, with the text in them', async () => {
    const { blocks } = await read(kind, itemOf(subject.good))
    expect(blocks.map((block) => block.text).join('\n')).toContain(subject.needle)
    for (const block of blocks) {
      expect(blockKinds).toContain(block.kind)
      expect(block.text).not.toBe('')
      expect(block.text).toBe(block.text.trimEnd())
      expect(block.text).not.toMatch(/[ \t]\n|\r/)
      expect(Array.isArray(block.headings)).toBe(true)
    }
  })

  it('names the headings above a block, outermost first', async () => {
    const { blocks } = await read(kind, itemOf(subject.good))
    const block = blocks.find(({ text }) => text.includes(subject.needle))
    expect(block?.headings).toEqual(subject.heading === null ? [] : [subject.heading])
    if (subject.heading !== null)
      expect(blocks.some(({ kind: each, text }) => each === 'heading' && text === subject.heading)).toBe(true)
  })

  it('counts pages upwards, or names none at all', async () => {
    const { blocks, facts } = await read(kind, itemOf(subject.good))
    const pages = blocks.map((block) => block.page)
    if (pages.some((page) => page !== null)) {
      expect(pages).toEqual([...pages].sort((a, b) => (a ?? 0) - (b ?? 0)))
      expect(pages[pages.length - 1]).toBe(facts.pages)
    } else expect(new Set(pages)).toEqual(new Set([null]))
  })

  it('reads the same whatever the pieces in which the bytes come', async () => {
    const whole = await read(kind, itemOf(subject.good))
    const pieces = await read(kind, itemOf(subject.good, 3))
    expect(pieces.blocks).toEqual(whole.blocks)
  })

  it('shows that it is alive while it reads a long document, and leaves nothing out', async () => {
    const { blocks, beats } = await read(kind, itemOf(subject.long()))
    const text = blocks.map((block) => block.text).join('\n')
    expect(beats).toBeGreaterThan(2)
    expect(text).toContain(kind === 'pdf' ? '119 Sentence number 39' : 'Sentence number 4999')
  })

  it('stops when it is aborted', async () => {
    const controller = new AbortController()
    const long = itemOf(subject.long(), 4_096)
    let blocks = 0
    const reading = read(kind, long, {
      signal: controller.signal,
      onBlock: (count) => {
        blocks = count
        if (count === 3) controller.abort()
      },
    })
    expect(await codeOf(reading)).toBe('CANCELLED')
    expect(blocks).toBeLessThan(1_000)
  })

  it('answers damaged bytes with text or with a code of its own, never with a bug', async () => {
    const damaged = [
      subject.good.subarray(0, Math.floor(subject.good.length / 2)),
      Buffer.concat([subject.good.subarray(0, 20), Buffer.alloc(300, 0xff), subject.good.subarray(20)]),
      Buffer.from(subject.good).fill(0x3c, 30, Math.floor(subject.good.length * 0.8)),
      Buffer.from('%PDF-1.7 PK\u0003\u0004 {"'.repeat(50)),
    ]
    for (const bytes of damaged) {
      const code = await codeOf(read(kind, itemOf(bytes)))
      expect(['nothing was thrown', 'DOCUMENT_CORRUPT', 'DOCUMENT_NO_TEXT', 'PDF_ENCRYPTED']).toContain(code)
    }
  })
})

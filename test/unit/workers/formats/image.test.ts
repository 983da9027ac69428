// Proves how pictures of text are read: what is checked before, which kinds, which text, what is said of what was not read.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LimitName } from '../../../../src/shared/limits'
import { detectFormat } from '../../../../src/workers/formats/detection'
import { imageFormat, openImage } from '../../../../src/workers/formats/image-format'
import { readImageHeader } from '../../../../src/workers/formats/image-header'
import { itemOf } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'

const FIXTURES = join(__dirname, '../../../fixtures/ocr')
const fixture = (name: string): Buffer => readFileSync(join(FIXTURES, name))

const read = async (
  bytes: Buffer,
  options: { ocr?: boolean; limits?: Partial<Record<LimitName, number>>; signal?: AbortSignal } = {},
) => {
  const { context, told } = makeFormatContext({ name: 'a.png', ocr: true, ...options })
  const texts: string[] = []
  const pages: (number | null)[] = []
  for await (const block of imageFormat.extract(itemOf(bytes), context)) {
    texts.push(block.text)
    pages.push(block.page)
  }
  return { ...told, texts, pages, text: texts.join('\n') }
}

/** A PNG that claims to be of this size. */
const pngOf = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
  }
  const start = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(8))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A white PGM picture. */
const blank = Buffer.concat([Buffer.from('P5\n300 200\n255\n'), Buffer.alloc(300 * 200, 255)])

describe('headers of pictures', () => {
  it.each([
    'lighthouse.png',
    'lighthouse.jpg',
    'lighthouse.gif',
    'lighthouse.bmp',
    'lighthouse.webp',
    'lighthouse.pbm',
  ])('%s tells its size without being decoded', (name) => {
    expect(readImageHeader(fixture(name), true)).toMatchObject({ width: 1080, height: 142, frames: 1, orientation: 1 })
  })

  it('tells the orientation of a photograph and the title of a PNG', () => {
    expect(readImageHeader(fixture('turned.jpg'), true)).toMatchObject({ width: 142, height: 1080, orientation: 6 })
    expect(readImageHeader(fixture('lighthouse.png'), true)?.title).toBe('Lighthouse log')
  })

  it('asks for more where the header goes on', () => {
    expect(readImageHeader(fixture('lighthouse.jpg').subarray(0, 30), false)).toBeNull()
  })

  it.each(['lighthouse.png', 'lighthouse.jpg', 'lighthouse.gif', 'lighthouse.bmp', 'lighthouse.webp'])(
    'says that %s is damaged when it is cut off in its header',
    (name) => {
      expect(() => readImageHeader(fixture(name).subarray(0, 9), true)).toThrow(/damaged/)
    },
  )
})

describe('pictures', () => {
  it.each(readdirSync(FIXTURES).filter((name) => /^(?:lighthouse|turned|fax|zip|jpeg)\./.test(name)))(
    '%s is recognized by its bytes, whatever its name',
    async (name) => {
      expect((await detectFormat(itemOf(fixture(name)), 'scan.txt')).format?.kind).toBe('image')
    },
  )

  it('are only counted when they are not to be read now', async () => {
    const { texts, ocrPages } = await read(fixture('lighthouse.png'), { ocr: false })
    expect({ texts, ocrPages }).toEqual({ texts: [], ocrPages: 1 })
  })

  it('are said to be left out when reading them is turned off', async () => {
    await expect(read(fixture('lighthouse.png'), { ocr: false, limits: { 'ocr.enabled': 0 } })).rejects.toMatchObject({
      code: 'DOCUMENT_NO_TEXT',
      details: { reason: expect.stringContaining('ocr.enabled') as string },
    })
  })

  it.each([false, true])('with too many pixels are rejected before they are decoded (ocr: %s)', async (ocr) => {
    await expect(read(pngOf(8_000, 7_000), { ocr })).rejects.toMatchObject({
      code: 'IMAGE_PIXELS_LIMIT',
      details: { actual: 56, limit: 50, setting: 'image.pixels' },
    })
  })

  it.each([
    'lighthouse.png',
    'lighthouse.jpg',
    'lighthouse.gif',
    'lighthouse.bmp',
    'lighthouse.webp',
    'lighthouse.pbm',
    'turned.jpg',
  ])('%s gives its words', async (name) => {
    const { text, coverage } = await read(fixture(name))
    expect(text).toMatch(/^The lantern was .it at dusk and burned until the morning fog had cleared\./)
    expect(text).toContain('herring boats passed the northern reef')
    expect(coverage).toEqual([{ unit: 'page', from: 1, to: 1, name: null, state: 'ocr', reason: null }])
  })

  it('of an animation are the words of its first picture, and nothing decodes the others', async () => {
    const single = fixture('lighthouse.gif')
    // Signature, screen, its table of colors; everything behind them but the end is one picture.
    const start = 13 + 3 * 2 ** (((single[10] ?? 0) & 7) + 1)
    const picture = single.subarray(start, -1)
    const animation = Buffer.concat([
      single.subarray(0, start),
      ...Array.from({ length: 40 }, () => picture),
      single.subarray(-1),
    ])
    expect(readImageHeader(animation, true)).toMatchObject({ width: 1080, height: 142, frames: 40 })
    const { text, warnings } = await read(animation)
    expect(text).toContain('lantern')
    expect(warnings).toEqual([{ code: 'IMAGE_ANIMATED', details: { actual: 40 } }])
    const { context } = makeFormatContext({ name: 'a.gif' })
    const { frames } = await openImage(itemOf(animation), context.limits, 'pixels')
    expect(frames.map(({ file }) => Buffer.from(file()).equals(single))).toEqual([true])
  })

  it('of a picture that is cut off are looked for in what is there', async () => {
    const half = fixture('lighthouse.gif').subarray(0, 3_000)
    const { context } = makeFormatContext({ name: 'a.gif' })
    const { frames } = await openImage(itemOf(half), context.limits, 'pixels')
    expect(frames.map(({ file }) => Buffer.from(file()).equals(half))).toEqual([true])
  })

  it.each(['fax.tif', 'zip.tif'])('%s gives the words of both of its pages', async (name) => {
    const { texts, pages, coverage, facts } = await read(fixture(name))
    expect(texts[0]).toContain('lantern')
    expect(texts[1]).toContain('foghorn')
    expect(pages).toEqual([1, 2])
    expect(facts.pages).toBe(2)
    expect(coverage.map(({ from, state }) => [from, state])).toEqual([
      [1, 'ocr'],
      [2, 'ocr'],
    ])
  })

  it('reads a TIFF that holds a JPEG', async () => {
    expect((await read(fixture('jpeg.tif'))).text).toContain('replaced the diaphragm')
  })

  it('reads no more pictures of a file than allowed, and says so', async () => {
    const { texts, warnings, coverage } = await read(fixture('fax.tif'), { limits: { 'image.frames': 1 } })
    expect(texts).toHaveLength(1)
    expect(warnings).toEqual([
      { code: 'IMAGE_FRAMES_LIMIT', details: { limit: 1, actual: 2, setting: 'image.frames' } },
    ])
    expect(coverage.map(({ from, to, state }) => [from, to, state])).toEqual([
      [1, 1, 'ocr'],
      [2, 2, 'skipped'],
    ])
  })

  it('without text are told as that', async () => {
    await expect(read(blank)).rejects.toMatchObject({
      code: 'DOCUMENT_NO_TEXT',
      details: { reason: 'OCR found none in it' },
    })
  })

  it('that take too long are given up, the next one is read', async () => {
    await expect(read(fixture('lighthouse.png'), { limits: { 'ocr.pageMs': 100 } })).rejects.toMatchObject({
      code: 'DOCUMENT_NO_TEXT',
      details: { reason: expect.stringContaining('longer than 0.1 seconds') as string },
    })
    expect((await read(fixture('lighthouse.gif'))).text).toContain('lantern')
  })

  it('that are damaged are told as that, the next one is read', async () => {
    const broken = Buffer.from(fixture('lighthouse.png'))
    broken.fill(0, 100)
    await expect(read(broken)).rejects.toMatchObject({ code: 'DOCUMENT_CORRUPT' })
    expect((await read(fixture('lighthouse.gif'))).text).toContain('lantern')
  })

  it('stop when the work is cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(read(fixture('lighthouse.png'), { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('hostile TIFF files', () => {
  it('whose directories form a ring have an end', async () => {
    const bytes = Buffer.from(fixture('fax.tif'))
    const first = bytes.readUInt32LE(4)
    const entries = bytes.readUInt16LE(first)
    bytes.writeUInt32LE(first, first + 2 + entries * 12)
    expect((await read(bytes)).texts).toHaveLength(1)
  })

  it('that are cut off keep the pages that are whole', async () => {
    await expect(read(Buffer.from('49492a0008000000ff', 'hex'))).rejects.toMatchObject({ code: 'DOCUMENT_CORRUPT' })
  })
})

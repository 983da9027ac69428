// What is taken as the text of a picture, what is not, how pictures are made for a model, and what bounds their cost.
import { inflateSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTranscript, type SeenPicture } from '../../../src/main/providers/vision'
import type { Use } from '../../../src/main/providers/provider'
import { findGermanPhrase } from '../../../src/shared/phrases-de'
import { resolveLimits } from '../../../src/shared/limits'
import { blocksOfTranscript, encodePng, pictureOfFile, pictureOfRaster } from '../../../src/workers/ocr/seen-picture'
import { encodePgm, makeRaster } from '../../../src/workers/ocr/raster'
import { errorOf, openWorkbench, type Workbench } from './workbench'

let bench: Workbench
const use: Use = { purpose: 'vision', jobId: 1, collectionId: 1 }
const raster = makeRaster(30, 20)
const picture: SeenPicture = pictureOfRaster(raster, resolveLimits())

beforeEach(async () => {
  bench = await openWorkbench({ visionModel: 'fake-eyes', visionTokens: 64, tries: 1 })
  bench.providers.update('fake', { definition: {}, isVision: true })
})
afterEach(() => bench.close())

const read = (signal?: AbortSignal) => {
  const vision = bench.providers.vision()
  if (!vision) throw new Error('no vision')
  return vision.read(picture, use, signal)
}

describe('a transcript', () => {
  it.each([
    ['as it is', 'two\nlines', 'two\nlines'],
    ['without the fence around it', '```markdown\n# A\n```', '# A'],
    ['as nothing where there is no text', '[No text]', ''],
    ['also when a page apologizes', `I'm sorry that ${'this letter is long. '.repeat(30)}`.trim(), null],
  ])('is taken %s', (_, answer, text) => {
    expect(readTranscript(answer)).toBe(text ?? answer)
  })

  it.each([
    'Sorry, we are closed on Mondays',
    'Sorry, out of order. Use the other door.',
    "I'm sorry for your loss.",
    'I am sorry that I cannot come to the party on Sunday.',
    'I cannot thank you enough!',
    "I can't stop thinking about you",
    'Sorry, I cannot help with the move on Saturday. Ask Tom.',
    "I'm unable to attend the hearing and ask for another date.",
  ])('is taken also where a sign or a letter says: %s', (answer) => {
    expect(readTranscript(answer)).toBe(answer)
  })

  it.each([
    "I'm sorry, but I can't help with that.",
    'I\u2019m sorry, I can\u2019t assist with that request.',
    'Sorry, I cannot transcribe this image.',
    'I am unable to process the image you sent.',
    "I'm not able to read the text in this picture.",
    "I'm sorry, but I cannot provide a transcription of this document.",
  ])('is none where the model says of the picture: %s', (answer) => {
    expect(readTranscript(answer)).toBeNull()
  })

  it('becomes headings, rows, items and paragraphs', () => {
    const text = '# Prices\nof 2024\n\n| item | EUR |\n|:--|--:|\n| tea | 3 |\n- first\n2. second'
    expect(blocksOfTranscript(text, ['above'], 4).map(({ kind, text: said, page }) => [kind, said, page])).toEqual([
      ['heading', 'Prices', 4],
      ['paragraph', 'of 2024', 4],
      ['table-row', 'item | EUR', 4],
      ['table-row', 'tea | 3', 4],
      ['list-item', '- first', 4],
      ['list-item', '2. second', 4],
    ])
  })

  it.each([
    ['# Prices ##', 'Prices'],
    ['### Ports # 3', 'Ports # 3'],
    ['# a#', 'a'],
  ])('has headings without the signs at their end: %s', (line, said) => {
    expect(blocksOfTranscript(line, [], null)).toMatchObject([{ kind: 'heading', text: said }])
  })

  it.each([
    ['spaces', `# a${' '.repeat(200_000)}b`],
    ['signs', `# ${'#'.repeat(200_000)}b`],
  ])('is told apart in no time, whatever the model writes: %s', (_name, line) => {
    const startedMs = performance.now()
    expect(blocksOfTranscript(line, [], null)).toHaveLength(1)
    // By their square they would take most of a minute.
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })
})

describe('a picture for a model', () => {
  it('is a PNG of the same pixels', () => {
    const png = Buffer.from(encodePng({ width: 3, height: 2, gray: Uint8Array.from([1, 2, 3, 4, 5, 6]) }))
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    const at = png.indexOf('IDAT')
    expect([...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))]).toEqual([0, 1, 2, 3, 0, 4, 5, 6])
  })

  it.each([
    ['Modelle lesen nur PNG, JPEG, WebP und GIF', Buffer.from('BM, and no picture that models read')],
    ['die Datei ist zu groß zum Senden', Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(12 * 2 ** 20)])],
    ['die Datei ist beschädigt', Buffer.from('ffd8ff', 'hex')],
  ])('stays at home for a reason that is said in German, too: %s', (said, file) => {
    const reason = pictureOfFile(file, { width: 9, height: 9, orientation: 1 }, resolveLimits({}))
    expect(typeof reason === 'string' && findGermanPhrase(reason)).toBe(said)
  })

  it('is made smaller where it is larger than a model looks at', () => {
    const limits = resolveLimits({ 'vision.pixels': 100_000 })
    expect(pictureOfRaster(makeRaster(1_000, 400), limits)).toMatchObject({ width: 500, height: 200 })
  })

  it('is the file itself where models read it, and says how it lies', () => {
    const size = { width: 30, height: 20, orientation: 6 }
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 0xff, 0xd9])
    expect(pictureOfFile(jpeg, size, resolveLimits())).toMatchObject({ type: 'image/jpeg', bytes: jpeg, turn: 90 })
    expect(pictureOfFile(encodePgm(raster), size, resolveLimits())).toMatchObject({ type: 'image/png' })
    expect(pictureOfFile(Buffer.from('BM..'), size, resolveLimits())).toContain('PNG')
  })
})

describe('what a camera or a program wrote beside a picture', () => {
  const size = { width: 3, height: 2, orientation: 1 }
  const sent = (file: Uint8Array): Buffer => {
    const made = pictureOfFile(file, size, resolveLimits())
    if (typeof made === 'string') throw new Error(made)
    return Buffer.from(made.bytes)
  }
  const segment = (marker: number, content: string): Buffer =>
    Buffer.concat([Buffer.from([0xff, marker, 0, content.length + 2]), Buffer.from(content)])

  it('is not sent with a JPEG; what says how its colors are meant is', () => {
    const scan = Buffer.from([0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9])
    const colors = [segment(0xe0, 'JFIF'), segment(0xe2, 'ICC_PROFILE'), segment(0xdb, 'table')]
    const notes = [segment(0xe1, 'Exif GPS 48.2 16.3'), segment(0xed, 'author'), segment(0xfe, 'taken by me')]
    const start = Buffer.from([0xff, 0xd8])
    const [jfif, ...others] = colors
    const file = Buffer.concat([start, ...(jfif ? [jfif] : []), ...notes, ...others, scan])
    expect(sent(file)).toEqual(Buffer.concat([start, ...colors, scan]))
  })

  it('is not sent with a PNG', () => {
    const png = Buffer.from(encodePng({ width: 3, height: 2, gray: Uint8Array.from([1, 2, 3, 4, 5, 6]) }))
    const header = 8 + 25
    const note = Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from('eXIfGPS!'), Buffer.from([0, 0, 0, 0])])
    expect(sent(Buffer.concat([png.subarray(0, header), note, png.subarray(header)]))).toEqual(png)
    expect(sent(png)).toEqual(png)
  })

  it('is not sent with a WebP, which then says that it has none, and of its right length', () => {
    const chunk = (name: string, content: Buffer): Buffer => {
      const sizeBytes = Buffer.alloc(4)
      sizeBytes.writeUInt32LE(content.length)
      return Buffer.concat([Buffer.from(name, 'latin1'), sizeBytes, content, Buffer.alloc(content.length % 2)])
    }
    const webp = (...chunks: Buffer[]): Buffer => chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]))
    const extended = (flags: number) => chunk('VP8X', Buffer.from([flags, 0, 0, 0, 2, 0, 0, 1, 0, 0]))
    const colors = chunk('ICCP', Buffer.from('profile'))
    const pixels = chunk('VP8 ', Buffer.from('pixels!'))
    const notes = [chunk('EXIF', Buffer.from('GPS 48.2 16.3')), chunk('XMP ', Buffer.from('<by me>'))]
    const file = webp(extended(0x2c), colors, pixels, ...notes)
    const bare = webp(extended(0x20), colors, pixels)
    expect(sent(file)).toEqual(bare)
    expect(sent(bare)).toEqual(bare)
    expect(sent(Buffer.concat([file, Buffer.from('behind its end')]))).toEqual(bare)
  })

  it('is not sent with a GIF; how often it is shown is', () => {
    const start = Buffer.from('GIF89a\x03\0\x02\0\x80\0\0aaabbb', 'latin1')
    const blocks = (...texts: string[]): Buffer[] => [
      ...texts.map((text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')])),
      Buffer.from([0]),
    ]
    const extension = (label: number, ...texts: string[]) =>
      Buffer.concat([Buffer.from([0x21, label]), ...blocks(...texts)])
    const loop = extension(0xff, 'NETSCAPE2.0', '\x01\0\0')
    const control = extension(0xf9, '\0\0\0\0')
    const place = Buffer.from([0x2c, 0, 0, 0, 0, 3, 0, 2, 0, 0x80])
    const image = Buffer.concat([place, Buffer.from('cccddd'), Buffer.from([2]), ...blocks('ab', 'c')])
    const notes = [extension(0xfe, 'taken by me'), extension(0xff, 'XMP DataXMP', '<by me>')]
    const end = Buffer.from([0x3b])
    const file = Buffer.concat([start, ...notes, loop, control, image, ...notes, control, image, end])
    const bare = Buffer.concat([start, loop, control, image, control, image, end])
    expect(sent(file)).toEqual(bare)
    expect(sent(Buffer.concat([file, Buffer.from('behind its end')]))).toEqual(bare)
  })

  it('keeps a picture at home whose file cannot be followed: cut off anywhere, or with lengths that lie', () => {
    const riff = 'RIFF\x16\0\0\0WEBPEXIF\x0a\0\0\0GPS 48.2 1'
    const gif = 'GIF89a\x03\0\x02\0\0\0\0\x21\xfe\x05by me\0\x3b'
    const jpeg = '\xff\xd8\xff\xe1\0\x06GPS!\xff\xda\0\x02\x01\x02\xff\xd9'
    for (const whole of [riff, gif, jpeg].map((text) => Buffer.from(text, 'latin1'))) {
      expect(sent(whole).toString('latin1')).not.toMatch(/GPS|by me/)
      // The last four bytes of the JPEG are data of its scan, and its end.
      const readable = whole[0] === 0xff ? whole.length - 4 : whole.length
      for (let length = 12; length < readable; length += 1)
        expect(pictureOfFile(whole.subarray(0, length), size, resolveLimits())).toEqual('the file is damaged')
    }
    for (const lying of [
      riff.replace('EXIF\x0a', 'EXIF\xff'),
      riff.replace('RIFF\x16', 'RIFF\xff'),
      gif.replace('\x05by', '\xffby'),
      jpeg.replace('\0\x06', '\xff\xff'),
      jpeg.replace('\0\x06', '\0\0'),
    ])
      expect(pictureOfFile(Buffer.from(lying, 'latin1'), size, resolveLimits())).toEqual('the file is damaged')
  })

  it('goes with a JPEG of several scans, fillings before markers, and further pictures behind it', () => {
    const start = Buffer.from([0xff, 0xd8])
    const scan = Buffer.from([0xff, 0xda, 0, 2, 1, 0xff, 0, 2, 0xff, 0xd0, 3])
    const end = Buffer.from([0xff, 0xd9])
    const exif = segment(0xe1, 'Exif GPS 48.2')
    const file = Buffer.concat([start, Buffer.from([0xff]), exif, segment(0xe2, 'MPF pictures'), scan, exif, scan, end])
    const bare = Buffer.concat([start, scan, scan, end])
    expect(sent(Buffer.concat([file, start, exif, end]))).toEqual(bare)
    const endless = bare.subarray(0, -2)
    expect(sent(endless)).toEqual(endless)
  })
})

describe('a model that reads pictures', () => {
  it('is metered apart from everything else, and bounded by a budget of its own', async () => {
    bench.fake.answerVision(() => 'the ledger of the harbor')
    expect(await read()).toEqual({ text: 'the ledger of the harbor', cut: false })
    const { inputTokens, outputTokens } = bench.fake.counts.vision
    expect(bench.used()).toMatchObject({ calls: 1, inputTokens, outputTokens })
    bench.providers.update('fake', { definition: { visionBudgets: { day: { tokens: inputTokens + 100 } } } })
    expect(await errorOf(read())).toMatchObject({ code: 'BUDGET_EXCEEDED', details: { budgetPeriod: 'day' } })
    // It bounds nothing else.
    await bench.providers.embedding('fake').embedPassages(['a text'])
    expect(bench.fake.counts.vision.calls).toBe(1)
    bench.providers.update('fake', {
      definition: { budgets: { day: { tokens: 10 } }, visionBudgets: { day: { tokens: null } } },
    })
    expect((await errorOf(read()))?.code).toBe('BUDGET_EXCEEDED')
  })

  it('says that it was cut, and that it would not', async () => {
    bench.fake.answerVision(() => 'word '.repeat(400))
    expect((await read()).cut).toBe(true)
    bench.fake.answerVision(() => "I'm sorry, but I can't help with that.")
    expect((await errorOf(read()))?.code).toBe('VISION_REFUSED')
    expect(bench.used().calls).toBe(2)
  })

  it.each([
    ['unauthorized', 'PROVIDER_REFUSED'],
    ['rate-limit', 'PROVIDER_RATE_LIMIT'],
    ['server-error', 'PROVIDER_FAILED'],
    ['html', 'PROVIDER_INVALID'],
    ['other-json', 'PROVIDER_INVALID'],
    ['declined', 'VISION_REFUSED'],
    ['filtered', 'VISION_REFUSED'],
    ['reset', 'PROVIDER_UNREACHABLE'],
  ] as const)('that misbehaves (%s) ends with %s, counted', async (what, code) => {
    bench.fake.misbehave(what, { times: 1, on: 'vision', retryAfterS: 90 })
    expect((await errorOf(read()))?.code).toBe(code)
    expect(bench.used().calls).toBe(bench.fake.counts.vision.calls)
  })

  it('is refused where there is none, and gone with its provider', () => {
    const chat = { kind: 'openai', baseUrl: bench.fake.url, chatModel: 'm' }
    expect(() => bench.providers.add('other', { definition: chat, isVision: true })).toThrow(/no vision model/)
    expect(bench.providers.list().find(({ name }) => name === 'fake')).toMatchObject({ isVision: true })
    bench.providers.remove('fake')
    expect(bench.providers.vision()).toBeNull()
  })
})

// Proves how text is cleaned, decoded, cut into lines, and what language it is taken for.
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { cleanText, truncate } from '../../../../src/workers/text/clean'
import { createDecoder, decodeStream, sniffEncoding } from '../../../../src/workers/text/encoding'
import { detectLanguage } from '../../../../src/workers/text/language'
import { readLines } from '../../../../src/workers/text/lines'

async function* piecesOf<T>(pieces: readonly T[]): AsyncGenerator<T, void, void> {
  for (const piece of pieces) yield piece
}

const cut = (bytes: Buffer, size: number): Buffer[] => {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}

describe('cleaned text', () => {
  it('has one kind of line end, no controls, no invisible characters that hide words', () => {
    expect(cleanText('a\r\nb\rc\u2028d\u0000e opti\u00adonal zero\u200bwidth \ufeffx\u00a0y')).toBe(
      'a\nb\nc\nde optional zerowidth x y',
    )
  })

  it('is composed and well-formed, and keeps joiners of scripts', () => {
    expect(cleanText('e\u0301')).toBe('é')
    expect(cleanText('a\ud800b')).toBe('a\ufffdb')
    expect(cleanText('می\u200cخواهم 👩\u200d👧')).toBe('می\u200cخواهم 👩\u200d👧')
  })

  it('is cut at words and never within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(60), (text, most) => {
        const short = truncate(text, most)
        expect(short.length).toBeLessThanOrEqual(most)
        expect(text.startsWith(short)).toBe(true)
        expect(/\p{Surrogate}/u.test(short)).toBe(false)
      }),
    )
  })
})

describe('decoding', () => {
  const samples = [
    [
      'windows-1251',
      'Съешь же ещё этих мягких французских булок, да выпей чаю. Всё хорошо, что хорошо кончается, говорят люди.',
    ],
    [
      'Shift_JIS',
      '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた。',
    ],
    ['GB18030', '春天来了，花园里的花都开了。孩子们在草地上玩耍，老人们坐在树下聊天。天气非常好，大家都很高兴。'],
    ['EUC-KR', '봄이 왔습니다. 정원에 꽃이 피었습니다. 아이들이 잔디밭에서 놀고 있습니다. 날씨가 아주 좋습니다.'],
    [
      'windows-1252',
      'Les élèves français étudient à l’école, où ils apprennent à lire et à écrire des poèmes très célèbres.',
    ],
  ] as const

  it.each(samples)('recognizes %s', (encoding, text) => {
    const bytes = iconv.encode(text.repeat(3), encoding)
    const found = sniffEncoding(bytes, true)
    expect(iconv.decode(bytes, found ?? 'ascii')).toBe(text.repeat(3))
  })

  it('takes random bytes and zeros for binary', () => {
    expect(sniffEncoding(Buffer.from(Array.from({ length: 999 }, (_, i) => (i * i * 31) & 255)), true)).toBeNull()
    expect(sniffEncoding(Buffer.alloc(100), true)).toBeNull()
  })

  it('does not mind a sample that ends within a character', () => {
    const bytes = Buffer.from('abc€'.repeat(50))
    for (const tail of [0, 1, 2]) expect(sniffEncoding(bytes.subarray(0, bytes.length - tail), false)).toBe('utf-8')
  })

  it('gives the same text whatever the pieces', async () => {
    const text = 'naïve €uro 漢字 😀 '.repeat(40)
    for (const bytes of [Buffer.from(text), iconv.encode(text, 'utf-16be', { addBOM: true })]) {
      for (const size of [1, 2, 3, 7, 1_000]) {
        let decoded = ''
        for await (const piece of decodeStream(piecesOf(cut(bytes, size)), {
          head: bytes,
          complete: true,
          onEnd: () => undefined,
        }))
          decoded += piece
        expect(decoded.replace('\ufeff', '')).toBe(text)
      }
    }
  })

  it('counts what could not be decoded, not what says so itself', () => {
    const decoder = createDecoder('utf-8')
    decoder.write(Buffer.from('a \ufffd b'))
    expect(decoder.replaced()).toBe(0)
    decoder.write(Buffer.from([0x61, 0xff, 0x62]))
    expect(decoder.replaced()).toBe(1)
  })
})

describe('lines', () => {
  const linesOf = async (pieces: readonly string[]): Promise<string[]> => {
    const lines: string[] = []
    for await (const batch of readLines(piecesOf(pieces))) lines.push(...batch)
    return lines
  }

  it('are the same whatever the pieces', async () => {
    const text = 'one\r\ntwo\n\nthree\rfour\u2028five'
    const expected = ['one', 'two', '', 'three', 'four', 'five']
    for (let at = 0; at <= text.length; at += 1)
      expect(await linesOf([text.slice(0, at), text.slice(at)])).toEqual(expected)
  })

  it('of any length are bounded and lose nothing', async () => {
    const text = 'word '.repeat(60_000) + '😀'.repeat(40_000)
    const lines = await linesOf(
      Array.from({ length: Math.ceil(text.length / 50_000) }, (_, i) => text.slice(i * 50_000, (i + 1) * 50_000)),
    )
    expect(lines.join('')).toBe(text)
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(32_768)
      expect(/\p{Surrogate}/u.test(line)).toBe(false)
    }
  })
})

describe('the language', () => {
  it.each([
    ['en', 'The garden behind the house is beautiful in spring, and it is full of birds that sing in the morning.'],
    ['de', 'Der Garten hinter dem Haus ist im Frühling sehr schön, und er ist voll von Vögeln, die am Morgen singen.'],
    ['fr', 'Le jardin derrière la maison est très beau au printemps, et il est plein d’oiseaux qui chantent le matin.'],
    ['es', 'El jardín detrás de la casa es muy bonito en primavera y está lleno de pájaros que cantan por la mañana.'],
    ['it', 'Il giardino dietro la casa è molto bello in primavera ed è pieno di uccelli che cantano la mattina.'],
    ['pt', 'O jardim atrás da casa é muito bonito na primavera e está cheio de pássaros que não param de cantar.'],
    ['nl', 'De tuin achter het huis is in de lente erg mooi en zit vol met vogels die in de ochtend zingen.'],
    ['sv', 'Trädgården bakom huset är mycket vacker på våren och den är full av fåglar som sjunger på morgonen.'],
    [
      'pl',
      'Ogród za domem jest bardzo piękny na wiosnę i jest pełen ptaków, które śpiewają do rana, a nie tylko w nocy.',
    ],
    ['ru', 'Сад за домом очень красив весной, и он полон птиц, которые поют по утрам.'],
    ['ja', '家の裏の庭は春にとても美しく、朝に鳴く鳥でいっぱいです。'],
    ['zh', '房子后面的花园在春天非常美丽，到处都是早晨歌唱的鸟儿。'],
    ['ar', 'الحديقة خلف المنزل جميلة جدا في الربيع وهي مليئة بالطيور'],
    [null, 'Lorem 17 ipsum 23 dolor'],
    [null, 'function f(x) { return x + 1 } const y = f(2); console.log(y); if (y) { throw new Error(y) }'],
  ])('%s is recognized', (language, text) => {
    expect(detectLanguage(text)).toBe(language)
  })
})

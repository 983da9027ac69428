// Proves that text is read in the encoding it was written in, with real sentences, short and long, and without a byte order mark.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { createDecoder, sniffEncoding } from '../../../../src/workers/text/encoding'

/** What the bytes are read as. */
const readBack = (bytes: Buffer): { text: string; encoding: string | null } => {
  const encoding = sniffEncoding(bytes, true)
  if (encoding === null) return { text: '', encoding }
  const decoder = createDecoder(encoding)
  return { text: (decoder.write(bytes) + decoder.end()).replace(/^\ufeff/, ''), encoding }
}

/** The encodings that a language is written in, and something written in it. */
const sentences: readonly (readonly [encodings: string, ...texts: string[]])[] = [
  [
    'windows-1252 iso-8859-15 macintosh cp850',
    "Le garçon a mangé une crêpe à l'école.",
    'Nous avons reçu votre lettre. Cordialement, Hélène Lefèvre. Où êtes-vous? Ça va très bien.',
  ],
  [
    'windows-1252',
    'It’s a naïve café.',
    'The price is £5 for each ticket – as agreed with “Smith & Co”.',
    'Müller, Jürgen',
  ],
  [
    'windows-1252',
    'Schöne Grüße aus München! Wir möchten über die Fahrräder sprechen.',
    'Die Straße führt über die Brücke.',
  ],
  ['windows-1252', '¿Dónde está la estación? El señor Muñoz llegará mañana.', 'El niño comió piña mañana.'],
  [
    'windows-1252',
    'Trädgården är mycket vacker på våren.',
    'Rødgrød med fløde på øen.',
    'A reunião será amanhã às três.',
  ],
  [
    'windows-1250 iso-8859-2',
    'Zażółć gęślą jaźń.',
    'Spółka z o.o., Łódź',
    'W Szczebrzeszynie chrząszcz brzmi w trzcinie.',
  ],
  ['windows-1250 iso-8859-2', 'Příliš žluťoučký kůň úpěl ďábelské ódy.', 'Dobrý den, děkuji.'],
  ['windows-1250 iso-8859-2', 'Árvíztűrő tükörfúrógép.', 'A szerződést tegnap írták alá, köszönjük.'],
  ['windows-1250', 'În fiecare dimineaţă, copiii merg la şcoală şi învaţă să citească.', 'Što je to?'],
  ['windows-1251 koi8-r iso-8859-5 cp866', 'Привет, мир!', 'Съешь же ещё этих мягких французских булок, да выпей чаю.'],
  ['windows-1251 koi8-u', 'Сьогодні ми підемо до лісу, щоб зібрати гриби. Їжак єсть яблука.'],
  ['windows-1251', 'Времето днес е много хубаво и децата играят в парка.', 'Добър ден на всички.'],
  ['windows-1253 iso-8859-7', 'Καλημέρα σε όλους.', 'Ο κήπος πίσω από το σπίτι είναι πολύ όμορφος την άνοιξη.'],
  ['windows-1254 iso-8859-9', 'Çocuklar okula gidiyor, şarkı söylüyor.', 'Lütfen faturayı şirketin adresine gönderin.'],
  ['windows-1255 iso-8859-8', 'שלום לכל העולם', 'החוזה נחתם אתמול. נא לשלוח את החשבונית לכתובת החברה.'],
  ['windows-1256 iso-8859-6', 'الحديقة خلف المنزل جميلة جدا في الربيع', 'تم توقيع العقد أمس.'],
  ['windows-1257', 'Ačiū už pagalbą, draugai.', 'Šodien ir skaista diena, un bērni spēlējas pagalmā.'],
  ['windows-874', 'สวัสดีชาวโลก', 'สวนหลังบ้านสวยงามมากในฤดูใบไม้ผลิ'],
  ['shift_jis euc-jp', 'こんにちは世界。', '東京都', '吾輩は猫である。名前はまだ無い。カタカナも使います。'],
  ['euc-kr', '안녕하세요 세계', '계약은 어제 체결되었습니다.'],
  ['gb18030', '你好，世界。', '会议记录', '春天来了，花园里的花都开了。'],
  ['big5', '你好，世界。', '春天來了，花園裡的花都開了。孩子們在草地上玩耍。'],
]
const cases = sentences.flatMap(([encodings, ...texts]) =>
  encodings.split(' ').flatMap((encoding) => texts.map((text) => ({ encoding, text }))),
)

describe('text from before Unicode', () => {
  it.each(cases)('in $encoding is read as it was written: $text', ({ encoding, text }) => {
    const bytes = iconv.encode(text, encoding)
    expect(readBack(bytes).text).toBe(iconv.decode(bytes, encoding))
  })

  it.each([
    ['windows-1251', 'Съешь же ещё этих мягких французских булок, да выпей чаю.'],
    ['koi8-r', 'Съешь же ещё этих мягких французских булок, да выпей чаю.'],
    ['shift_jis', '吾輩は猫である。名前はまだ無い。'],
    ['euc-jp', '吾輩は猫である。名前はまだ無い。'],
    ['euc-kr', '계약은 어제 체결되었습니다.'],
    ['gb18030', '春天来了，花园里的花都开了。'],
    ['big5', '春天來了，花園裡的花都開了。'],
    ['iso-8859-2', 'Tak jsem šel domů, žízeň a hlad mě trápily.'],
  ])('in %s is named so', (encoding, text) => {
    expect(readBack(iconv.encode(text, encoding)).encoding).toBe(encoding)
  })

  it('is told from a few words in a long text that is ASCII otherwise', () => {
    const lines = Array.from({ length: 500 }, (_, i) => `Line ${i} of a list that is long, and in English.`)
    lines[480] = 'The café of François is near the Champs-Élysées.'
    const text = lines.join('\n')
    expect(readBack(iconv.encode(text, 'windows-1252')).text).toBe(text)
  })

  it('of old Japanese mail, which looks like ASCII, is read', () => {
    const bytes = Buffer.from('\x1b$B$3$s$K$A$O\x1b(B world', 'latin1')
    expect(readBack(bytes)).toEqual({ text: 'こんにちは world', encoding: 'iso-2022-jp' })
  })
})

describe('Unicode', () => {
  const texts = [
    'Hello, world: a plain text.',
    'Съешь же ещё этих мягких французских булок.',
    '吾輩は猫である。 名前はまだ無い。\nどこで生れたか。',
    'שלום לכל העולם, בוקר טוב',
  ]
  const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be']
  const all = texts.flatMap((text) =>
    encodings.flatMap((encoding) => [true, false].map((addBOM) => ({ text, encoding, addBOM }))),
  )
  it.each(all)('in $encoding, marked or not ($addBOM), is read and named: $text', ({ text, encoding, addBOM }) => {
    expect(readBack(iconv.encode(text, encoding, { addBOM }))).toEqual({ text, encoding })
  })

  it('is seen in what a terminal is sent, bells and escape sequences in every line', () => {
    const line = '\x1b]0;owned\x07\x07\x1b[2J\x1b[31mfailed\x1b[0m\x08\x08\n'
    expect(sniffEncoding(Buffer.from(line.repeat(200)), true)).toBe('utf-8')
    expect(sniffEncoding(Buffer.from(`${line}größer\n`.repeat(200)), true)).toBe('utf-8')
    expect(readBack(iconv.encode(`${line}größer als müde\n`.repeat(200), 'windows-1252')).text).toContain('größer')
    expect(sniffEncoding(Buffer.alloc(4_000, '\x07\x08\x07a'), true)).toBeNull()
  })

  it('is not seen in ASCII and in binary data', () => {
    expect(sniffEncoding(Buffer.from('Bush hid the facts'), true)).toBe('utf-8')
    const numbers = Buffer.alloc(4_000)
    for (let i = 0; i < 1_000; i += 1) numbers.writeUInt32LE((i * 2_654_435_761) >>> (i % 31), i * 4)
    expect(sniffEncoding(numbers, true)).toBeNull()
    const counters = Buffer.alloc(4_000)
    for (let i = 0; i < 1_000; i += 1) counters.writeUInt32LE(i + 1, i * 4)
    expect(sniffEncoding(counters, true)).toBeNull()
  })
})

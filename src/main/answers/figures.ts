/**
 * Owns the figures of a text in one form each, so that they can be compared: numbers in digits and words, dates, days, currencies, units.
 * Refuses: reckoning; 90 minutes are not an hour and a half here.
 */
const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const ORDINALS =
  'third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  )
/** "One", "first" and "second" mean other things more often than a number. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...UNITS.map((word, value) => [word, value] as const),
  ...TENS.map((word, index) => [word, (index + 2) * 10] as const),
  ...ORDINALS.map((word, index) => [word, index + 3] as const),
  ['thirtieth', 30],
])
const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1_000],
  ['million', 1_000_000],
])

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ')

/** Words and signs that say of what a number is. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/€|\b(?:euros?|eur)\b/i, 'euro'],
  [/\$|\b(?:dollars?|usd)\b/i, 'dollar'],
  [/£|\b(?:pounds?|gbp)\b/i, 'pound'],
  [/\b(?:francs?|chf)\b/i, 'franc'],
  [/%|\b(?:percent|per cent)\b/i, 'percent'],
  [/\b(?:minutes?|min)\b/i, 'minute'],
  [/\b(?:hours?|hourly)\b/i, 'hour'],
  [/\b(?:days?|daily)\b/i, 'day'],
  [/\b(?:weeks?|weekly)\b/i, 'week'],
  [/\b(?:months?|monthly)\b/i, 'month'],
  [/\b(?:years?|yearly|annual|annually)\b/i, 'year'],
  [/\d\s?(?:°|degrees?\b)/i, 'degree'],
  [/\d\s?(?:km|kilomet(?:er|re)s?)\b/i, 'kilometer'],
  [/\d\s?(?:cm|centimet(?:er|re)s?)\b/i, 'centimeter'],
  [/\d\s?(?:mm|millimet(?:er|re)s?)\b/i, 'millimeter'],
  [/\d\s?(?:m|met(?:er|re)s?)\b/i, 'meter'],
  [/\d\s?(?:kg|kilos?|kilograms?)\b/i, 'kilogram'],
  [/\d\s?(?:g|grams?)\b/i, 'gram'],
  [/\d\s?(?:ml|millilit(?:er|re)s?)\b/i, 'milliliter'],
  [/\d\s?(?:l|lit(?:er|re)s?)\b/i, 'liter'],
]

const KIND_WORD =
  /^(?:euros?|eur|dollars?|usd|pounds?|gbp|francs?|chf|percent|minutes?|min|hours?|hourly|days?|daily|weeks?|weekly|months?|monthly|years?|yearly|annual|annually|degrees?|km|cm|mm|m|kg|g|ml|l|kilos?|grams?|kilograms?|lit(?:er|re)s?|millilit(?:er|re)s?|met(?:er|re)s?|kilomet(?:er|re)s?|centimet(?:er|re)s?|millimet(?:er|re)s?)$/i

/** Whether a word is a figure or says of what one is. */
export const isFigureWord = (word: string): boolean => {
  const lower = word.toLowerCase()
  return (
    /\p{N}/u.test(word) ||
    NUMBERS.has(lower) ||
    SCALES.has(lower) ||
    KIND_WORD.test(word) ||
    (/^\p{Lu}/u.test(word) && (MONTHS.includes(lower) || DAYS.includes(lower)))
  )
}

/** A number without separators of thousands, zeros around it and the place of its point. */
const plainNumber = (digits: string): string => {
  const whole = /^\d{1,3}(?:[.,]\d{3})+$/.test(digits) ? digits.replace(/[.,]/g, '') : digits.replace(/,/g, '.')
  return whole.includes('.') && !whole.includes(':')
    ? whole.replace(/^0+(?=\d)/, '').replace(/\.?0+$/, '')
    : whole.replace(/^0+(?=\d)/, '')
}

const addDigits = (text: string, figures: Set<string>): void => {
  for (const [, year = '', month = '', day = ''] of text.matchAll(/\b(\d{4})-(\d\d)(?:-(\d\d))?\b/g))
    for (const figure of [year, `month:${Number(month)}`, plainNumber(month), plainNumber(day)])
      if (figure !== '') figures.add(figure)
  for (const [, day = '', month = '', year = ''] of text.matchAll(/\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b/g))
    for (const figure of [year, `month:${Number(month)}`, plainNumber(month), plainNumber(day)]) figures.add(figure)
  const rest = text.replace(/\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b/g, ' ')
  for (const [digits] of rest.matchAll(/\d+(?:[.,:]\d+)*/g)) figures.add(plainNumber(digits))
}

const addWords = (text: string, figures: Set<string>): void => {
  let value: number | null = null
  let parts = 0
  let onlyOne = false
  const flush = (): void => {
    if (value !== null && !(onlyOne && parts === 1)) figures.add(String(value))
    value = null
    parts = 0
    onlyOne = false
  }
  for (const [token] of text.toLowerCase().matchAll(/\p{L}+|[^\p{L}\s-]+/gu)) {
    const number = NUMBERS.get(token)
    const scale = SCALES.get(token)
    if (scale !== undefined) value = (value ?? 1) * scale
    else if (number !== undefined && value !== null && value >= 20 && number < 10) value += number
    else if (number !== undefined) {
      flush()
      value = number
      onlyOne = number === 1
    } else {
      flush()
      continue
    }
    parts += 1
  }
  flush()
}

const MAY = /\b(?:\d{1,2}(?:st|nd|rd|th)?|in|of|until|since|by|from|every|early|late|and|or|to) May\b|\bMay,? \d/

/** The figures of a text, each in one form. */
export const figuresOf = (text: string): Set<string> => {
  const figures = new Set<string>()
  addDigits(text, figures)
  addWords(text, figures)
  for (const [index, name] of MONTHS.entries()) {
    const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const isThere =
      name === 'may' ? MAY.test(text) : new RegExp(`\\b(?:${capital}|${capital.slice(0, 3)}\\.?(?= \\d))`).test(text)
    if (isThere) figures.add(`month:${index + 1}`).add(String(index + 1))
  }
  for (const day of DAYS) if (new RegExp(`\\b${day}s?\\b`, 'i').test(text)) figures.add(day)
  for (const [form, kind] of KINDS) if (form.test(text)) figures.add(kind)
  return figures
}

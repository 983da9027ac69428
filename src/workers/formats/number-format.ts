/**
 * Owns how a number in a spreadsheet reads to a person: dates, times, percentages, decimals, as its number format says.
 * Refuses: colors, alignment, fractions, and the customs of a country that the file does not tell (such dates are ISO 8601).
 * Source: ECMA-376 part 1, 18.8.30 and 18.8.31.
 */

/** Makes the text of a number. */
export type NumberFormat = (value: number) => string

const DAY_MS = 86_400_000
/** Day 0 of the two calendars of Excel. In the first one 1900 is a leap year, so its days begin a day late after that February. */
const EPOCH_MS = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const
/** 9999-12-31: later days are no dates. */
const LAST_DAY = 2_958_465
const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
/** A format that is longer is rubbish. */
const MAX_CODE_CHARS = 256
const MAX_DECIMALS = 15
/** Numbers with fewer digits came about by typing. */
const NOISE_CHARS = 15

/** The formats that files refer to by number alone. What depends on the country is ISO. */
const builtin: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  37: '#,##0;(#,##0)',
  38: '#,##0;(#,##0)',
  39: '#,##0.00;(#,##0.00)',
  40: '#,##0.00;(#,##0.00)',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '0.0E+0',
}
/** Formats of East Asian versions that are dates. */
const isForeignDate = (id: number): boolean => (id >= 27 && id <= 36) || (id >= 50 && id <= 58)

/** A number as a person types it: without the noise of binary fractions. */
export const plainNumber: NumberFormat = (value) => {
  const exact = String(value)
  // Short ones have no noise; integers below 1e21 are written out anyway.
  return exact.length <= NOISE_CHARS || Number.isInteger(value) ? exact : String(Number(value.toPrecision(15)))
}

// eslint-disable-next-line regexp/no-super-linear-move -- A number that is written out has some 300 digits at most.
const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ',')

type Token = { readonly kind: 'literal' | 'date' | 'elapsed' | 'half' | 'fraction' | 'number'; readonly text: string }

/** One pass over a section of a format. */
const TOKEN =
  /"([^"]*)"?|\\(.)|_.|\*.|\[\$([^\]-]{0,255})(?:-[^\]]{0,255})?\]|\[(h+|m+|s+)\]|\[[^\]]{0,255}\]|(AM\/PM|A\/P)|([ymdhs]+)|(?<=s)\.(0+)|((?:[0#?][0#?,]*)?\.?[0#?]+,*%?(?:E[+-]?[0#?]+)?)|General|([^"\\])/gi

const tokensOf = (section: string): Token[] => {
  const tokens: Token[] = []
  for (const match of section.matchAll(TOKEN)) {
    const [whole, quoted, escaped, currency, elapsed, half, date, fraction, number, other] = match
    const literal = quoted ?? escaped ?? currency ?? (other === '@' ? '' : other)
    if (elapsed) tokens.push({ kind: 'elapsed', text: elapsed.toLowerCase() })
    else if (half) tokens.push({ kind: 'half', text: half })
    else if (date) tokens.push({ kind: 'date', text: date.toLowerCase() })
    else if (fraction) tokens.push({ kind: 'fraction', text: fraction })
    else if (number || /^general$/i.test(whole)) tokens.push({ kind: 'number', text: number ?? whole })
    else if (literal) tokens.push({ kind: 'literal', text: literal })
    else if (whole.startsWith('_')) tokens.push({ kind: 'literal', text: ' ' })
  }
  return tokens
}

const isDate = (tokens: readonly Token[]): boolean =>
  tokens.some(({ kind }) => kind === 'date' || kind === 'elapsed') && !tokens.some(({ kind }) => kind === 'number')

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

const dateText = (tokens: readonly Token[], serial: number, epochMs: number): string | null => {
  if (serial < 0 || serial > LAST_DAY + 1) return null
  const fractionDigits = tokens.find(({ kind }) => kind === 'fraction')?.text.length ?? 0
  const roundMs = fractionDigits > 0 ? 1 : 1_000
  // Before March 1900 the calendar that counts from 1900 is a day behind.
  const late = epochMs === EPOCH_MS[1900] && serial < 60 && serial >= 1 ? 1 : 0
  const elapsedMs = Math.round((serial * DAY_MS) / roundMs) * roundMs
  const date = new Date(epochMs + late * DAY_MS + elapsedMs)
  const afternoon = tokens.some(({ kind }) => kind === 'half')
  const hours = date.getUTCHours()
  const hour = afternoon ? hours % 12 || 12 : hours
  let lastUnit = ''
  const minutesNear = (i: number): boolean => {
    const after = tokens.slice(i + 1).find(({ kind }) => kind === 'date' || kind === 'elapsed')?.text
    return lastUnit.startsWith('h') || (after?.startsWith('s') ?? false)
  }
  const unitText = (text: string, i: number): string => {
    const width = text.length
    if (text.startsWith('y')) return width > 2 ? pad(date.getUTCFullYear(), 4) : pad(date.getUTCFullYear() % 100, 2)
    if (text.startsWith('d')) {
      const name = DAYS[date.getUTCDay()] ?? ''
      return width > 3 ? name : width === 3 ? name.slice(0, 3) : pad(date.getUTCDate(), width)
    }
    if (text.startsWith('h')) return pad(hour, Math.min(2, width))
    if (text.startsWith('s')) return pad(date.getUTCSeconds(), Math.min(2, width))
    if (width <= 2 && minutesNear(i)) return pad(date.getUTCMinutes(), width)
    const name = MONTHS[date.getUTCMonth()] ?? ''
    if (width === 5) return name.slice(0, 1)
    return width > 3 ? name : width === 3 ? name.slice(0, 3) : pad(date.getUTCMonth() + 1, width)
  }
  const elapsedText = (text: string): string => {
    const unitMs = text.startsWith('h') ? 3_600_000 : text.startsWith('m') ? 60_000 : 1_000
    return pad(Math.floor(elapsedMs / unitMs), text.length)
  }
  return tokens
    .map(({ kind, text }, i) => {
      if (kind === 'literal') return text
      if (kind === 'half') return hours < 12 ? (text.length > 3 ? 'AM' : 'A') : text.length > 3 ? 'PM' : 'P'
      if (kind === 'fraction') return `.${pad(date.getUTCMilliseconds(), 3).padEnd(9, '0').slice(0, fractionDigits)}`
      const written = kind === 'elapsed' ? elapsedText(text) : unitText(text, i)
      lastUnit = text
      return written
    })
    .join('')
    .trim()
}

const numberText = (tokens: readonly Token[], value: number): string =>
  tokens
    .map(({ kind, text }) => {
      if (kind !== 'number') return kind === 'literal' ? text : ''
      if (/^general$/i.test(text)) return plainNumber(value)
      const thousands = /(?<!,),+(?=%?$|E)/i.exec(text)?.[0].length ?? 0
      const scaled = (text.includes('%') ? value * 100 : value) / 1_000 ** Math.min(5, thousands)
      const [mantissa = ''] = text.split(/E/i)
      const decimals = Math.min(MAX_DECIMALS, (mantissa.split('.')[1] ?? '').replace(/[^0#?]/g, '').length)
      const least = (mantissa.split('.')[1] ?? '').replace(/[^0]/g, '').length
      if (/E/i.test(text))
        return scaled
          .toExponential(decimals)
          .toUpperCase()
          .replace(/E([+-])(\d)$/, 'E$10$2')
      if (Math.abs(scaled) >= 1e21) return plainNumber(value)
      const [whole = '', part = ''] = scaled.toFixed(decimals).split('.')
      const kept = part.length > least ? part.slice(0, least) + part.slice(least).replace(/(?<!0)0+$/, '') : part
      const zeros = mantissa.split('.')[0]?.replace(/[^0]/g, '').length ?? 0
      const digits = whole.padStart(Math.min(zeros, 30), '0')
      const integer = /[#0?],[#0?]/.test(mantissa) ? grouped(digits) : digits
      return `${integer}${kept ? `.${kept}` : ''}${text.endsWith('%') ? '%' : ''}`
    })
    .join('')
    .trim()

/** People look for what they see and for what they typed: a number that is shown rounded or grouped has both. */
const withPlain = (shown: string, value: number): string => {
  const plain = plainNumber(Math.abs(value))
  return shown.includes('%') || shown === '' || /[a-z]/i.test(shown) || shown.includes(plain) || !/\d/.test(shown)
    ? shown
    : `${shown} (${plainNumber(value)})`
}

/** Sections of a format: positive, negative, zero, text. A `;` in quotes is none. */
const sectionsOf = (code: string): string[] => code.match(/(?:"[^"]*"?|\\.|[^;"\\])+|(?<=;)(?=;|$)/g) ?? []

const compile = (code: string, epochMs: number): NumberFormat => {
  const sections = sectionsOf(code)
    .slice(0, 3)
    .map((section) => tokensOf(section))
  const conditional = /\[[<>=]/.test(code)
  const [first = []] = sections
  if (isDate(first)) return (value) => dateText(first, value, epochMs) ?? plainNumber(value)
  // Fractions (# ?/?) and formats without a place for digits hide the number: it is what people look for.
  if (conditional || /[#?0]\s*\/\s*[#?\d]/.test(code)) return plainNumber
  const shown = (value: number): string => {
    const negative = value < 0 && sections.length > 1
    const section = negative ? sections[1] : value === 0 && sections.length > 2 ? sections[2] : first
    if (!section?.some(({ kind }) => kind === 'number')) {
      const text = numberText(section ?? [], value)
      return value === 0 && text !== '' ? text : plainNumber(value)
    }
    if (negative) return numberText(section, -value)
    return value < 0 ? `-${numberText(section, -value)}` : numberText(section, value)
  }
  return (value) => withPlain(shown(value), value)
}

/**
 * The format of a style: by its number, or by its code where the file has one. `calendar` says which day the dates of the file count from.
 */
export const numberFormat = (id: number, code: string | null, calendar: 1900 | 1904): NumberFormat => {
  const epochMs = EPOCH_MS[calendar]
  const known = code ?? builtin[id] ?? (isForeignDate(id) ? 'yyyy-mm-dd' : null)
  if (known === null || known.length > MAX_CODE_CHARS || /^(?:general|@)?$/i.test(known.trim())) return plainNumber
  return compile(known, epochMs)
}

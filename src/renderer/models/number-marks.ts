/**
 * Owns the marks with which numbers are typed and shown in fields in this language: between thousands, before decimals, and of dollars.
 */
import { locale, t } from '../text/language'

const parts = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }).formatToParts(12_345.6)
const markOf = (type: Intl.NumberFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? ''

/** Of a field for numbers. */
export const numberMarks = { thousandSeparator: markOf('group'), decimalSeparator: markOf('decimal') } as const

/** Of a field for an amount of dollars, and of one for a number of tokens. */
export const unitMarks =
  parts[0]?.type === 'currency'
    ? { usd: { prefix: markOf('currency') }, tokens: { suffix: t('models.tokensAfter') } }
    : { usd: { suffix: ` ${markOf('currency')}` }, tokens: { suffix: t('models.tokensAfter') } }

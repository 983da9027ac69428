/**
 * Owns the stem of an English word as the full-text index makes it, for what is compared outside of it.
 * Source: M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980. Words of other languages and numbers stay as they are.
 * Refuses: being exact for every word: two spellings of one stem may stay apart.
 */

const C = '[^aeiou][^aeiouy]*'
const V = '[aeiouy][aeiou]*'
const MORE_THAN_0 = new RegExp(`^(?:${C})?${V}${C}`)
const EXACTLY_1 = new RegExp(`^(?:${C})?${V}${C}(?:${V})?$`)
const MORE_THAN_1 = new RegExp(`^(?:${C})?${V}${C}${V}${C}`)
const HAS_VOWEL = new RegExp(`^(?:${C})?[aeiouy]`)
const ENDS_CVC = /[^aeiou][aeiouy][^aeiouwxy]$/

const STEP_2: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['logi', 'log'],
]
const STEP_3: readonly (readonly [string, string])[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
]
const STEP_4 = 'ement ance ence able ible ment ant ent ism ate iti ous ive ize al er ic ou'.split(' ')

const replaceEnd = (word: string, table: readonly (readonly [string, string])[]): string => {
  for (const [ending, other] of table) {
    if (!word.endsWith(ending)) continue
    const stem = word.slice(0, -ending.length)
    return MORE_THAN_0.test(stem) ? stem + other : word
  }
  return word
}

const stripPast = (word: string): string => {
  if (word.endsWith('eed')) return MORE_THAN_0.test(word.slice(0, -3)) ? word.slice(0, -1) : word
  const ending = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0
  const stem = word.slice(0, word.length - ending)
  if (ending === 0 || !HAS_VOWEL.test(stem)) return word
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`
  if (/([^aeiouylsz])\1$/.test(stem)) return stem.slice(0, -1)
  return EXACTLY_1.test(stem) && ENDS_CVC.test(stem) ? `${stem}e` : stem
}

const stripLast = (word: string): string => {
  const ending = STEP_4.find((each) => word.endsWith(each))
  if (ending !== undefined) {
    const stem = word.slice(0, -ending.length)
    return MORE_THAN_1.test(stem) ? stem : word
  }
  const ion = /^(.*[st])ion$/.exec(word)
  return ion?.[1] !== undefined && MORE_THAN_1.test(ion[1]) ? ion[1] : word
}

/** The stem of a word in lower case without accents. */
export const stemOf = (word: string): string => {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word
  let stem = word.replace(/(ss|i)es$/, '$1').replace(/([^s])s$/, '$1')
  stem = stripPast(stem)
  if (stem.endsWith('y') && HAS_VOWEL.test(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`
  stem = stripLast(replaceEnd(replaceEnd(stem, STEP_2), STEP_3))
  if (stem.endsWith('e')) {
    const short = stem.slice(0, -1)
    if (MORE_THAN_1.test(short) || (EXACTLY_1.test(short) && !ENDS_CVC.test(short))) stem = short
  }
  return stem.endsWith('ll') && MORE_THAN_1.test(stem.slice(0, -1)) ? stem.slice(0, -1) : stem
}

/** A word as the index folds it: lower case, without accents. */
export const foldWord = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

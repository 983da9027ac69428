/**
 * Owns guessing the language a text is written in, by its script and its commonest words.
 * Refuses: certainty: `null` where the text is short or mixed. No dictionary, no model.
 */

/** No more of a document is looked at. */
export const LANGUAGE_SAMPLE_CHARS = 4_000
const LEAST_WORDS = 8
/** Share of all words that the commonest words of the language must make up. */
const LEAST_SHARE = 0.12
/** Different words that must be among them: a program has many of one. */
const LEAST_DIFFERENT = 3

/** The commonest words of each language, as far as they tell it from the others. */
const WORDS: Readonly<Record<string, string>> = {
  en: 'the of and to in is that for it with as was on are be this by at from or have an not you which',
  de: 'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus',
  fr: 'de la le et les des en un une du que est pour qui dans par plus au sur pas ne ce avec sont il',
  es: 'de la que el en y los del se las por un para con no una su al es lo como más pero sus le',
  it: 'di e il la che in un per una del non sono della con gli le si da alla dei nel è anche più come',
  pt: 'de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à',
  nl: 'de van het een en in is dat op te voor met zijn niet aan er die om ook als bij worden door naar',
  sv: 'och i att en det som på är av för med den till inte har de ett om jag var kan men från så vi',
  da: 'og i at det en den til er som på de med han af for ikke der var sig et har om vi jeg fra',
  no: 'og i det er på en som til av for at med de har ikke den et om var jeg men fra vi kan så',
  fi: 'ja on ei että se oli hän ovat mutta kun joka tai olla mukaan sekä myös sen niin vain kuin ole',
  pl: 'w i na z do się nie to że o jest od po jak za przez dla są ale oraz który tak jako był co',
  cs: 'a v se na je že s z do o ve k to i za pro by jsou po jako ale od při nebo není který také',
  tr: 've bir bu da de için ile olarak daha çok en olan gibi kadar ne var ancak ya sonra değil her ki',
}
const LANGUAGES = Object.keys(WORDS)

/** The languages (by position) that have a word among their commonest. */
const LANGUAGES_BY_WORD = ((): ReadonlyMap<string, readonly number[]> => {
  const byWord = new Map<string, number[]>()
  for (const [at, language] of LANGUAGES.entries())
    for (const word of new Set(WORDS[language]?.split(' '))) byWord.set(word, [...(byWord.get(word) ?? []), at])
  return byWord
})()

/** Scripts that are written by one language, or mostly by one. Kana before Han: Japanese uses both. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
]
/** Share of all letters that a script must have; Japanese is told by fewer kana among its Han characters. */
const SCRIPT_SHARE = 0.5
const KANA_SHARE = 0.1
const UKRAINIAN = /[іїєґ]/iu

const byScript = (text: string): string | null => {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (letters < LEAST_WORDS) return null
  for (const [language, pattern] of SCRIPTS) {
    const share = (text.match(pattern)?.length ?? 0) / letters
    if (share < (language === 'ja' ? KANA_SHARE : SCRIPT_SHARE)) continue
    return language === 'ru' && UKRAINIAN.test(text) ? 'uk' : language
  }
  return null
}

/** The language of a text as a two-letter code, or `null` when unsure. */
export const detectLanguage = (text: string): string | null => {
  const sample = text.slice(0, LANGUAGE_SAMPLE_CHARS)
  if (/[^\p{ASCII}\u0080-\u024f\u2000-\u20ff]/u.test(sample)) {
    const script = byScript(sample)
    if (script) return script
  }
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? []
  if (words.length < LEAST_WORDS) return null
  const scores = LANGUAGES.map((language) => ({ language, score: 0, different: 0 }))
  const seen = new Set<string>()
  for (const word of words) {
    const first = !seen.has(word)
    if (first) seen.add(word)
    for (const at of LANGUAGES_BY_WORD.get(word) ?? []) {
      const entry = scores[at]
      if (!entry) continue
      entry.score += 1
      if (first) entry.different += 1
    }
  }
  scores.sort((a, b) => b.score - a.score)
  const [best, second] = scores
  if (
    !best ||
    best.different < LEAST_DIFFERENT ||
    best.score / words.length < LEAST_SHARE ||
    best.score <= (second?.score ?? 0)
  )
    return null
  return best.language
}

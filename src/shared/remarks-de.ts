/**
 * Owns the German sentence of every remark, from the same facts as the English one. A code without a sentence is a type error.
 * Refuses: errors, which have a table of their own.
 */
import { germanDetailsOf } from './errors-de'
import type { ErrorDetails } from './errors'
import { isFilterValue, type FilterValue, type Quoted, type RemarkCode } from './remarks'
import { formatSetting, isSettingUnit } from './setting-format'

type Said = string | ((d: ErrorDetails, quoted: Quoted) => string)

const text = (value: ErrorDetails[string], otherwise = '?'): string =>
  value === undefined || value === null || value === '' ? otherwise : String(value)

const plural = (count: ErrorDetails[string], one: string, many: string): string =>
  `${text(count)} ${count === 1 ? one : many}`

const amount = (value: ErrorDetails[string], unit: ErrorDetails[string]): string =>
  typeof value === 'number' && isSettingUnit(unit) ? formatSetting(value, unit, 'de') : text(value)

const keyAt = (place: ErrorDetails[string], at: ErrorDetails[string]): string => {
  if (place === 'environment') return `in der Variablen ${text(at)}`
  if (place === 'keychain') return `vom Schlüsselbund dieses Kontos verschlüsselt, in ${text(at)}`
  return place === 'file' ? `in ${text(at)}, lesbar nur für dieses Konto` : 'nirgends'
}

const filterValues: Readonly<Record<FilterValue, string>> = {
  type: 'eine Art wie pdf, docx oder image',
  lang: 'ein Kürzel wie de',
  after: 'ein Datum wie 2024, 2024-01 oder 2024-01-31',
  before: 'ein Datum wie 2024, 2024-01 oder 2024-01-31',
  size: 'eine Größe wie >1mb',
}

const periods = { run: 'je Auftrag', day: 'am Tag', month: 'im Monat' } as const

const budgetParts = (d: ErrorDetails): string[] =>
  (['run', 'day', 'month'] as const).flatMap((period) => [
    ...(d[`${period}Usd`] === undefined ? [] : [`${text(d[`${period}Usd`])} USD ${periods[period]}`]),
    ...(d[`${period}Tokens`] === undefined ? [] : [`${text(d[`${period}Tokens`])} Token ${periods[period]}`]),
  ])

/** What the schema of a policy wanted, in words. */
const types: Readonly<Record<string, string>> = {
  string: 'ein Text',
  number: 'eine Zahl',
  boolean: 'true oder false',
  object: 'ein Objekt',
  array: 'eine Liste',
  int: 'eine ganze Zahl',
}

/** Why a field of a policy is not as it should be: from what the schema tells, else in its own words. */
const fieldOf = (d: ErrorDetails): string => {
  const { issue, expected, keys, values, minimum, maximum, message } = d
  if (issue === 'invalid_type') return `hier wird ${types[text(expected)] ?? text(expected)} erwartet`
  if (issue === 'unrecognized_keys') return `unbekannt ist ${text(keys)}`
  if (issue === 'invalid_value') return `möglich ist nur ${text(values)}`
  if (issue === 'too_small') return `zu klein oder zu kurz (mindestens ${text(minimum)})`
  if (issue === 'too_big') return `zu groß oder zu lang (höchstens ${text(maximum)})`
  if (issue === 'invalid_union') return 'so ist es nicht vorgesehen'
  if (message === 'is no absolute path, nor one that begins with ~')
    return 'kein vollständiger Pfad, auch keiner, der mit ~ beginnt'
  if (message === 'is no host name in small letters, with "*." before it or ":port" after it')
    return 'kein Name eines Servers in Kleinbuchstaben, mit „*.“ davor oder „:port“ dahinter'
  return `so ist es nicht vorgesehen (${text(message)})`
}

const sentences: Readonly<Record<RemarkCode, Said>> = {
  SAID_CUT: (d) => {
    const cuts = [
      ...(d.chars === undefined ? [] : [`nach den ersten ${Number(d.chars).toLocaleString('de')} Zeichen`]),
      ...(d.words === undefined ? [] : [`nach den ersten ${text(d.words)} verschiedenen Wörtern`]),
    ]
    return `Die Anfrage ist sehr lang: gesucht wurde nur ${cuts.join(' und davon nur ')}.`
  },
  SAID_MISREAD: (d) =>
    `„${text(d.text)}“ wurde als Wörter gesucht: als Filter gehört dahinter ${isFilterValue(d.filter) ? filterValues[d.filter] : 'ein anderer Wert'}.`,
  SAID_NO_COLLECTION: (d) => `Es gibt keine Sammlung „${text(d.name)}“.`,
  SAID_LATE: 'Die Suche nach der Bedeutung dauerte zu lange: ihre Ergebnisse fehlen.',
  SAID_KEYWORD_ONLY: (_, { sentence }) => `Nur Ergebnisse nach Wörtern: ${sentence}`,
  SAID_SOME_KEYWORD_ONLY: (_, { sentence }) => `Einige Sammlungen wurden nur nach Wörtern durchsucht: ${sentence}`,
  SAID_ENGLISH_MODEL: 'Das eingebaute Modell liest Englisch: was ihm gehört, wurde nur nach Wörtern durchsucht.',
  SAID_UNKNOWN_SCRIPT: 'Das Modell kann die Schrift dieser Anfrage nicht lesen, also wurde nur nach Wörtern gesucht.',
  SAID_COMMON_WORDS: 'Diese Wörter kommen sehr oft vor: nur die neuesten Stellen mit ihnen wurden geordnet.',
  SAID_CORRECTED: (d) => `„${text(d.typed)}“ kommt nirgends vor; gesucht wurde auch „${text(d.meant)}“.`,
  SAID_ONLY_FILTERS: 'Die Anfrage hat nur Filter: das sind die neuesten Dokumente, auf die sie passen.',
  SAID_WITHIN: (d, { sentence }) => `${text(d.path)}: ${sentence}`,
  SAID_UNNOTED: (_, { sentence }) => `Dass danach gesucht wurde, ließ sich nicht vermerken: ${sentence}`,
  SAID_NOT_FOUND: 'In den Dokumenten nicht gefunden.',
  SAID_ANSWERED_WITHOUT: (d, { sentence }) => `Ohne „${text(d.provider)}“ beantwortet: ${sentence}`,
  SAID_LINK_LEFT_OUT: 'Das Modell schrieb eine Adresse, die in keinem Dokument steht; sie wurde weggelassen.',
  SAID_CITED_NOTHING: (d) =>
    `${plural(d.count, 'Beleg nannte', 'Belege nannten')} keine Stelle und ${d.count === 1 ? 'wurde' : 'wurden'} weggelassen.`,
  SAID_CITED_UNPROVEN: (d) =>
    `${plural(d.count, 'Beleg führte', 'Belege führten')} an, was nicht im Dokument steht, und ${d.count === 1 ? 'wurde' : 'wurden'} weggelassen.`,
  SAID_CITED_BESIDE: (d) =>
    `${plural(d.count, 'Beleg stand', 'Belege standen')} hinter etwas, das die Stelle nicht sagt, und ${d.count === 1 ? 'wurde' : 'wurden'} weggelassen.`,
  SAID_UNPROVEN_LEFT_OUT: (d) =>
    `${plural(d.count, 'Satz, den', 'Sätze, die')} kein Dokument belegt, ${d.count === 1 ? 'wurde' : 'wurden'} weggelassen.`,
  SAID_ANSWER_CUT: 'Die Antwort wurde gekürzt: sie wurde länger, als die Einstellung answers.tokens erlaubt.',
  SAID_NOTHING_PROVEN: 'Was das Modell schrieb, wird nicht gezeigt: nichts davon stand in den Dokumenten.',
  SAID_SUMMED_WITHOUT: (d, { sentence }) => `Ohne „${text(d.provider)}“ zusammengefasst: ${sentence}`,
  SAID_LONGEST_ONLY: (d) =>
    `Aus den ${text(d.count)} längsten von ${text(d.total)} Dokumenten (Einstellung summaries.documents).`,
  SAID_SAMPLED: 'Lange Texte wurden in Auszügen aus allen gelesen.',
  SAID_SUMMARY_CUT:
    'Die Zusammenfassung wurde gekürzt: sie wurde länger, als die Einstellung summaries.tokens erlaubt.',
  SAID_JOB_TITLE: (d) => `Auftrag ${text(d.id)}`,
  JOB_OF_MANY: (d) => `${text(d.names)} und ${text(d.more)} weitere`,
  JOB_VECTORS: (d) => (d.model ? `Vektoren von ${text(d.model)}` : 'Vektoren vom eingebauten Modell'),
  JOB_READ_ANEW: 'Texte neu gelesen',
  JOB_READ_AGAIN: (d) => `${plural(d.count, 'Dokument', 'Dokumente')} noch einmal gelesen`,
  JOB_REPAIR: 'Vektoren ergänzen',
  JOB_SUMMARIES: 'Zusammenfassungen',
  WRONG_VARIABLE_NEAR: (d, { sentence, code }) =>
    `Die Variable ${text(d.variable)}: ${sentence} Verwendet wird der nächste mögliche Wert. (${code})`,
  WRONG_VARIABLE: (d, { sentence, code }) =>
    `Die Variable ${text(d.variable)}: ${sentence} Sie wird nicht verwendet. (${code})`,
  WRONG_ENTRY_NAME: (d) =>
    `Die Datei der Einstellungen nennt „${text(d.name)}“, was in dieser Version keine Einstellung ist; es bleibt stehen.`,
  WRONG_ENTRY: (_, { sentence }) => `In der Datei der Einstellungen: ${sentence} Verwendet wird der vorgegebene Wert.`,
  WRONG_FILE_DAMAGED: (d) => {
    const { count } = d
    const used =
      count === 0
        ? 'verwendet werden die vorgegebenen Werte'
        : `verwendet ${count === 1 ? 'wird der eine Wert, der' : `werden die ${text(count)} Werte, die`} darin noch ganz ${count === 1 ? 'ist' : 'sind'}, sonst die vorgegebenen`
    return `Die Datei der Einstellungen ${text(d.path)} ist beschädigt (${text(d.reason)}); ${used}. Die Datei wird aufgehoben.`
  },
  WRONG_FILE_FORM: (d) =>
    `Die Datei der Einstellungen ${text(d.path)} sagt in „${text(d.mark)}“, von welcher Form sie ist, aber nicht mit einer Zahl; sie wird wie immer gelesen.`,
  WRONG_FILE_NEWER: (d) =>
    `Die Datei der Einstellungen ${text(d.path)} stammt von einer neueren Version von Sluice (Form ${text(d.form)}): was diese Version versteht, wird verwendet, sonst die vorgegebenen Werte. Die Datei wird aufgehoben.`,
  POLICY_UNUSABLE: (d) => `Die Datei ist nicht zu verwenden: ${text(d.reason)}.`,
  POLICY_NEWER: (d) =>
    `„${text(d.mark)}“ ist ${text(d.version)}: für eine neuere Version von Sluice geschrieben, diese kennt ${text(d.known)}.`,
  POLICY_UNMARKED: (d) =>
    `„${text(d.mark)}“: ${text(d.known)} fehlt; es sagt, was die Datei ist und wie sie gelesen wird.`,
  POLICY_SECTION: (d) => `„${text(d.name)}“ ist nichts, was eine Richtlinie in dieser Version sagt.`,
  POLICY_FIELD: (d) => `${text(d.where)}: ${fieldOf(d)}.`,
  POLICY_NO_NAMES: 'settings: kein Objekt von Namen zu Werten.',
  POLICY_NO_SETTING: (d) => `settings.${text(d.name)}: in dieser Version keine Einstellung.`,
  POLICY_NO_RULE: (d) => `settings.${text(d.name)}: weder ein Wert noch ein Objekt aus default, min und max.`,
  POLICY_TWICE: (d) =>
    `${text(d.where)} und settings.${text(d.name)} sagen beide, was ${text(d.name)} ist; nur eines darf es.`,
  POLICY_VALUE: (d, { sentence }) => `${text(d.where)}: ${sentence}`,
  POLICY_MIN_ABOVE: (d) =>
    `${text(d.where)}: min (${amount(d.min, d.unit)}) liegt über max (${amount(d.max, d.unit)}).`,
  POLICY_DEFAULT_ABOVE: (d) =>
    `${text(d.where)}: default (${amount(d.default, d.unit)}) liegt über dem eigenen max (${amount(d.max, d.unit)}).`,
  POLICY_DEFAULT_BELOW: (d) =>
    `${text(d.where)}: default (${amount(d.default, d.unit)}) liegt unter dem eigenen min (${amount(d.min, d.unit)}).`,
  MANAGES_EVERYTHING: 'jede Einstellung steht fest',
  MANAGES_FIXED: (d) => `${plural(d.count, 'Einstellung steht', 'Einstellungen stehen')} fest (${text(d.names)})`,
  MANAGES_BOUNDS: (d) => `${plural(d.count, 'Einstellung', 'Einstellungen')} mit eigenen Grenzen`,
  MANAGES_NO_PROVIDERS: 'keine Anbieter',
  MANAGES_PROVIDERS: (d) =>
    `nur Anbieter von ${[...(d.folders === true ? ['Ordnern'] : []), ...(d.hosts ? [text(d.hosts)] : [])].join(', ')}`,
  MANAGES_BUDGETS: (d) => `höchstens ${budgetParts(d).join(', ')}`,
  MANAGES_DATA_DIR: (d) => `der Datenordner ${text(d.path)}`,
  MANAGES_UPDATES: (d) => `Aktualisierungen: ${text(d.channel)}`,
  MANAGES_UPDATE_FEED: (d) => `Aktualisierungen von ${text(d.feed)}`,
  MANAGES_UPDATE_KEY: 'ein eigener Schlüssel für Aktualisierungen',
  MANAGES_TELEMETRY: 'keine Telemetrie',
  KEY_IS: (d) =>
    [
      keyAt(d.place, d.at),
      ...(['second', 'third'] as const).flatMap((rank) =>
        d[`${rank}Place`] === undefined
          ? []
          : [`; ein anderer, ${keyAt(d[`${rank}Place`], d[`${rank}At`])}, wird nicht verwendet`],
      ),
    ].join(''),
  KEY_OF_EARLIER: (d) =>
    `Ein Schlüssel eines früheren „${text(d.name)}“ war noch da und ist vergessen: den für diesen eingeben.`,
  KEY_FORGOTTEN: (d) =>
    `Der Schlüssel war für ${text(d.before)} und ist vergessen: den für ${text(d.origin)} eingeben.`,
  KEY_SENT_ON: (d) => `Der Schlüssel in der Variablen ${text(d.variable)} geht von jetzt an zu ${text(d.origin)}.`,
  FAILED_BECAUSE: (_, { reason }) => reason,
  FAILED_SO: (d) => text(d.reason),
  MODEL_READ_AS: (d) =>
    [
      text(d.file),
      d.pooling
        ? `Zusammenfassung ${text(d.pooling)} von ${text(d.output)}`
        : `fasst selbst zusammen (${text(d.output)})`,
      `${text(d.tokens)} Token je Fenster`,
      ...(d.query ? [`Anfragen beginnen mit ${text(d.query)}`] : []),
      ...(d.document ? [`Dokumente beginnen mit ${text(d.document)}`] : []),
    ].join(', '),
  SHORTCUT_ALONE: (d) =>
    `${text(d.accelerator)} ist kein Tastenkürzel: Strg, Alt oder dergleichen mit einer Taste halten.`,
  SHORTCUT_TAKEN: (d) =>
    `${text(d.accelerator)} ist nicht frei: ein anderes Programm verwendet es, oder das System erlaubt es nicht.`,
  SHORTCUT_NONE: (d) => `${text(d.accelerator)} ist kein Tastenkürzel (${text(d.reason)}).`,
}

/** The German sentence of a remark. */
export const germanRemarkOf = (code: RemarkCode, details: ErrorDetails, quoted: Quoted): string => {
  const said = sentences[code]
  return typeof said === 'string' ? said : said(germanDetailsOf(details), quoted)
}

/**
 * Owns what a setting is called and why its default is what it is, in the language of the window. Refuses: values, groups.
 */
import { limitTable, type LimitName } from '../../shared/limits'
import { germanLimits } from '../../shared/limits-de'
import { language, t } from './language'
import type { Setting } from '../../shared/settings'

const CHOICES: Readonly<Record<string, string>> = {
  off: t('settings.off'),
  'in-use': t('settings.choiceInUse'),
  always: t('settings.choiceAlways'),
  auto: t('settings.choiceAuto'),
  yes: t('settings.choiceYes'),
  no: t('settings.choiceNo'),
  stable: t('settings.choiceStable'),
  beta: t('settings.choiceBeta'),
}

/** What a value is called that has a word; a word of another version is said as it is. */
export const choiceLabelOf = (word: string): string => CHOICES[word] ?? word

const isLimit = (name: string): name is LimitName => Object.hasOwn(limitTable, name)

/** `null`: it is said as the engine says it. */
const rowOf = (name: string): (typeof germanLimits)[LimitName] | null =>
  language === 'de' && isLimit(name) ? germanLimits[name] : null

/** What the part after the dot says, in words: `worker.parseThreads` is "Parse threads", `pdf.pageTimeMs` is "Page time". */
export const labelOf = (name: string): string => {
  const row = rowOf(name)
  if (row) return row[0]
  const words = name
    .slice(name.indexOf('.') + 1)
    .replaceAll('.', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    // Its unit stands beside the value.
    .replace(/ (ms|bytes)$/, '')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Why the default is what it is. */
export const reasonOf = ({ name, reason }: Pick<Setting, 'name' | 'reason'>): string => rowOf(name)?.[1] ?? reason

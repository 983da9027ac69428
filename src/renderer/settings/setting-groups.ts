/**
 * Owns how settings are grouped, named and searched in the window. Refuses: their values.
 */
import { formatSetting, type Setting } from '../../shared/settings'

/** What the parts of names before the dot are about, in the order in which they are shown. */
const TITLES = {
  desktop: 'The window and the desktop',
  power: 'Battery and a busy computer',
  worker: 'Processes and their memory',
  lane: 'How much runs at once',
  queue: 'Order and pace of the queue',
  retry: 'Trying again',
  task: 'One document at work',
  job: 'One job',
  disk: 'Disk',
  document: 'Size of documents',
  documents: 'Documents that are gone',
  archive: 'Archives',
  pdf: 'PDF',
  image: 'Pictures',
  ocr: 'Text of pictures (OCR)',
  vision: 'Pictures read by a model',
  mail: 'Mail',
  search: 'Search',
  answers: 'Answers',
  summaries: 'Summaries',
  model: 'Models in folders',
  models: 'Change of models',
  cache: 'Cache of vectors',
} as const

const groupNames = Object.keys(TITLES) as readonly (keyof typeof TITLES)[]

export type SettingGroup = { readonly name: string; readonly title: string; readonly settings: readonly Setting[] }

const prefixOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf('.')))

/** What the part after the dot says, in words: `worker.parseThreads` is "Parse threads", `pdf.pageTimeMs` is "Page time". */
export const labelOf = (name: string): string => {
  const words = name
    .slice(name.indexOf('.') + 1)
    .replaceAll('.', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    // Its unit stands beside the value.
    .replace(/ (ms|bytes)$/, '')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Values that are on or off. */
export const isSwitch = ({ min, max }: Pick<Setting, 'min' | 'max'>): boolean => min === 0 && max === 1

/** A value as it is shown, and can be typed again. */
export const showValue = (value: number, setting: Pick<Setting, 'min' | 'max' | 'unit'>): string =>
  isSwitch(setting) ? (value === 1 ? 'on' : 'off') : formatSetting(value, setting.unit)

/** Where a value comes from that cannot be changed here; `null` when it can. */
export const lockOf = ({ source, environment }: Pick<Setting, 'source' | 'environment'>): string | null => {
  if (source === 'environment') return `set by the variable ${environment}`
  if (source === 'flag') return 'set by a flag at the start'
  return null
}

/** Settings in their groups; with words, only those that have all of them in name, title of the group, or reason. */
export const groupSettings = (settings: readonly Setting[], query: string): SettingGroup[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const known = new Set<string>(groupNames)
  const others = [...new Set(settings.map(({ name }) => prefixOf(name)))].filter((name) => !known.has(name))
  const titleOf = (name: string): string =>
    groupNames.find((one) => one === name) ? TITLES[name as keyof typeof TITLES] : name
  return [...groupNames, ...others].flatMap((name) => {
    const title = titleOf(name)
    const fitting = settings.filter((setting) => {
      if (prefixOf(setting.name) !== name) return false
      const text = [setting.name, labelOf(setting.name), title, setting.reason, setting.environment]
        .join(' ')
        .toLowerCase()
      return words.every((word) => text.includes(word))
    })
    return fitting.length === 0 ? [] : [{ name, title, settings: fitting }]
  })
}

/**
 * Owns how settings are grouped, named and searched in the window. Refuses: their values.
 */
import { formatSetting } from '../../shared/setting-format'
import type { Setting } from '../../shared/settings'
import { language, t } from '../text/language'
import { choiceLabelOf, labelOf, reasonOf } from '../text/setting-words'

/** What the parts of names before the dot are about, in the order in which they are shown. */
const TITLES = {
  // Below the one for what there is to update.
  updates: t('settings.groupUpdates'),
  desktop: t('settings.groupDesktop'),
  power: t('settings.groupPower'),
  polite: t('settings.groupPolite'),
  worker: t('settings.groupWorker'),
  lane: t('settings.groupLane'),
  queue: t('settings.groupQueue'),
  retry: t('settings.groupRetry'),
  task: t('settings.groupTask'),
  job: t('settings.groupJob'),
  disk: t('settings.groupDisk'),
  document: t('settings.groupDocument'),
  documents: t('settings.groupDocuments'),
  archive: t('settings.groupArchive'),
  pdf: t('settings.groupPdf'),
  image: t('settings.groupImage'),
  ocr: t('settings.groupOcr'),
  office: t('settings.groupOffice'),
  vision: t('settings.groupVision'),
  mail: t('settings.groupMail'),
  search: t('settings.groupSearch'),
  answers: t('settings.groupAnswers'),
  summaries: t('settings.groupSummaries'),
  model: t('settings.groupModel'),
  models: t('settings.groupModels'),
  cache: t('settings.groupCache'),
} as const

const groupNames = Object.keys(TITLES) as readonly (keyof typeof TITLES)[]

export type SettingGroup = { readonly name: string; readonly title: string; readonly settings: readonly Setting[] }

const prefixOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf('.')))

/** Values that are on or off. */
export const isSwitch = ({
  min,
  max,
  choices,
}: Pick<Setting, 'min' | 'max'> & { readonly choices?: readonly string[] | undefined }): boolean =>
  choices === undefined && min === 0 && max === 1

/** A value as it is shown; a number can be typed again so. */
export const showValue = (
  value: number,
  setting: Pick<Setting, 'min' | 'max' | 'unit'> & { readonly choices?: readonly string[] | undefined },
): string => {
  const word = setting.choices?.[value]
  if (word !== undefined) return choiceLabelOf(word)
  return isSwitch(setting)
    ? value === 1
      ? t('settings.on')
      : t('settings.off')
    : formatSetting(value, setting.unit, language)
}

/** Where a value comes from that cannot be changed here; `null` when it can. */
export const lockOf = ({ source, environment }: Pick<Setting, 'source' | 'environment'>): string | null => {
  if (source === 'policy') return t('settings.byOrganization')
  if (source === 'environment') return t('settings.byVariable', { variable: environment })
  if (source === 'flag') return t('settings.byFlag')
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
      const text = [setting.name, labelOf(setting.name), title, reasonOf(setting), setting.environment]
        .join(' ')
        .toLowerCase()
      return words.every((word) => text.includes(word))
    })
    return fitting.length === 0 ? [] : [{ name, title, settings: fitting }]
  })
}

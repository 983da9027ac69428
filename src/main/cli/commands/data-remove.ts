/**
 * Owns `sluice data remove`: everything that Sluice keeps is listed, agreed to, and removed.
 * Refuses: a script that does not say `--yes`; and leaving a log behind in the folder that goes.
 */
import { AppError, formatBytes } from '../../../shared/errors'
import type { KeptPart, KeptPlace } from '../../../shared/removal'
import { agrees } from '../agreement'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet, textOf } from '../options'
import { toOneLine } from '../output/display-text'
import { placesThatLead, removeEverything, surveyEverything, type RemovalSurvey } from '../removal'

const partWords: Readonly<Record<KeptPart, string>> = {
  database: 'index and texts of documents',
  vectors: 'vectors',
  cache: 'cache of vectors',
  backups: 'backups from before upgrades',
  notes: 'notes that were handed to Sluice: they are nowhere else',
  samples: 'sample documents',
  keys: 'keys of providers',
  settings: 'settings and providers',
  window: 'what the window keeps',
  logs: 'logs',
  updates: 'newer versions, and the one before',
  temp: 'temporary files',
  other: 'small files of its own',
}

const placeWords: Readonly<Record<KeptPlace, string>> = {
  service: 'the service of the queue',
  login: 'the start at login',
  keychain: 'the key in the keychain of the system',
}

const describe = ({ folders, places }: RemovalSurvey): string[] => [
  ...folders.flatMap(({ path, bytes, parts, foreign }) => [
    `${toOneLine(path)}  ${formatBytes(bytes)}`,
    ...parts.map((part) => `  ${formatBytes(part.bytes).padStart(9)}  ${partWords[part.part]}`),
    ...foreign.map((left) => `  stays      ${toOneLine(left)}: Sluice did not make it`),
  ]),
  ...places.map(({ kind, name }) =>
    kind === 'keychain'
      ? `stays: ${placeWords[kind]} ("${name}"), which opens nothing without these files`
      : `${placeWords[kind]}: ${toOneLine(name)}`,
  ),
]

const requireAgreement = async ({ terminal, json }: CommandContext, { bytes }: RemovalSurvey): Promise<boolean> => {
  if (json || process.stdin.isTTY !== true || terminal.columns === null)
    throw new AppError('USAGE', {
      reason: 'Everything that Sluice keeps would be removed. Say --yes to do it, or --dry-run to see what it is.',
    })
  return agrees({ terminal, question: `Remove all of this (${formatBytes(bytes)}) for ever? Documents stay.` })
}

export const remove: CommandRun = async (context, _words, options) => {
  const { terminal, json, dataDir, folder, log } = context
  const asked = { dataDir, mayLead: placesThatLead(textOf(options, 'dataDir'), folder) }
  const survey = await surveyEverything(asked)
  const isDry = isSet(options, 'dryRun')
  const isNothing = survey.folders.length === 0 && survey.places.length === 0
  const result = { dataDir, dryRun: isDry, bytes: survey.bytes, folders: survey.folders, places: survey.places }
  if (isDry || isNothing) {
    const left = survey.folders.flatMap(({ foreign }) => foreign)
    if (json) await terminal.writeJson({ ...result, removed: false, left, placesLeft: [] })
    else
      await terminal.writeLines(isNothing ? [`There is nothing of Sluice in ${toOneLine(dataDir)}.`] : describe(survey))
    return exitCodes.done
  }
  if (!json) await terminal.writeLines(describe(survey))
  if (!isSet(options, 'yes') && !(await requireAgreement(context, survey))) {
    await terminal.writeLine('Nothing was removed.')
    return exitCodes.problems
  }
  log.close()
  const { left, placesLeft } = await removeEverything(asked)
  if (json) await terminal.writeJson({ ...result, removed: true, left, placesLeft })
  else
    await terminal.writeLines([
      'Removed.',
      ...left.map((path) => `Left where it is: ${toOneLine(path)}`),
      ...placesLeft.map(({ kind, name, reason }) => `Left: ${placeWords[kind]}, ${name} (${reason})`),
    ])
  const isWhole = left.length === 0 && placesLeft.every(({ kind }) => kind === 'keychain')
  return isWhole ? exitCodes.done : exitCodes.problems
}

/**
 * Owns removing everything that Sluice keeps for an account: what there is in and outside of the data folder, and taking it away in an order that
 * can be gone on with. Both faces use it. Refuses: folders that others work in; what Sluice did not make; documents, wherever they are.
 */
import { existsSync, lstatSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError, toAppError } from '../../shared/errors'
import type { KeptPart, KeptPlace } from '../../shared/removal'
import { autostartFileOf, findAutostart } from '../app/autostart-file'
import { clearAddress, ownerAddress } from '../owner/address'
import { isSameFolder, realPlaceOf, spellOnDisk } from '../paths/same-place'
import { sealedKeyFileOf } from '../providers/keys'
import { acquireForRemoval } from '../store/owner-lock'
import { isBeingRemoved } from '../store/removal-mark'
import { isDataFolder, noteRemovalAnyway, readRemoval, surveyFolder, type FolderSurvey } from '../store/removing'
import { followMoves, listWay, readOrigin } from '../store/whereabouts'
import { defaultDataDir } from './data-dir'
import { locateService, systemOf, type ServicePlace } from './service/definition'
import { serviceTools } from './service/service-tools'

export type PlaceSurvey = {
  readonly kind: KeptPlace
  /** A file, or the name that the system has for it. */
  readonly name: string
}

export type RemovalSurvey = {
  readonly dataDir: string
  /** The data folder first, then those that it was moved from. */
  readonly folders: readonly FolderSurvey[]
  readonly places: readonly PlaceSurvey[]
  readonly bytes: number
}

export type RemovalAsked = {
  readonly dataDir: string
  /** Folders that may lead to it since it was moved. */
  readonly mayLead: readonly string[]
}

/** Those that lead to the data folder, and those that are kept since it was moved. @throws MOVE_DAMAGED */
const findOthers = ({ dataDir, mayLead }: RemovalAsked): string[] => {
  const others = new Set<string>()
  const add = (path: string): void => {
    if (existsSync(path) && !isSameFolder(path, dataDir)) others.add(realPlaceOf(path))
  }
  // Begun before, it goes on with the same ones.
  readRemoval(dataDir).forEach(add)
  for (let origin = readOrigin(dataDir); origin !== null; origin = readOrigin(origin.from)) {
    const isNew = existsSync(origin.from) && !others.has(realPlaceOf(origin.from))
    if (!isNew || !isSameFolder(followMoves(origin.from), dataDir)) break
    add(origin.from)
  }
  for (const path of mayLead) {
    const way = isBeingRemoved(path) ? [] : listWay(path)
    if (way.length > 0 && isSameFolder(followMoves(path), dataDir)) way.reverse().forEach(add)
  }
  return [...others]
}

const servicesOf = (folders: readonly string[]): ServicePlace[] => {
  const system = systemOf(process.platform)
  if (system === null) return []
  const where = { system, home: homedir(), configHome: process.env['XDG_CONFIG_HOME'] || null }
  const usual = spellOnDisk(defaultDataDir())
  return folders.map((dataDir) => locateService({ ...where, dataDir, isUsualFolder: dataDir === usual }))
}

/** Of the services of these folders those that are there and Sluice's. */
const findServices = async (folders: readonly string[]): Promise<ServicePlace[]> => {
  const found: ServicePlace[] = []
  for (const service of servicesOf(folders)) {
    // Without a file of it there is nothing to ask the system for.
    if (service.file !== null && !existsSync(service.file)) continue
    try {
      if ((await serviceTools[service.system].state(service)).installed) found.push(service)
    } catch (thrown) {
      // Somebody else's of that name stays, and is not listed.
      if (toAppError(thrown).code !== 'SERVICE_FOREIGN') throw thrown
    }
  }
  return found
}

/** Names that a folder may be called by outside: a service or an entry has the one that it was made with. */
const namesOf = ({ dataDir, mayLead }: RemovalAsked, others: readonly string[]): string[] => {
  const folders = [dataDir, ...others]
  const alike = mayLead.filter((path) => folders.some((folder) => isSameFolder(path, folder)))
  return [...new Set([...folders, ...alike])]
}

type Found = {
  readonly survey: RemovalSurvey
  readonly services: readonly ServicePlace[]
  readonly autostart: string | null
}

const find = async (asked: RemovalAsked): Promise<Found> => {
  const { dataDir } = asked
  const there = lstatSync(dataDir, { throwIfNoEntry: false })
  if (there !== undefined && !isDataFolder(dataDir)) throw new AppError('REMOVE_NOT_OURS', { path: dataDir })
  const others = findOthers(asked)
  const names = namesOf(asked, others)
  const services = await findServices(names)
  const autostart = process.platform === 'linux' ? await findAutostart(autostartFileOf(process.env), names) : null
  const places: PlaceSurvey[] = [
    ...services.map(({ name }) => ({ kind: 'service' as const, name })),
    ...(autostart === null ? [] : [{ kind: 'login' as const, name: autostart }]),
    ...(existsSync(sealedKeyFileOf(dataDir)) ? [{ kind: 'keychain' as const, name: 'Sluice Safe Storage' }] : []),
  ]
  const folders = [...(there === undefined ? [] : [dataDir]), ...others.filter(isDataFolder)].map(surveyFolder)
  const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0)
  return { survey: { dataDir, folders, places, bytes }, services, autostart }
}

/** Looks what would be removed; changes nothing. @throws REMOVE_NOT_OURS, MOVE_DAMAGED, what the file system throws */
export const surveyEverything = async (asked: RemovalAsked): Promise<RemovalSurvey> => (await find(asked)).survey

export type RemovalOptions = RemovalAsked & {
  /** Parts that stay for now; then the journal stays, too, and the next start ends it. */
  readonly except?: readonly KeptPart[]
  /** Told after each step; tests die there. */
  readonly reached?: (step: string) => void
}

type PlaceLeft = PlaceSurvey & { readonly reason: string }

export type Removal = RemovalSurvey & {
  /** Places that could not be taken away, and what no program can: the key in the keychain. */
  readonly placesLeft: readonly PlaceLeft[]
  /** Paths of what Sluice did not make: they are where they were. */
  readonly left: readonly string[]
}

const takeAwayPlaces = async (
  services: readonly ServicePlace[],
  autostart: string | null,
  reached?: (step: string) => void,
): Promise<PlaceLeft[]> => {
  const left: PlaceLeft[] = []
  for (const service of services) {
    try {
      await serviceTools[service.system].remove(service)
    } catch (thrown) {
      left.push({ kind: 'service', name: service.name, reason: toAppError(thrown).message })
    }
    reached?.('service')
  }
  if (autostart !== null) await rm(autostart, { force: true })
  reached?.('places')
  return left
}

/** Removes the service and the start at login alone: a service that waits would take the folder as soon as a window lets go of it. @throws as `surveyEverything` */
export const removePlaces = async (asked: RemovalAsked): Promise<readonly PlaceLeft[]> => {
  const { services, autostart } = await find(asked)
  return takeAwayPlaces(services, autostart)
}

const KEYCHAIN_LEFT = 'the keychain keeps it; without the files of Sluice it opens nothing'

/**
 * Removes everything. The caller has closed its engine and its log.
 * @throws REMOVE_NOT_OURS, REMOVE_IN_USE (nothing was removed); REMOVE_FAILED (done again, it goes on); DATA_DIR_UNWRITABLE, MOVE_DAMAGED
 */
export const removeEverything = async (options: RemovalOptions): Promise<Removal> => {
  const { dataDir, except = [], reached } = options
  const { survey, services, autostart } = await find(options)
  const placesLeft: PlaceLeft[] = []
  const lock = survey.folders.length === 0 ? null : acquireForRemoval(dataDir)
  if (survey.folders.length > 0 && lock === null)
    throw new AppError('REMOVE_IN_USE', { path: dataDir, service: services.length > 0 })
  const others = survey.folders.map(({ path }) => path).filter((path) => path !== dataDir)
  try {
    // Gone on with, it is asked for by the folder that leads to all others.
    const isLast = isBeingRemoved(dataDir) || others.length === 0
    if (lock !== null) {
      // Those that lead here say it first: found by their names, it can be gone on with whatever is left.
      for (const other of others) {
        noteRemovalAnyway(other, [dataDir, ...others.filter((path) => path !== other)], dataDir)
        reached?.('noting')
      }
      noteRemovalAnyway(dataDir, others, dataDir)
      reached?.('noted')
    }
    placesLeft.push(...(await takeAwayPlaces(services, autostart, reached)))
    // A socket outside of the folder lies in one of its own.
    if (lock !== null) clearAddress(ownerAddress(dataDir))
    lock?.removeAll(others, isLast, { except, reached })
  } finally {
    lock?.release()
  }
  for (const place of survey.places) if (place.kind === 'keychain') placesLeft.push({ ...place, reason: KEYCHAIN_LEFT })
  return { ...survey, placesLeft, left: survey.folders.flatMap(({ foreign }) => foreign) }
}

/** Where a data folder may have been asked for: the usual place, and what a variable or a flag says. */
export const placesThatLead = (asked: string | undefined, cwd: string): string[] => {
  const named = [asked, process.env['SLUICE_DATA_DIR']].filter((path) => path !== undefined && path !== '')
  return [...new Set([...named.map((path) => resolve(cwd, path ?? '')), defaultDataDir()])].filter((path) =>
    existsSync(join(path)),
  )
}

/**
 * Owns whether two paths lead to one place, and how a disk itself writes a path: on many disks `Notes` and `notes` are one folder, and links, mounts
 * and accents lead to one place by several names. Refuses: deciding by how paths are written where the disk can say.
 */
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path'
import { ask, findOut, findOutLater, type Disk, type Inquiry, type SlowDisk } from './disk'

const LETTER = /\p{Lu}|\p{Ll}/gu

/** The name with one letter of another case, ASCII first: the case of others is not known to all disks. `null` without a letter. */
const withOtherCase = (name: string): string | null => {
  const letters = [...name.matchAll(LETTER)].map(({ 0: letter, index }) => ({
    at: index,
    letter,
    other: letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  }))
  const fitting = letters.filter(({ letter, other }) => other !== letter && other.length === letter.length)
  const found = fitting.find(({ letter }) => letter.charCodeAt(0) < 0x80) ?? fitting[0]
  if (found === undefined) return null
  return name.slice(0, found.at) + found.other + name.slice(found.at + found.letter.length)
}

/** Other ways to write a name that a disk may take for the same. */
const otherSpellings = (name: string): string[] =>
  [withOtherCase(name), name.normalize('NFC'), name.normalize('NFD')].filter(
    (other): other is string => other !== null && other !== name,
  )

const fold = (name: string): string => name.normalize('NFC').toLowerCase()

/** As the folder lists it. One question for most names of a disk that tells capitals apart; a list for those of others. */
function* spellName(folder: string, name: string): Inquiry<string> {
  let isAmbiguous = false
  for (const other of otherSpellings(name)) isAmbiguous ||= yield* ask('isThere', join(folder, other))
  // A folder that tells capitals apart may hold the other one alone.
  if (!isAmbiguous || !(yield* ask('isThere', join(folder, name)))) return name
  const names = yield* ask('namesIn', folder)
  if (names === null || names.includes(name)) return name
  const alike = names.filter((one) => fold(one) === fold(name))
  return alike.length === 1 && alike[0] !== undefined ? alike[0] : name
}

function* spell(path: string): Inquiry<string> {
  const whole = resolve(path)
  const { root } = parse(whole)
  // A drive is listed nowhere, and is told by one letter.
  let at = /^[a-z]:/.test(root) ? root.toUpperCase() : root
  for (const name of whole.slice(root.length).split(sep)) if (name !== '') at = join(at, yield* spellName(at, name))
  return at
}

/** The nearest place that exists, links followed and as its disk writes it, and the names below it that are not there. */
function* findNearest(path: string): Inquiry<{ readonly real: string; readonly rest: readonly string[] }> {
  const rest: string[] = []
  for (let at = resolve(path); ; at = dirname(at)) {
    const real = yield* ask('realPathOf', at)
    if (real !== null) return { real: yield* spell(real), rest }
    if (dirname(at) === at) return { real: at, rest }
    rest.unshift(relative(dirname(at), at))
  }
}

function* findReal(path: string): Inquiry<string> {
  const { real, rest } = yield* findNearest(path)
  return join(real, ...rest)
}

/** Where nothing is yet, the usual disk of the system says what capitals mean. */
const isFolding = (platform: NodeJS.Platform): boolean => platform === 'win32' || platform === 'darwin'

const isBelow = (inner: string, outer: string): boolean => {
  const way = relative(outer, inner)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

function* isSame(one: string, other: string): Inquiry<boolean> {
  if ((yield* findReal(one)) === (yield* findReal(other))) return true
  // By a mount one folder has several paths that are all real.
  const number = yield* ask('numberOf', one)
  return number !== null && number === (yield* ask('numberOf', other))
}

function* isInside(inner: string, outer: string, platform: NodeJS.Platform): Inquiry<boolean> {
  const [place, around] = [yield* findNearest(inner), yield* findNearest(outer)]
  const [innerReal, outerReal] = [join(place.real, ...place.rest), join(around.real, ...around.rest)]
  if (isBelow(innerReal, outerReal)) return true
  if (around.rest.length > 0) return isFolding(platform) && isBelow(fold(innerReal), fold(outerReal))
  const number = yield* ask('numberOf', outerReal)
  if (number === null) return false
  for (let at = place.real; ; at = dirname(at)) {
    if ((yield* ask('numberOf', at)) === number) return true
    if (dirname(at) === at) return false
  }
}

/** Absolute, and as the disk writes it, which may be with other capitals than were asked for. Links stay as they are. */
export const spellOnDisk = (path: string, disk?: Disk): string => findOut(spell(path), disk)

/** As `spellOnDisk`, of a disk that may be slow. */
export const spellOnDiskLater = (path: string, disk?: SlowDisk): Promise<string> => findOutLater(spell(path), disk)

/** As the system calls it, links followed as far as it exists, and as the disk writes it. */
export const realPlaceOf = (path: string, disk?: Disk): string => findOut(findReal(path), disk)

/** As `realPlaceOf`, of a disk that may be slow. */
export const realPlaceOfLater = (path: string, disk?: SlowDisk): Promise<string> => findOutLater(findReal(path), disk)

/** Whether both lead to one folder or file, however they are written. */
export const isSameFolder = (one: string, other: string, disk?: Disk): boolean => findOut(isSame(one, other), disk)

/** Whether a place, which need not exist, is another one or lies in it, however they are written. */
export const isWithin = (
  inner: string,
  outer: string,
  disk?: Disk,
  platform: NodeJS.Platform = process.platform,
): boolean => findOut(isInside(inner, outer, platform), disk)

/** As `isWithin`, of disks that may be slow. */
export const isWithinLater = (inner: string, outer: string, disk?: SlowDisk): Promise<boolean> =>
  findOutLater(isInside(inner, outer, process.platform), disk)

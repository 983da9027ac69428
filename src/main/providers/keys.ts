/**
 * Owns where the keys of providers are: a variable, then the vault of whoever owns the data folder, then a file of this account alone.
 * Refuses: showing them. A key goes into the header of a request and nowhere else.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, toAppError } from '../../shared/errors'
import type { KeyPlace } from '../../shared/providers'
import { remark, remarkOf, textOf, type Remark, type Told } from '../../shared/remarks'
import { writePrivateFile } from './definitions'
import { keyVariableOf } from './key-variable'

/** Keeps keys; the app's is the keychain of the system, the command line's is a file. */
export type KeyVault = {
  readonly place: Extract<KeyPlace, 'keychain' | 'file'>
  /** The file that they are in. */
  readonly path: string
  /** @throws PROVIDER_KEY_UNREADABLE */
  readonly read: (name: string) => string | null
  /** Whether it holds one, also one that it cannot open. @throws PROVIDER_KEY_UNREADABLE */
  readonly has: (name: string) => boolean
  /** `null` forgets it. @throws PROVIDERS_UNWRITABLE */
  readonly write: (name: string, key: string | null) => void
}

const keysSchema = z.record(z.string(), z.string())

/** Strings by name in a private file; `encode` and `decode` are what a keychain does to them. */
export const createFileVault = (
  path: string,
  place: KeyVault['place'] = 'file',
  coding: { encode: (key: string) => string; decode: (stored: string) => string } = {
    encode: (key) => key,
    decode: (stored) => stored,
  },
): KeyVault => {
  const readAll = (provider: string): Record<string, string> => {
    try {
      return keysSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw new AppError('PROVIDER_KEY_UNREADABLE', { provider, reason: `${path} is damaged` })
    }
  }
  return {
    place,
    path,
    read: (name) => {
      const stored = readAll(name)[name]
      if (stored === undefined) return null
      try {
        return coding.decode(stored)
      } catch {
        // What the keychain says may quote what it was given; the code says enough.
        throw new AppError('PROVIDER_KEY_UNREADABLE', { provider: name })
      }
    },
    has: (name) => Object.hasOwn(readAll(name), name),
    write: (name, key) => {
      const { [name]: _, ...others } = readAll(name)
      writePrivateFile(path, key === null ? others : { ...others, [name]: coding.encode(key) })
    },
  }
}

export const keyFileOf = (dataDir: string): string => join(dataDir, 'keys.json')
/** What the keychain has encrypted. */
export const sealedKeyFileOf = (dataDir: string): string => join(dataDir, 'keys.encrypted.json')

const refuseToOpen = (): never => {
  throw new Error('only the app opens it')
}

/**
 * The places for the keys of a data folder, the first of which is written to. Without a keychain that opens, what one has encrypted is still
 * known to be there: it is told, and goes when a key is given again.
 */
export const openVaults = (dataDir: string, keychain: KeyVault | null): KeyVault[] => {
  const file = createFileVault(keyFileOf(dataDir))
  if (keychain) return [keychain, file]
  return [file, createFileVault(sealedKeyFileOf(dataDir), 'keychain', { encode: refuseToOpen, decode: refuseToOpen })]
}

export type Keys = {
  /** @throws PROVIDER_KEY_UNREADABLE */
  readonly read: (name: string) => string | null
  /** Where the key is that `read` gives, and where others are that it goes before. Never throws. */
  readonly locate: (name: string) => { place: KeyPlace; variable: string; detail: string; told: Told }
  /** Whether one is kept here, wherever else there may be one. @throws PROVIDER_KEY_UNREADABLE */
  readonly isKept: (name: string) => boolean
  readonly write: (name: string, key: string | null) => void
}

type Place = { readonly place: KeyPlace; readonly at: string | null }

/** Where a key is, and where others are that are not used; at most three places. */
const describePlaces = ([first, second, third]: readonly Place[]): Remark =>
  remark('KEY_IS', {
    place: first?.place ?? 'none',
    at: first?.at ?? null,
    ...(second === undefined ? {} : { secondPlace: second.place, secondAt: second.at }),
    ...(third === undefined ? {} : { thirdPlace: third.place, thirdAt: third.at }),
  })

const located = (place: KeyPlace, variable: string, found: Remark): ReturnType<Keys['locate']> => ({
  place,
  variable,
  detail: textOf(found),
  told: { detail: found },
})

export const createKeys = (
  environment: Readonly<Record<string, string | undefined>>,
  vaults: readonly KeyVault[],
): Keys => {
  const fromVariable = (name: string): string | null => environment[keyVariableOf(name)]?.trim() || null
  return {
    read: (name) => {
      const given = fromVariable(name)
      if (given !== null) return given
      for (const vault of vaults) {
        const key = vault.read(name)
        if (key !== null) return key
      }
      return null
    },
    locate: (name) => {
      const variable = keyVariableOf(name)
      const isGiven = fromVariable(name) !== null
      const given: Place[] = isGiven ? [{ place: 'environment', at: variable }] : []
      try {
        const kept = vaults.filter(({ has }) => has(name))
        const places = [...given, ...kept.map(({ place, path }): Place => ({ place, at: path }))]
        if (!isGiven) kept[0]?.read(name)
        return located(places[0]?.place ?? 'none', variable, describePlaces(places))
      } catch (thrown) {
        if (isGiven) return located('environment', variable, describePlaces(given))
        return located('none', variable, remarkOf(toAppError(thrown)))
      }
    },
    isKept: (name) => vaults.some(({ has }) => has(name)),
    write: (name, key) => {
      // One place alone: what another program left elsewhere goes, or one of them would be used that nobody meant.
      vaults.forEach((vault, at) => {
        if (at === 0 && key !== null) vault.write(name, key)
        else if (vault.has(name)) vault.write(name, null)
      })
    },
  }
}

/** Hides keys in what a stranger said: the one that was sent, and whatever looks like one. */
export const hideKeys = (text: string, key: string | null): string => {
  const known = key === null || key.length < 4 ? text : text.replaceAll(key, '***')
  return known.replace(/\b(?:sk|pk|key|api)[-_][A-Za-z0-9_*-]{6,}/g, '***').replace(/Bearer\s+\S+/gi, 'Bearer ***')
}

/**
 * Owns `providers.json` of a data folder: what providers there are, checked, written in one step and readable by this account only.
 * Refuses: keys in it, and stopping anybody: a file that is damaged is told, kept as it is, and never overwritten.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { z } from 'zod'
import { sayIssue } from '../../shared/schema-issues'
import { AppError } from '../../shared/errors'
import { jsonReasonOf } from '../../shared/json-reason'
import {
  providerDefinitionSchema,
  providerNameSchema,
  providersFileSchema,
  type ProviderDefinition,
  type ProvidersFile,
  type ServerDefinition,
} from '../../shared/providers'
import { presetTable } from '../../shared/provider-presets'
import { refusalOf as refusalOfAddress } from './address'
import { findSameVariable, keyVariableOf } from './key-variable'
import { arePricesKnown } from './prices'

const nothing: ProvidersFile = { version: 1, chat: null, vision: null, providers: {} }

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const issueOf = ({ issues: [issue] }: z.ZodError): string => sayIssue(issue)

/** What no schema says: what does not go together. */
const refusalOf = (definition: ProviderDefinition): string | null => {
  if (definition.kind === 'openai') return refusalOfServer(definition)
  return isAbsolute(definition.folder) ? null : 'its folder is not an absolute path'
}

const refusalOfServer = (definition: ServerDefinition): string | null => {
  const { baseUrl, allowInsecure, embeddingModel, dimensions, chatModel, visionModel, preset, apiVersion } = definition
  const address = refusalOfAddress(baseUrl, allowInsecure)
  if (address !== null) return address
  if (embeddingModel === null && chatModel === null && visionModel === null)
    return 'it has neither an embedding model nor a chat model nor a vision model'
  if (embeddingModel !== null && dimensions === null) return 'the dimensions of its embedding model are not given'
  if (preset === 'azure' && apiVersion === null) return 'Azure needs an API version'
  const budgets = [...Object.values(definition.budgets), ...Object.values(definition.visionBudgets)]
  if (!arePricesKnown(definition) && budgets.some(({ usd }) => usd !== null))
    return 'a budget in USD needs prices, and those of its models are not known: give them, or a budget in tokens'
  return null
}

/** Checks what somebody wrote for a provider; what a preset knows need not be said. @throws PROVIDER_INVALID_SETTING */
export const parseDefinition = (name: string, given: Readonly<Record<string, unknown>>): ProviderDefinition => {
  const invalid = (reason: string): AppError => new AppError('PROVIDER_INVALID_SETTING', { name, reason })
  const named = providerNameSchema.safeParse(name)
  if (!named.success) throw invalid(issueOf(named.error))
  const { preset } = given
  const usual = typeof preset === 'string' && Object.hasOwn(presetTable, preset) ? presetTable[preset as never] : {}
  const parsed = providerDefinitionSchema.safeParse({ ...usual, ...given })
  if (!parsed.success) throw invalid(issueOf(parsed.error))
  const definition = parsed.data
  const refusal = refusalOf(definition)
  if (refusal !== null) throw invalid(refusal)
  return definition
}

export const needsKey = (definition: ProviderDefinition): boolean => definition.kind === 'openai' && definition.needsKey

/** One variable for two keys would send each to the other's server. @throws PROVIDER_INVALID_SETTING */
export const refuseSharedVariable = (name: string, definition: ProviderDefinition, file: ProvidersFile): void => {
  if (!needsKey(definition)) return
  const others = Object.entries(file.providers).flatMap(([other, its]) => (needsKey(its) ? [other] : []))
  const same = findSameVariable(name, others)
  if (same === null) return
  const reason = `its key would be looked for in the variable ${keyVariableOf(name)}, where that of "${same}" is; it needs another name`
  throw new AppError('PROVIDER_INVALID_SETTING', { name, reason })
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What was, with what is named changed; also within budgets and prices. */
export const mergeDefinition = (
  was: Record<string, unknown>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const merged = { ...was }
  for (const [name, value] of Object.entries(change)) {
    const before = merged[name]
    merged[name] = isPlain(before) && isPlain(value) ? mergeDefinition(before, value) : value
  }
  return merged
}

export type Definitions = {
  readonly file: ProvidersFile
  /** What is wrong with the file as a whole; nothing of it is used then. */
  readonly problem: AppError | null
}

/** Reads the file; one that does not exist holds nothing. Never throws. */
export const readDefinitions = (path: string): Definitions => {
  const broken = (reason: string): Definitions => ({
    file: nothing,
    problem: new AppError('PROVIDERS_UNREADABLE', { path, reason }),
  })
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (thrown) {
    const isAbsent = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
    return isAbsent ? { file: nothing, problem: null } : broken(jsonReasonOf(thrown))
  }
  const parsed = providersFileSchema.safeParse(content)
  if (!parsed.success) return broken(issueOf(parsed.error))
  try {
    for (const [name, definition] of Object.entries(parsed.data.providers)) {
      parseDefinition(name, definition)
      refuseSharedVariable(name, definition, parsed.data)
    }
  } catch (thrown) {
    return broken(reasonOf(thrown))
  }
  return { file: parsed.data, problem: null }
}

/** Replaces a private file in one step. @throws PROVIDERS_UNWRITABLE */
export const writePrivateFile = (path: string, content: unknown): void => {
  const part = `${path}.${process.pid}.part`
  try {
    const file = openSync(part, 'w', 0o600)
    try {
      writeSync(file, `${JSON.stringify(content, null, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(part, path)
  } catch (thrown) {
    rmSync(part, { force: true })
    throw new AppError('PROVIDERS_UNWRITABLE', { path, reason: reasonOf(thrown) }, { cause: thrown })
  }
}

export const providersFileOf = (dataDir: string): string => join(dataDir, 'providers.json')

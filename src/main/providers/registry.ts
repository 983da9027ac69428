/**
 * Owns which models there are: the built-in one, and those that a person configured, by their references; adding, changing, trying them.
 * Refuses: choosing among them; a collection's settings do. Keys go in and never come out.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { FolderReport } from '../../shared/model-folders'
import type { Policy } from '../../shared/policy'
import { remark, remarkOf, withNotes, type Remark } from '../../shared/remarks'
import type {
  FolderDefinition,
  Provider,
  ProviderBreaker,
  ProviderDefinition,
  ProvidersFile,
  ProviderTest,
  ServerDefinition,
} from '../../shared/providers'
import { isLoopback } from './address'
import { withBreaker, type BreakerOptions } from './breaker'
import type { ChatProvider } from './chat'
import {
  mergeDefinition,
  needsKey,
  parseDefinition,
  providersFileOf,
  readDefinitions,
  refuseSharedVariable,
  writePrivateFile,
} from './definitions'
import { guardBy } from './guard'
import { createKeys, type KeyVault } from './keys'
import { createLocalProvider, type RunEmbedding } from './local'
import type { ConnectionLedger } from './ledger'
import type { Meter } from './meter'
import { createModelFolders } from './model-folders'
import { pricesOf, type Prices } from './prices'
import { LOCAL, type EmbeddingProvider } from './provider'
import { createServer, type Server } from './server'
import type { VisionProvider } from './vision'

export type ProvidersParts = BreakerOptions & {
  readonly dataDir: string
  /** Where keys of providers may be given: `SLUICE_KEY_<NAME>`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The first one is written to; all are read. */
  readonly vaults: readonly KeyVault[]
  readonly meter: Meter
  readonly ledger: ConnectionLedger
  /** Of the organization that this computer belongs to; without it nobody's. */
  readonly policy?: Policy | undefined
  /** The folder of the built-in model. */
  readonly modelDir: string
  /** Runs a task in the embedding host. */
  readonly run: RunEmbedding
  /** Tests come between here. */
  readonly wrap?: ((provider: EmbeddingProvider) => EmbeddingProvider) | undefined
  /** Whether the network costs by what goes through it: then nobody's work is sent to other computers. Without it, it never does. */
  readonly isMetered?: (() => Promise<boolean>) | undefined
  readonly setTimer: (ms: number, fire: () => void) => () => void
  /** 0 ≤ x < 1. */
  readonly random: () => number
}

export type ProviderChange = {
  readonly definition: Readonly<Record<string, unknown>>
  /** `null` forgets it; left out, it stays. */
  readonly key?: string | null | undefined
  /** Whether it is the one that answers; left out, that stays. */
  readonly isChat?: boolean | undefined
  /** Whether it is the one that reads pictures; left out, that stays. */
  readonly isVision?: boolean | undefined
}

export type Providers = {
  /**
   * The embedding model of a reference: `local`, or the name of a provider. The same object until its definition changes.
   * @throws PROVIDER_UNKNOWN, PROVIDER_FORBIDDEN, PROVIDERS_UNREADABLE, MODEL_MISSING, MODEL_CORRUPT, MODEL_FOLDER_UNREAD
   */
  readonly embedding: (ref: string) => EmbeddingProvider
  /** What a reference is of; `null` when there is nothing of that name. */
  readonly kindOf: (ref: string) => Provider['kind'] | null
  /** References that `embedding` knows, `local` first. */
  readonly embeddingRefs: () => string[]
  /** The chat model that a person chose for answers; `null` when there is none. */
  readonly chat: () => ChatProvider | null
  /** The model that a person chose for reading pictures of text; `null` when there is none. */
  readonly vision: () => VisionProvider | null
  /** USD for a million tokens of a reference; nothing for what runs on this computer. @throws as `embedding` */
  readonly prices: (ref: string) => Prices
  readonly list: () => Provider[]
  /** What is wrong with the file of providers; none of it is used then. */
  readonly problem: () => AppError | null
  /**
   * What is in a folder that is no provider yet; nothing is kept of it but for this run.
   * @throws PROVIDER_INVALID_SETTING, MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED, MODEL_TOO_LARGE
   */
  readonly inspect: (asked: Omit<FolderDefinition, 'kind'>) => Promise<FolderReport>
  /**
   * To be called before `add` or `update` with the same definition: looks at a folder, which takes a moment.
   * @throws as those, and MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED, MODEL_TOO_LARGE
   */
  readonly prepare: (name: string, definition: ProviderChange['definition'], isNew: boolean) => Promise<void>
  /** @throws PROVIDER_EXISTS, PROVIDER_FORBIDDEN, PROVIDER_INVALID_SETTING, PROVIDERS_UNREADABLE, PROVIDERS_UNWRITABLE */
  readonly add: (name: string, change: ProviderChange) => Provider
  /** What the definition does not name stays; but a key does not go to another server with it: then `notes` says so. @throws PROVIDER_UNKNOWN and as `add` */
  readonly update: (name: string, change: ProviderChange) => Provider
  /** Its key goes with it; what was used of it stays known. @throws PROVIDER_UNKNOWN, PROVIDERS_UNREADABLE, PROVIDERS_UNWRITABLE */
  readonly remove: (name: string) => void
  /** Asks it for something small, past breaker and patience. What fails is told in the result. @throws PROVIDER_UNKNOWN, PROVIDER_FORBIDDEN */
  readonly test: (name: string) => Promise<ProviderTest>
}

const FREE: Prices = { embeddingUsd: 0, inputUsd: 0, outputUsd: 0, visionInputUsd: 0, visionOutputUsd: 0 }
/** Of one that was not asked for anything yet. */
const CLOSED: ProviderBreaker = { state: 'closed', failures: 0, reason: null, retryAt: null }
/** What runs on this computer and of which nothing more is known. */
const NOTHING: Omit<Provider, 'name'> = {
  kind: 'local',
  preset: null,
  place: null,
  embeddingModel: null,
  dimensions: null,
  chatModel: null,
  isChat: false,
  key: null,
  isLocal: true,
  price: FREE,
  budgets: {
    run: { usd: null, tokens: null },
    day: { usd: null, tokens: null },
    month: { usd: null, tokens: null },
  },
  problem: null,
  definition: null,
}

/** What is wrong with one, as it is told. */
const problemOf = (error: AppError | null): Pick<Provider, 'problem' | 'told'> =>
  error === null ? { problem: null } : { problem: error.message, told: { problem: remarkOf(error) } }

/** What a change did beside. */
const noting = (changed: Provider, notes: readonly Remark[]): Provider => {
  const { told, ...noted } = withNotes(notes)
  return { ...changed, ...noted, told: { ...changed.told, ...told } }
}

const originOf = ({ baseUrl }: ServerDefinition): string => new URL(baseUrl).origin

/** Reads the file of the data folder; what is wrong with it is told by `problem`, never thrown here. */
export const createProviders = (parts: ProvidersParts): Providers => {
  const path = providersFileOf(parts.dataDir)
  const keys = createKeys(parts.environment, parts.vaults)
  const wrap = parts.wrap ?? ((provider) => provider)
  const read = readDefinitions(path)
  const guard = guardBy(parts.policy)
  const { problem } = read
  let { file } = read
  const made = new Map<string, EmbeddingProvider>()
  const servers = new Map<string, Server>()
  const folders = createModelFolders({ ...parts, changed: (name) => made.delete(name) })

  const requireFile = (): void => {
    if (problem) throw problem
  }

  const definitionOf = (name: string): ProviderDefinition => {
    requireFile()
    const definition = Object.hasOwn(file.providers, name) ? file.providers[name] : undefined
    if (!definition) throw new AppError('PROVIDER_UNKNOWN', { name })
    return definition
  }

  /** @throws PROVIDER_FORBIDDEN, PROVIDER_INVALID_SETTING when the policy of an organization is against it */
  const requireAllowed = (name: string, definition: ProviderDefinition): void => {
    const refusal = guard.refusalOf(name, definition)
    if (refusal !== null) throw refusal
  }

  const serverOf = (name: string, definition: ServerDefinition): Server => {
    const known = servers.get(name)
    if (known) return known
    const server = createServer({
      ...parts,
      name,
      definition,
      key: () => keys.read(name),
      refusalOf: (address) => guard.refusalAt(name, address),
    })
    servers.set(name, server)
    return server
  }

  const serverNamed = (name: string | null): Server | null => {
    const definition = name === null ? undefined : file.providers[name]
    if (name === null || definition?.kind !== 'openai') return null
    // As if nobody had chosen one: answers are made of sentences, and the list says why.
    return guard.refusalOf(name, definition) === null ? serverOf(name, definition) : null
  }

  const make = (ref: string): EmbeddingProvider => {
    if (ref === LOCAL) {
      const local = createLocalProvider({ modelDir: parts.modelDir, run: parts.run })
      return withBreaker(wrap(local), parts)
    }
    const definition = definitionOf(ref)
    requireAllowed(ref, definition)
    if (definition.kind === 'onnx') return withBreaker(wrap(folders.provider(ref, definition)), parts)
    const { embedding } = serverOf(ref, definition)
    if (embedding === null)
      throw new AppError('PROVIDER_INVALID_SETTING', { name: ref, reason: 'it has no embedding model' })
    return wrap(embedding)
  }

  const embedding = (ref: string): EmbeddingProvider => {
    const known = made.get(ref)
    if (known) return known
    const provider = make(ref)
    made.set(ref, provider)
    return provider
  }

  const describeLocal = (): Provider => {
    const described: Provider = { ...NOTHING, name: LOCAL }
    try {
      const { model, dimensions } = embedding(LOCAL)
      return { ...described, embeddingModel: model, dimensions }
    } catch (thrown) {
      return { ...described, ...problemOf(toAppError(thrown)) }
    }
  }

  const describeServer = (name: string, definition: ServerDefinition): Provider => {
    const key = definition.needsKey ? keys.locate(name) : null
    const lacksKey = key?.place === 'none'
    return {
      name,
      kind: 'openai',
      preset: definition.preset,
      place: definition.baseUrl,
      embeddingModel: definition.embeddingModel,
      dimensions: definition.dimensions,
      chatModel: definition.chatModel,
      isChat: file.chat === name,
      visionModel: definition.visionModel,
      isVision: file.vision === name,
      visionPageUsd: definition.visionModel === null ? null : (serverOf(name, definition).vision?.pageUsd ?? null),
      key,
      isLocal: isLoopback(definition.baseUrl),
      price: pricesOf(definition),
      budgets: definition.budgets,
      breaker: servers.get(name)?.breaker() ?? CLOSED,
      ...problemOf(
        guard.refusalOf(name, definition) ??
          (lacksKey ? new AppError('PROVIDER_KEY_MISSING', { provider: name, variable: key.variable }) : null),
      ),
      definition,
    }
  }

  const describe = (name: string): Provider => {
    if (name === LOCAL) return describeLocal()
    const definition = definitionOf(name)
    if (definition.kind === 'openai') return describeServer(name, definition)
    const described = { ...NOTHING, name, ...folders.describe(name, definition) }
    const refusal = guard.refusalOf(name, definition)
    return refusal === null ? described : { ...described, ...problemOf(refusal) }
  }

  const write = (next: ProvidersFile, name: string): void => {
    writePrivateFile(path, next)
    file = next
    made.delete(name)
    servers.delete(name)
  }

  const parseFitting = (name: string, given: ProviderChange['definition']): ProviderDefinition => {
    const definition = parseDefinition(name, given)
    requireAllowed(name, definition)
    refuseSharedVariable(name, definition, file)
    return definition
  }

  const parseNew = (name: string, given: ProviderChange['definition']): ProviderDefinition => {
    requireFile()
    if (name === LOCAL || Object.hasOwn(file.providers, name)) throw new AppError('PROVIDER_EXISTS', { name })
    return parseFitting(name, given)
  }

  const parseChanged = (name: string, given: ProviderChange['definition']): ProviderDefinition =>
    parseFitting(name, mergeDefinition({ ...definitionOf(name) }, given))

  /** Whether a key is kept for it. Where keys are damaged, what needs none is not stopped by that. @throws PROVIDER_KEY_UNREADABLE */
  const isKeyKept = (name: string, definition: ProviderDefinition): boolean => {
    try {
      return keys.isKept(name)
    } catch (thrown) {
      if (needsKey(definition)) throw thrown
      return false
    }
  }

  const put = (name: string, definition: ProviderDefinition, change: ProviderChange): Provider => {
    const { key, isChat, isVision } = change
    const { chatModel, visionModel } =
      definition.kind === 'openai' ? definition : { chatModel: null, visionModel: null }
    if (isChat === true && chatModel === null)
      throw new AppError('PROVIDER_INVALID_SETTING', { name, reason: 'it has no chat model, so it cannot answer' })
    if (isVision === true && visionModel === null)
      throw new AppError('PROVIDER_INVALID_SETTING', {
        name,
        reason: 'it has no vision model, so it reads no pictures',
      })
    const isBlind = file.vision === name && (isVision === false || visionModel === null)
    const vision = isVision === true ? name : isBlind ? null : file.vision
    const hasLost = file.chat === name && (isChat === false || chatModel === null)
    const chat = isChat === true ? name : hasLost ? null : file.chat
    // The key first: a provider is never there without the one that was given with it.
    if (key !== undefined) keys.write(name, key)
    write({ ...file, chat, vision, providers: { ...file.providers, [name]: definition } }, name)
    if (definition.kind === 'onnx') folders.keep(name, definition)
    return describe(name)
  }

  return {
    embedding,
    kindOf: (ref) =>
      ref === LOCAL ? 'local' : Object.hasOwn(file.providers, ref) ? (file.providers[ref]?.kind ?? null) : null,
    embeddingRefs: () => [
      LOCAL,
      ...Object.entries(file.providers).flatMap(([name, definition]) =>
        definition.kind === 'openai' && definition.embeddingModel === null ? [] : [name],
      ),
    ],
    chat: () => serverNamed(file.chat)?.chat ?? null,
    vision: () => serverNamed(file.vision)?.vision ?? null,
    prices: (ref) => {
      if (ref === LOCAL) return FREE
      const definition = definitionOf(ref)
      return definition.kind === 'openai' ? pricesOf(definition) : FREE
    },
    list: () => [LOCAL, ...Object.keys(file.providers)].map(describe),
    problem: () => problem,
    prepare: async (name, given, isNew) => {
      const definition = isNew ? parseNew(name, given) : parseChanged(name, given)
      if (definition.kind === 'onnx') await folders.look(definition, folders.card(name, definition))
    },
    inspect: async (asked) => {
      const definition: FolderDefinition = { ...asked, kind: 'onnx' }
      parseDefinition('model', definition)
      requireAllowed('model', definition)
      return folders.inspect(definition)
    },
    add: (name, change) => {
      const definition = parseNew(name, change.definition)
      // What stayed behind of an earlier one of this name (whose definition was lost, or never written) was for another server.
      if (change.key !== undefined || !isKeyKept(name, definition)) return put(name, definition, change)
      return noting(put(name, definition, { ...change, key: null }), [remark('KEY_OF_EARLIER', { name })])
    },
    update: (name, change) => {
      const before = definitionOf(name)
      const definition = parseChanged(name, change.definition)
      if (before.kind !== 'openai' || definition.kind !== 'openai') return put(name, definition, change)
      const origin = originOf(definition)
      if (originOf(before) === origin) return put(name, definition, change)
      // A key is for the server it was given for: another one is never told it by itself.
      const forgets = change.key === undefined && isKeyKept(name, definition)
      const notes = forgets ? [remark('KEY_FORGOTTEN', { before: originOf(before), origin })] : []
      const { place, variable } = keys.locate(name)
      if (place === 'environment') notes.push(remark('KEY_SENT_ON', { variable, origin }))
      return noting(put(name, definition, forgets ? { ...change, key: null } : change), notes)
    },
    remove: (name) => {
      const definition = definitionOf(name)
      const { [name]: _, ...providers } = file.providers
      if (isKeyKept(name, definition)) keys.write(name, null)
      const without = (chosen: string | null): string | null => (chosen === name ? null : chosen)
      write({ ...file, chat: without(file.chat), vision: without(file.vision), providers }, name)
    },
    test: async (name) => {
      if (name !== LOCAL) {
        const definition = definitionOf(name)
        requireAllowed(name, definition)
        if (definition.kind === 'openai') return serverOf(name, definition).test()
        return folders.test(name, definition, () => folders.provider(name, definition))
      }
      const result = { name, embeddingMs: null, chatMs: null, models: null, code: null, message: null }
      const startedMs = parts.nowMs()
      try {
        const { vector } = await embedding(name).embedQuery('the quick brown fox')
        const embeddingMs = Math.round(parts.nowMs() - startedMs)
        return { ...result, ok: true, dimensions: vector.length, embeddingMs }
      } catch (thrown) {
        const { code, message, details } = toAppError(thrown)
        return { ...result, ok: false, dimensions: null, code, message, details }
      }
    },
  }
}

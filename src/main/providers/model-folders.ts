/**
 * Owns models in folders of a person's choice as providers: what is known of each folder (`model-folders.json` of the data folder, so that a
 * start need not read gigabytes), and noticing that its files are others now.
 * Refuses: reading the folders and running the models; a host of worker threads does, for a broken model may take its process along.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { folderCardSchema, type FolderCard, type FolderChoice, type FolderReport } from '../../shared/model-folders'
import { remark, remarkOf, textOf, type Remark } from '../../shared/remarks'
import type { FolderDefinition, Provider, ProviderTest } from '../../shared/providers'
import type { FolderModel } from '../../shared/work'
import { writePrivateFile } from './definitions'
import { checkPassages, checkQuery, type RunEmbedding } from './local'
import type { EmbeddingProvider } from './provider'

const cardsSchema = z.strictObject({
  version: z.literal(1),
  /** `asked`: the folder, and what the person said of it. */
  folders: z.record(z.string(), z.strictObject({ asked: z.string(), card: folderCardSchema })),
})
type Cards = z.infer<typeof cardsSchema>

export type ModelFolders = {
  /** What is known of a folder; `null`: it was never looked at as this. */
  readonly card: (name: string, definition: FolderDefinition) => FolderCard | null
  /**
   * Looks at a folder (a glance, when nothing has changed since `known`) and remembers what it found, beside what is kept.
   * @throws MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE, MODEL_FOLDER_DAMAGED, MODEL_UNSUPPORTED, MODEL_TOO_LARGE
   */
  readonly look: (definition: FolderDefinition, known: FolderCard | null) => Promise<FolderCard>
  /** The same for people who have not decided yet. @throws as `look` */
  readonly inspect: (definition: FolderDefinition) => Promise<FolderReport>
  /** Keeps what the last look found, once the provider is written down. Never throws: another look would tell the same. */
  readonly keep: (name: string, definition: FolderDefinition) => void
  /** @throws MODEL_FOLDER_UNREAD */
  readonly provider: (name: string, definition: FolderDefinition) => EmbeddingProvider
  /** As it is listed, beside what is the same for all that runs here. */
  readonly describe: (
    name: string,
    definition: FolderDefinition,
  ) => Pick<Provider, 'kind' | 'place' | 'embeddingModel' | 'dimensions' | 'problem' | 'definition'>
  readonly test: (
    name: string,
    definition: FolderDefinition,
    provider: () => EmbeddingProvider,
  ) => Promise<ProviderTest>
}

const choiceOf = ({ modelFile, pooling, maxTokens, queryPrefix, documentPrefix }: FolderDefinition): FolderChoice => ({
  modelFile,
  pooling,
  maxTokens,
  queryPrefix,
  documentPrefix,
})

const askedOf = (definition: FolderDefinition): string => JSON.stringify([definition.folder, choiceOf(definition)])

const reportOf = (folder: string, card: FolderCard): FolderReport => {
  const { id: model, padId: _pad, lowerCase: _case, files, ...told } = card
  return { ...told, folder, model, sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

/** In words, what of a folder is used. */
const describeCard = ({ modelFile, output, pooling, maxTokens, queryPrefix, documentPrefix }: FolderCard): Remark =>
  remark('MODEL_READ_AS', {
    file: modelFile,
    output,
    pooling,
    tokens: maxTokens,
    query: queryPrefix === '' ? null : JSON.stringify(queryPrefix),
    document: documentPrefix === '' ? null : JSON.stringify(documentPrefix),
  })

/** What a host that runs nothing else means by its own end. */
const tell = (name: string, folder: string, thrown: unknown): AppError => {
  const error = toAppError(thrown)
  const { limit = null, actual = null, failures = null, reason = null, because, retryAt = null } = error.details
  if (error.code === 'WORKER_MEMORY') {
    const details = { path: folder, limit, actual, setting: 'model.memoryBytes' }
    return new AppError('MODEL_TOO_LARGE', details, { cause: thrown })
  }
  // Of the host alone: collections of other models have nothing to wait for.
  if (error.code === 'HOST_UNAVAILABLE')
    return new AppError(
      'PROVIDER_UNAVAILABLE',
      { provider: name, failures, reason, because, retryAt },
      { cause: thrown },
    )
  return error
}

/** Rejects when the signal says so; what was begun goes on unseen. Killing its host would throw the loaded model away. */
const untilAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abandon = (): void => reject(new AppError('CANCELLED'))
    if (signal.aborted) abandon()
    signal.addEventListener('abort', abandon, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon))
  })
}

const readCards = (path: string, log: Log): Cards => {
  const nothing: Cards = { version: 1, folders: {} }
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') log.warn('model-folders-unread', { path, error: thrown })
    return nothing
  }
  try {
    return cardsSchema.parse(JSON.parse(content))
  } catch (thrown) {
    // It holds nothing but what a look at the folders tells again.
    log.warn('model-folders-unread', { path, error: thrown })
    return nothing
  }
}

export const createModelFolders = (parts: {
  readonly dataDir: string
  readonly run: RunEmbedding
  readonly log: Log
  /** A folder is another model now. */
  readonly changed: (name: string) => void
}): ModelFolders => {
  const { run, log } = parts
  const path = join(parts.dataDir, 'model-folders.json')
  let cards = readCards(path, log)
  /** Found, and no provider's yet, by what was asked: a change that fails after the look takes nothing away. */
  const looked = new Map<string, FolderCard>()

  const keptCard = (name: string, asked: string): FolderCard | null => {
    const kept = Object.hasOwn(cards.folders, name) ? cards.folders[name] : undefined
    return kept?.asked === asked ? kept.card : null
  }

  const card: ModelFolders['card'] = (name, definition) => {
    const asked = askedOf(definition)
    return keptCard(name, asked) ?? looked.get(asked) ?? null
  }

  const read = (name: string, definition: FolderDefinition, known: FolderCard | null): Promise<FolderCard> => {
    const { folder } = definition
    return run.inspectModel({ folder, choice: choiceOf(definition), known }).catch((thrown: unknown) => {
      throw tell(name, folder, thrown)
    })
  }

  /** @throws PROVIDERS_UNWRITABLE; what was found is in use all the same */
  const write = (name: string, asked: string, found: FolderCard): void => {
    const before = keptCard(name, asked)
    if (JSON.stringify(before) === JSON.stringify(found)) return
    cards = { ...cards, folders: { ...cards.folders, [name]: { asked, card: found } } }
    if (before?.id !== found.id) {
      if (before) log.warn('model-folder-changed', { provider: name, from: before.id, to: found.id })
      parts.changed(name)
    }
    writePrivateFile(path, cards)
  }

  const look: ModelFolders['look'] = async (definition, known) => {
    const found = await read(definition.folder, definition, known)
    looked.set(askedOf(definition), found)
    return found
  }

  const inspect = async (name: string, definition: FolderDefinition, known: FolderCard | null): Promise<FolderCard> => {
    const found = await read(name, definition, known)
    write(name, askedOf(definition), found)
    return found
  }

  const provider: ModelFolders['provider'] = (name, definition) => {
    const { folder } = definition
    const first = card(name, definition)
    if (first === null) throw new AppError('MODEL_FOLDER_UNREAD', { path: folder, name })
    const { id, dimensions } = first

    /** @throws MODEL_FOLDER_CHANGED when it is another model than the one that was made */
    const requireSame = (now: FolderCard): FolderModel => {
      if (now.id !== id) throw new AppError('MODEL_FOLDER_CHANGED', { path: folder, from: id, to: now.id })
      return { folder, card: now }
    }

    /** Runs a call; when the files are not those that were looked at, looks again and goes on if nothing of meaning has changed. */
    const withCard = async <T>(call: (model: FolderModel) => Promise<T>): Promise<T> => {
      const model = requireSame(card(name, definition) ?? first)
      try {
        return await call(model)
      } catch (thrown) {
        const error = tell(name, folder, thrown)
        if (error.code !== 'MODEL_FOLDER_CHANGED') throw error
        return call(requireSame(await inspect(name, definition, null)))
      }
    }

    return {
      name,
      model: id,
      dimensions,
      tokensPerSecond: first.tokensPerSecond,
      refresh: async () => {
        await inspect(name, definition, card(name, definition))
      },
      embedPassages: async (texts, signal) => {
        if (signal?.aborted) throw new AppError('CANCELLED')
        const result = await withCard((model) =>
          run.embed({ texts: [...texts], modelDir: folder, folder: model }, signal),
        )
        return checkPassages(result, texts, dimensions)
      },
      embedQuery: async (text, signal) => {
        const asked = withCard((model) => run.embedQuery({ text, modelDir: folder, folder: model }))
        return checkQuery(await untilAborted(asked, signal), dimensions)
      },
    }
  }

  return {
    card,
    look,
    inspect: async (definition) =>
      reportOf(definition.folder, await look(definition, looked.get(askedOf(definition)) ?? null)),
    keep: (name, definition) => {
      const asked = askedOf(definition)
      const found = looked.get(asked)
      if (!found) return
      looked.delete(asked)
      try {
        write(name, asked, found)
      } catch (thrown) {
        log.warn('model-folders-unwritten', { path, error: thrown })
      }
    },
    provider,
    describe: (name, definition) => {
      const known = card(name, definition)
      const unread = new AppError('MODEL_FOLDER_UNREAD', { path: definition.folder, name })
      return {
        kind: 'onnx',
        place: definition.folder,
        embeddingModel: known?.id ?? null,
        dimensions: known?.dimensions ?? null,
        ...(known ? { problem: null } : { problem: unread.message, told: { problem: remarkOf(unread) } }),
        definition,
      }
    },
    test: async (name, definition, made) => {
      const failed = { name, ok: false, dimensions: null, embeddingMs: null, chatMs: null, models: null }
      try {
        const startedMs = performance.now()
        const found = await inspect(name, definition, null)
        const { vector } = await made().embedQuery('the quick brown fox')
        const described = describeCard(found)
        return {
          ...failed,
          ok: true,
          dimensions: vector.length,
          embeddingMs: Math.round(performance.now() - startedMs),
          tokensPerSecond: found.tokensPerSecond,
          detail: textOf(described),
          told: { detail: described },
          code: null,
          message: null,
        }
      } catch (thrown) {
        const { code, message, details } = toAppError(thrown)
        return { ...failed, code, message, details }
      }
    },
  }
}

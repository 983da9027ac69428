/**
 * Owns the models that one thread has loaded: the last few that were used, as far as the memory of its process has room for them.
 * Refuses: loading one itself, and closing one that somebody uses.
 */
import type { Embedder } from './embedder'

/** Measured (inspection.ts): a model takes its files twice, as they are read and as the library keeps them, and beside them what any takes. */
export const COPIES = 2
export const BESIDE_BYTES = 256 * 1024 * 1024

export type KeptModel = {
  /** Two of the same key are the same model. */
  readonly key: string
  /** Of its files; 0 for one that is small beside everything else. */
  readonly sizeBytes: number
  /** What all models of the process may take together, what they share included; the one that is asked for is loaded whatever it takes. */
  readonly memoryBytes: number
  readonly load: () => Promise<Embedder>
}

type Kept = {
  readonly sizeBytes: number
  readonly embedder: Promise<Embedder>
  readonly users: Set<Promise<unknown>>
  /** Once it goes: it is closed only once. */
  freeing: Promise<void> | null
}

export type KeptModels = {
  /**
   * Does something with a model, which stays loaded until `work` is done; others go for it, those that were used longest ago first. One that
   * could not be loaded, or is another one by now, is loaded anew by the next. @throws what `load`, the model's `check` and `work` throw
   */
  readonly use: <T>(model: KeptModel, work: (embedder: Embedder) => Promise<T>) => Promise<T>
  /** Frees them all, after whoever uses them. */
  readonly close: () => Promise<void>
}

/** @param most models that are loaded at once */
export const createKeptModels = (most: number): KeptModels => {
  /** Whoever was used last stands last. */
  const kept = new Map<string, Kept>()

  /** What failed to load has told its own task and holds nothing to free. */
  const closeUnused = async ({ embedder, users }: Kept): Promise<void> => {
    await Promise.allSettled(users)
    const [result] = await Promise.allSettled([embedder])
    if (result.status === 'fulfilled') await result.value.close()
  }

  const free = (one: Kept): Promise<void> => (one.freeing ??= closeUnused(one))

  const letGo = (key: string, one: Kept): Promise<void> => {
    if (kept.get(key) === one) kept.delete(key)
    return free(one)
  }

  const takes = (sizeBytes: number): number =>
    [...kept.values()].reduce((sum, one) => sum + COPIES * one.sizeBytes, BESIDE_BYTES + COPIES * sizeBytes)

  /** Takes away what has no room beside this one. */
  const makeRoom = async ({ sizeBytes, memoryBytes }: KeptModel): Promise<void> => {
    const going: Promise<void>[] = []
    for (const [key, one] of kept) if (kept.size >= most || takes(sizeBytes) > memoryBytes) going.push(letGo(key, one))
    await Promise.all(going)
  }

  /** Takes its place at once, so that whoever comes next sees it. */
  const begin = (model: KeptModel): Kept => {
    const room = makeRoom(model)
    const one: Kept = {
      sizeBytes: model.sizeBytes,
      embedder: room.then(model.load),
      users: new Set(),
      freeing: null,
    }
    kept.set(model.key, one)
    return one
  }

  const ready = async (key: string, one: Kept, isNew: boolean): Promise<Embedder> => {
    try {
      const embedder = await one.embedder
      if (!isNew) await embedder.check?.()
      return embedder
    } catch (thrown) {
      // Not waited for: whoever asks is one of its users.
      if (kept.get(key) === one) kept.delete(key)
      throw thrown
    }
  }

  const use: KeptModels['use'] = async (model, work) => {
    const known = kept.get(model.key)
    if (known) {
      kept.delete(model.key)
      kept.set(model.key, known)
    }
    const one = known ?? begin(model)
    const using = ready(model.key, one, known === undefined).then(work)
    one.users.add(using)
    try {
      return await using
    } finally {
      one.users.delete(using)
      // It was taken away because of what was found while it was used: nobody else frees it.
      if (one.users.size === 0 && kept.get(model.key) !== one) await free(one)
    }
  }

  return {
    use,
    close: async () => {
      await Promise.all([...kept].map(([key, one]) => letGo(key, one)))
    },
  }
}

// Proves which models a thread keeps loaded: the last two, as far as there is memory for both; and that none is freed while it is used.
import { expect, it } from 'vitest'
import { MiB } from '../../../../src/shared/limit-row'
import type { Embedder } from '../../../../src/workers/model/embedder'
import { BESIDE_BYTES, createKeptModels, type KeptModel } from '../../../../src/workers/model/kept-models'

type Happened = string[]

const makeModel = (
  happened: Happened,
  key: string,
  more: Partial<KeptModel> & { check?: () => Promise<void> } = {},
) => {
  const { check, ...model } = more
  return {
    key,
    sizeBytes: 100 * MiB,
    memoryBytes: BESIDE_BYTES + 400 * MiB,
    load: async () => {
      happened.push(`load ${key}`)
      const embedder = { id: key, close: async () => happened.push(`close ${key}`), ...(check ? { check } : {}) }
      return embedder as unknown as Embedder
    },
    ...model,
  }
}

const idOf = async ({ id }: Embedder): Promise<string> => id

it('keeps two models that take turns, and lets go of the one that was used longest ago for a third', async () => {
  const happened: Happened = []
  const models = createKeptModels(2)
  const [a, b, c] = ['a', 'b', 'c'].map((key) => makeModel(happened, key, { sizeBytes: 1 }))
  if (!a || !b || !c) throw new Error('three models')
  for (const model of [a, b, a, b, a]) expect(await models.use(model, idOf)).toBe(model.key)
  expect(happened).toEqual(['load a', 'load b'])
  await models.use(c, idOf)
  expect(happened.slice(2)).toEqual(['close b', 'load c'])
  await models.use(a, idOf)
  await models.close()
  expect(happened.slice(4).sort()).toEqual(['close a', 'close c'])
})

it('keeps only one where both together would take more memory than there is', async () => {
  const happened: Happened = []
  const models = createKeptModels(2)
  const small = makeModel(happened, 'small')
  const fitting = makeModel(happened, 'fitting')
  await models.use(small, idOf)
  await models.use(fitting, idOf)
  expect(happened).toEqual(['load small', 'load fitting'])
  // A byte more: the one before goes first, so that they never are there together; and so does it for a model of which nothing is known.
  await models.use(makeModel(happened, 'large', { sizeBytes: 100 * MiB + 1 }), idOf)
  expect(happened.slice(2)).toEqual(['close small', 'close fitting', 'load large'])
  await models.use(makeModel(happened, 'unknown', { sizeBytes: 0, memoryBytes: 0 }), idOf)
  expect(happened.slice(5)).toEqual(['close large', 'load unknown'])
})

it('frees none while it is used, and then loads what waited for its room', async () => {
  const happened: Happened = []
  const models = createKeptModels(1)
  let end = (): void => undefined
  const working = models.use(makeModel(happened, 'a'), async () => {
    const over = new Promise<void>((resolve) => (end = resolve))
    happened.push('use a')
    await over
    happened.push('done a')
  })
  await expect.poll(() => happened).toEqual(['load a', 'use a'])
  const next = models.use(makeModel(happened, 'b'), idOf)
  // Whoever asks for the first one meanwhile gets one of its own, after the other.
  const again = models.use(makeModel(happened, 'a'), idOf)
  // Whatever could be done without waiting for the work is done.
  await new Promise((resolve) => setImmediate(resolve))
  end()
  await Promise.all([working, next, again])
  expect(happened).toEqual(['load a', 'use a', 'done a', 'close a', 'load b', 'close b', 'load a'])
})

it('lets go of what could not be loaded, or is another one by now', async () => {
  const happened: Happened = []
  const models = createKeptModels(2)
  const broken = makeModel(happened, 'a', { load: () => Promise.reject(new Error('no such file')) })
  await expect(models.use(broken, idOf)).rejects.toThrow('no such file')
  let changed = false
  const model = makeModel(happened, 'a', {
    check: () => (changed ? Promise.reject(new Error('another one')) : Promise.resolve()),
  })
  await models.use(model, idOf)
  await models.use(model, idOf)
  changed = true
  await expect(models.use(model, idOf)).rejects.toThrow('another one')
  expect(happened).toEqual(['load a', 'close a'])
  await models.use(model, idOf)
  expect(happened).toEqual(['load a', 'close a', 'load a'])
})

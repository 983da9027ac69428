// A model in a folder, in a real engine: chosen for a collection, searched, exchanged behind its back, and made anew.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { ingest, makeTempDir, startOwner, waitForJob } from '../support/engine'
import { workersOf } from '../support/faults/workers'
import { makeLetterModel } from '../support/letter-models'
import { makeTinyModel } from '../support/tiny-model'

const tiny = { prompts: { query: 'query: ' }, dimensions: 64 }

let temp: ReturnType<typeof makeTempDir>
let engine: Engine
let folder: string

const write = (name: string, text: string): string => {
  const dir = join(temp.path, name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, `${name}.txt`), text)
  return dir
}

const find = async (query: string, mode: 'semantic' | 'keyword' = 'semantic') =>
  (await engine.call('search', { query, mode })).results.map(({ path }) => path)

const change = async (): Promise<void> => {
  const { job } = await engine.call('collections.changeModel', { name: 'default', model: 'tiny', approve: true })
  expect((await waitForJob(engine, job?.id ?? '')).job.state).toBe('completed')
}

beforeEach(async () => {
  temp = makeTempDir('model-folder')
  folder = makeTinyModel(join(temp.path, 'tiny'), tiny)
  const local = makeLetterModel('local', 16)
  engine = await startOwner({
    dataDir: join(temp.path, 'data'),
    embeddings: (ref) => (ref === 'local' ? local : null),
  })
})
afterEach(async () => {
  await engine.close()
  temp.remove()
})

it('serves a collection, and when its files are exchanged it is said, nothing is mixed, and keywords still find', async () => {
  await ingest(engine, [
    write('ferry', 'the ferry leaves the harbor at nine'),
    write('soup', 'tomatoes and water in a soup'),
  ])
  const added = await engine.call('providers.add', { name: 'tiny', definition: { kind: 'onnx', folder } })
  expect(added).toMatchObject({ kind: 'onnx', place: folder, dimensions: 64, isLocal: true, problem: null })
  await change()
  expect((await find('the ferry leaves at ten'))[0]).toBe('ferry/ferry.txt')
  const { workers } = await engine.call('workers.list', {})
  expect(workers.map(({ host }) => host)).toContain('model')
  await ingest(engine, [write('kettle', 'a kettle on the stove')])

  makeTinyModel(folder, { ...tiny, seed: 2 })
  await expect(find('another ferry')).rejects.toMatchObject({ code: 'MODEL_FOLDER_CHANGED' })
  await expect(find('another ferry')).rejects.toMatchObject({ code: 'MODEL_CHANGED' })
  expect(await find('tomatoes', 'keyword')).toEqual(['soup/soup.txt'])
  const late = await ingest(engine, [write('late', 'ships want a harbor')])
  expect(late.problems.map(({ code }) => code)).toEqual(['MODEL_CHANGED'])

  await change()
  expect((await find('ships want the harbor'))[0]).toBe('late/late.txt')
  const tested = await engine.call('providers.test', { name: 'tiny' })
  expect(tested).toMatchObject({ ok: true, dimensions: 64, detail: expect.stringContaining('mean pooling') as string })

  rmSync(folder, { recursive: true })
  expect(await engine.call('providers.test', { name: 'tiny' })).toMatchObject({
    ok: false,
    code: 'MODEL_FOLDER_MISSING',
  })

  await engine.close()
  // The letters have no process of their own: they are made where the built-in model would be.
  expect(workersOf(join(temp.path, 'data'), 'embed')).toEqual(['embed: done', 'model: MODEL_CHANGED', 'model: done'])
})

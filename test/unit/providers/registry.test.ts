// What a person has configured, changed and removed: what one change may not take from another, and what damage does not stop.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFileVault, keyFileOf } from '../../../src/main/providers/keys'
import { createProviders, type ProvidersParts } from '../../../src/main/providers/registry'
import { GiB } from '../../../src/shared/limit-row'
import type { InspectModelParams } from '../../../src/shared/work'
import { closeEmbedder, runInspectModel } from '../../../src/workers/model/tasks'
import { makeTempDir, modelDir, silentLog, systemClock } from '../../support/engine'
import { makeTinyModel } from '../../support/tiny-model'
import { errorOf } from './workbench'

let dir: { path: string; remove: () => void }
let looks: Pick<InspectModelParams, 'folder' | 'known'>[]
beforeEach(() => {
  dir = makeTempDir('registry')
  looks = []
})
afterEach(() => dir.remove())
afterAll(closeEmbedder)

const unused = async (): Promise<never> => {
  throw new Error('nothing is asked of a model here')
}
const context = { say: async () => undefined, beat: () => undefined, signal: new AbortController().signal }

const open = () => {
  const run: ProvidersParts['run'] = {
    embed: unused,
    embedQuery: unused,
    inspectModel: async (params) => {
      looks.push(params)
      return runInspectModel({ ...params, threads: 1, memoryBytes: GiB }, context)
    },
  }
  return createProviders({
    dataDir: dir.path,
    environment: {},
    vaults: [createFileVault(keyFileOf(dir.path))],
    meter: { begin: unused, settle: unused },
    ledger: { begin: unused, settle: unused },
    modelDir,
    run,
    guards: () => ({ failures: 3, openMs: 60_000 }),
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    setTimer: systemClock.setTimer,
    random: () => 0,
    log: silentLog,
  })
}

const server = { kind: 'openai', baseUrl: 'https://models.example/v1', chatModel: 'm' }
const keyless = { ...server, needsKey: false }

describe('the names of providers', () => {
  it('may not put two keys into one variable', async () => {
    const providers = open()
    providers.add('a-b', { definition: server })
    const refused = await errorOf((async () => providers.add('a.b', { definition: server }))())
    expect(refused?.code).toBe('PROVIDER_INVALID_SETTING')
    expect(refused?.message).toMatch(/SLUICE_KEY_A_B, where that of "a-b" is/)
    providers.add('a_b', { definition: keyless })
    expect(() => providers.update('a_b', { definition: { needsKey: true } })).toThrow(/SLUICE_KEY_A_B/)
    // A change of the one that is there is none of its name.
    providers.update('a-b', { definition: { chatModel: 'n' } })
    expect(open().problem()).toBeNull()
  })

  it('that share a variable are told of a file that was written by hand', () => {
    const file = { version: 1, providers: { 'a-b': server, 'a.b': server } }
    writeFileSync(join(dir.path, 'providers.json'), JSON.stringify(file))
    expect(open().problem()?.message).toMatch(/SLUICE_KEY_A_B/)
  })
})

describe('a damaged file of keys', () => {
  beforeEach(() => writeFileSync(keyFileOf(dir.path), '{"a":'))

  it('stops nothing that needs no key', () => {
    const providers = open()
    providers.add('mine', { definition: keyless })
    providers.update('mine', { definition: { baseUrl: 'https://others.example/v1' } })
    expect(providers.list().find(({ name }) => name === 'mine')?.place).toBe('https://others.example/v1')
    providers.remove('mine')
    expect(providers.list().map(({ name }) => name)).toEqual(['local'])
  })

  it('is told where a key is needed, and nothing is changed', async () => {
    const providers = open()
    const refused = await errorOf((async () => providers.add('mine', { definition: server }))())
    expect(refused?.code).toBe('PROVIDER_KEY_UNREADABLE')
    expect(providers.list().map(({ name }) => name)).toEqual(['local'])
  })
})

describe('a folder', () => {
  const folderOf = (name: string, seed: number): string => makeTinyModel(join(dir.path, name), { seed })

  it('is looked at before it is added, and then only glanced at', async () => {
    const providers = open()
    const definition = { kind: 'onnx', folder: folderOf('one', 1) }
    const asked = { folder: definition.folder, modelFile: null, pooling: null, maxTokens: null }
    const report = await providers.inspect({ ...asked, queryPrefix: null, documentPrefix: null })
    expect(report).toMatchObject({ folder: definition.folder, dimensions: 16, pooling: 'mean' })
    expect(report.sizeBytes).toBeGreaterThan(1_000)
    expect(providers.list()).toHaveLength(1)
    await providers.prepare('one', definition, true)
    expect(looks.map(({ known }) => known?.id ?? null)).toEqual([null, report.model])
    expect(providers.add('one', { definition })).toMatchObject({ embeddingModel: report.model, problem: null })
    // Also after the next start.
    expect(open().list()[1]).toMatchObject({ embeddingModel: report.model, problem: null })
  })

  it('that is no absolute path is refused before anything is read', async () => {
    const choice = { modelFile: null, pooling: null, maxTokens: null, queryPrefix: null, documentPrefix: null }
    const refused = await errorOf(open().inspect({ folder: 'models/one', ...choice }))
    expect(refused).toMatchObject({ code: 'PROVIDER_INVALID_SETTING' })
    expect(looks).toEqual([])
  })

  it('stays known when changing it to another one fails after that was looked at', async () => {
    const providers = open()
    const [first, second] = [folderOf('first', 1), folderOf('second', 2)]
    const definition = { kind: 'onnx', folder: first }
    await providers.prepare('mine', definition, true)
    const before = providers.add('mine', { definition })
    await providers.prepare('mine', { folder: second }, false)
    // What stands in the way of writing: a key that cannot be kept.
    writeFileSync(keyFileOf(dir.path), '{"a":')
    const change = { definition: { folder: second }, key: 'unkept' }
    expect(() => providers.update('mine', change)).toThrow(/cannot be read/)
    for (const registry of [providers, open()]) {
      expect(registry.list()[1]).toMatchObject({ place: first, embeddingModel: before.embeddingModel, problem: null })
      expect(registry.embedding('mine').model).toBe(before.embeddingModel)
    }
    await providers.prepare('mine', { folder: second }, false)
    expect(providers.update('mine', { definition: { folder: second } })).toMatchObject({ place: second, problem: null })
    expect(open().list()[1]?.embeddingModel).not.toBe(before.embeddingModel)
  })
})

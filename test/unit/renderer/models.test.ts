// A change of model as the window sees it: what a person decides, where a collection stands, what a provider's fields make.
import { sayEstimate } from '../../../src/renderer/models/outdated-text'
import { describe, expect, it } from 'vitest'
import { budgetLinesOf, sinceOf, suggestRaise, titleOfStop } from '../../../src/renderer/models/budget'
import { describeMove, sortMoves } from '../../../src/renderer/models/comparison'
import {
  CLOSED,
  reduceChange,
  standingOf,
  type ChangeEvent,
  type ChangeState,
} from '../../../src/renderer/models/model-change'
import { placeOfModel, shortModel } from '../../../src/renderer/models/model-names'
import {
  fieldsOfFolder,
  fieldsOfPath,
  folderDefinitionOf,
  NO_PROMPT,
  promptOf,
  suggestName,
} from '../../../src/renderer/models/folder-fields'
import {
  choicesOf,
  definitionOf,
  fieldsOfPreset,
  fieldsOfProvider,
  givenKey,
  lackOf,
} from '../../../src/renderer/models/provider-fields'
import { parseDefinition } from '../../../src/main/providers/definitions'
import { AppError } from '../../../src/shared/errors'
import { providerPresets, type Provider } from '../../../src/shared/providers'
import type { CollectionGeneration, ModelEstimate } from '../../../src/shared/generations'

const estimateOf = (ref: string): ModelEstimate => ({
  ref,
  model: ref,
  dimensions: 4,
  documents: 1,
  chunks: 1,
  keptChunks: 0,
  chars: 1,
  tokens: 1,
  costUsd: 0,
  expectedMs: null,
})

const after = (...events: readonly ChangeEvent[]): ChangeState => events.reduce(reduceChange, CLOSED)
const opened: ChangeEvent = { type: 'opened', model: null }
const chosen = (model: string): ChangeEvent => ({ type: 'chosen', model })
const estimated = (model: string): ChangeEvent => ({ type: 'estimated', model, estimate: estimateOf(model) })
const refused = (model: string): ChangeEvent => ({
  type: 'refused',
  model,
  error: new AppError('REBUILD_SAME_MODEL', { name: 'papers', model }),
})

describe('what reading texts anew takes', () => {
  it('is said in one sentence, without what is not known', () => {
    const estimate = {
      documents: 3,
      bytes: 9_000,
      chunks: 12,
      tokens: 400,
      chars: 2_000,
      needOcr: 0,
      costUsd: null,
      expectedMs: null,
    }
    expect(sayEstimate(estimate)).toBe(
      '3 documents, at most 12 passages. Each is found as it is until its new text takes its place.',
    )
    expect(sayEstimate({ ...estimate, needOcr: 2, costUsd: 0.5, expectedMs: 5_000 })).toContain(
      '2 with pages that are read by OCR again, about 5.0 s, at most $0.50.',
    )
  })
})

describe('deciding about another model', () => {
  it('goes from choosing over the estimate to the word to begin', () => {
    expect(after(opened).step).toBe('choosing')
    expect(after(opened, chosen('desk'))).toEqual({ step: 'estimating', model: 'desk' })
    expect(after(opened, chosen('desk'), estimated('desk')).step).toBe('estimated')
    expect(after(opened, chosen('desk'), estimated('desk'), { type: 'approved' }).step).toBe('starting')
    expect(after(opened, chosen('desk'), estimated('desk'), { type: 'approved' }, { type: 'closed' })).toBe(CLOSED)
  })

  it('begins with the model that a person came for', () => {
    expect(after({ type: 'opened', model: 'local' })).toEqual({ step: 'estimating', model: 'local' })
  })

  it('does not heed what is said too late about another model', () => {
    const state = after(opened, chosen('desk'), chosen('shelf'))
    expect(reduceChange(state, estimated('desk'))).toBe(state)
    expect(reduceChange(state, refused('desk'))).toBe(state)
    expect(reduceChange(CLOSED, estimated('desk'))).toBe(CLOSED)
  })

  it('cannot begin without an estimate, nor be changed once it was approved', () => {
    for (const state of [after(opened), after(opened, chosen('desk')), after(opened, chosen('desk'), refused('desk'))])
      expect(reduceChange(state, { type: 'approved' })).toBe(state)
    const starting = after(opened, chosen('desk'), estimated('desk'), { type: 'approved' })
    expect(reduceChange(starting, chosen('shelf'))).toBe(starting)
  })

  it('says why it is not possible, and another model can be chosen then', () => {
    const state = after(opened, chosen('desk'), refused('desk'))
    expect(state).toMatchObject({ step: 'refused', code: 'REBUILD_SAME_MODEL' })
    expect(reduceChange(state, chosen('shelf'))).toEqual({ step: 'estimating', model: 'shelf' })
    // The same one, too: what was in its way may be mended.
    expect(reduceChange(state, chosen('desk'))).toEqual({ step: 'estimating', model: 'desk' })
    expect(after(opened, chosen('desk'), estimated('desk'), { type: 'approved' }, refused('desk')).step).toBe('refused')
  })
})

const generation = (
  state: CollectionGeneration['state'],
  more: Partial<CollectionGeneration> = {},
): CollectionGeneration => ({
  id: state,
  state,
  ref: 'local',
  model: 'm',
  dimensions: 4,
  job: null,
  switches: true,
  contents: 3,
  missing: 1,
  windows: 3,
  createdAt: '2026-01-01T00:00:00Z',
  changedAt: '2026-01-01T00:00:00Z',
  stale: null,
  comparison: null,
  ...more,
})

describe('where a collection stands', () => {
  it('is told by its generations', () => {
    const serving = generation('serving')
    expect(standingOf([])).toEqual({ kind: 'empty' })
    expect(standingOf([serving])).toEqual({ kind: 'settled', serving, previous: null })
    const previous = generation('previous')
    expect(standingOf([previous, serving])).toEqual({ kind: 'settled', serving, previous })
    const next = generation('building')
    expect(standingOf([previous, next, serving])).toEqual({ kind: 'building', serving, next, share: 0.75 })
    const ready = generation('ready', { missing: 0 })
    expect(standingOf([serving, ready])).toEqual({ kind: 'ready', serving, next: ready })
  })

  it('has a share of all where nothing is to be made', () => {
    const standing = standingOf([generation('serving'), generation('building', { contents: 0, missing: 0 })])
    expect(standing).toMatchObject({ kind: 'building', share: 1 })
  })
})

describe('a comparison', () => {
  it('lists what moved as the new model has it, what went away at the end', () => {
    const moves = sortMoves([
      { path: 'gone', from: 1, to: null },
      { path: 'new', from: null, to: 2 },
      { path: 'up', from: 4, to: 1 },
    ])
    expect(moves.map((move) => `${move.path}: ${describeMove(move)}`)).toEqual([
      'up: from place 4 to 1',
      'new: new, at place 2',
      'gone: no longer among the ten',
    ])
  })
})

const provider = (more: Partial<Provider> = {}): Provider => ({
  name: 'desk',
  kind: 'openai',
  preset: 'custom',
  place: 'http://127.0.0.1:1/v1',
  embeddingModel: 'e',
  dimensions: 4,
  chatModel: 'c',
  isChat: true,
  key: null,
  isLocal: true,
  price: { embeddingUsd: null, inputUsd: null, outputUsd: null },
  budgets: { run: { usd: null, tokens: null }, day: { usd: null, tokens: null }, month: { usd: null, tokens: null } },
  problem: null,
  definition: null,
  ...more,
})

describe('the fields of a provider', () => {
  it('make a definition that the engine takes, for every preset', () => {
    for (const preset of providerPresets) {
      const usual = fieldsOfPreset(preset)
      const baseUrl = usual.baseUrl === '' ? 'https://example.org/v1' : usual.baseUrl
      const fields = { ...usual, baseUrl, name: 'desk', embeddingModel: usual.embeddingModel || 'e', dimensions: 8 }
      expect(lackOf(fields), preset).toBeNull()
      expect(parseDefinition('desk', { kind: 'openai', ...definitionOf(fields) }), preset).toMatchObject({
        preset,
        baseUrl,
        embeddingModel: fields.embeddingModel,
        dimensions: 8,
      })
    }
  })

  it('come back from the definition that they made, and never hold a key', () => {
    const fields = {
      ...fieldsOfPreset('openai'),
      name: 'desk',
      isChat: true,
      embeddingUsd: 0.02,
      budgets: { ...fieldsOfPreset('openai').budgets, day: { usd: 1, tokens: '' } },
    }
    const definition = parseDefinition('desk', { kind: 'openai', ...definitionOf(fields) })
    if (definition.kind !== 'openai') throw new Error('another kind of provider')
    expect(fieldsOfProvider(provider({ definition, budgets: definition.budgets }))).toEqual(fields)
    expect(JSON.stringify(fields).toLowerCase()).not.toContain('"key"')
    expect(fieldsOfProvider(provider())).toBeNull()
  })

  it('say what is missing', () => {
    const fields = fieldsOfPreset('ollama')
    expect(lackOf({ ...fields, name: ' ' })).toContain('name')
    expect(lackOf({ ...fields, baseUrl: '' })).toContain('address')
    expect(lackOf({ ...fields, dimensions: '' })).toContain('size')
    expect(lackOf({ ...fields, embeddingModel: '' })).toContain('model')
    expect(lackOf({ ...fields, embeddingModel: '', visionModel: 'v' })).toBeNull()
    expect(lackOf({ ...fields, embeddingModel: '', chatModel: 'c' })).toBeNull()
  })

  it('are as typed: an amount on its way to a number is kept, and is that number', () => {
    const before = fieldsOfPreset('openai')
    const typing = (embeddingUsd: string | number) => ({ ...before, name: 'desk', dimensions: 8, embeddingUsd })
    const price = (typed: string | number) => definitionOf(typing(typed))['price']
    expect(price('0.0')).toMatchObject({ embeddingUsd: 0 })
    expect(price('0.10')).toMatchObject({ embeddingUsd: 0.1 })
    expect(price('2.')).toMatchObject({ embeddingUsd: 2 })
    expect(price('')).toMatchObject({ embeddingUsd: null })
    expect(lackOf(typing('0.10'))).toBeNull()
    expect(lackOf(typing('.'))).toContain('no number')
  })

  it('take a key along only where one is asked for', () => {
    const fields = fieldsOfPreset('openai')
    expect(givenKey(fields, 'secret')).toEqual({ key: 'secret' })
    expect(givenKey(fields, '')).toEqual({})
    expect(givenKey({ ...fields, needsKey: false }, 'secret')).toEqual({})
  })

  it('hold the model that reads pictures, with its prices and budgets, and choose it only where there is one', () => {
    const budgets = { ...fieldsOfPreset('openai').visionBudgets, month: { usd: 5, tokens: '' } }
    const fields = {
      ...fieldsOfPreset('openai'),
      name: 'desk',
      visionModel: 'eyes',
      isVision: true,
      visionInputUsd: 1,
      visionOutputUsd: 2,
      visionBudgets: budgets,
    }
    const definition = parseDefinition('desk', { kind: 'openai', ...definitionOf(fields) })
    expect(fieldsOfProvider(provider({ definition, isChat: false, isVision: true }))).toEqual(fields)
    expect(choicesOf(fields)).toEqual({ isChat: false, isVision: true })
    expect(choicesOf({ ...fields, visionModel: ' ' })).toEqual({ isChat: false, isVision: false })
    expect(lackOf({ ...fields, visionInputUsd: '.' })).toContain('no number')
  })

  it('say where texts go', () => {
    expect(placeOfModel(provider({ kind: 'onnx', place: '/models/tiny' }))).toBe('A folder on this computer, offline')
    expect(placeOfModel(provider())).toBe('A server on this computer')
    expect(placeOfModel(provider({ isLocal: false, place: 'https://api.example.org/v1' }))).toBe(
      'Sends texts to api.example.org',
    )
  })
})

describe('a model in a folder', () => {
  it('is said as little of as a person says, and comes back as it was', () => {
    const fields = { ...fieldsOfPath('/models/mini'), modelFile: ' onnx\\small.onnx ', pooling: 'cls' as const }
    const definition = parseDefinition('mini', { kind: 'onnx', ...folderDefinitionOf(fields) })
    expect(definition).toEqual({
      kind: 'onnx',
      folder: '/models/mini',
      modelFile: 'onnx/small.onnx',
      pooling: 'cls',
      maxTokens: null,
      queryPrefix: null,
      documentPrefix: null,
    })
    expect(fieldsOfFolder(provider({ kind: 'onnx', definition }))).toEqual({ ...fields, modelFile: 'onnx/small.onnx' })
    expect(fieldsOfFolder(provider())).toBeNull()
  })

  it('is asked as the folder says, with nothing before a text, or with what is typed', () => {
    const fields = { ...fieldsOfPath('/models/tiny'), queryPrefix: promptOf(''), documentPrefix: NO_PROMPT }
    expect(folderDefinitionOf(fields)).toMatchObject({ queryPrefix: null, documentPrefix: '' })
    expect(promptOf('query: ')).toBe('query: ')
    const definition = parseDefinition('tiny', { kind: 'onnx', ...folderDefinitionOf(fields) })
    expect(definition).toMatchObject({ queryPrefix: null, documentPrefix: '' })
  })

  it('gets a name that it may have and no other has', () => {
    expect(suggestName('/models/all-MiniLM-L6-v2/', [])).toBe('all-minilm-l6-v2')
    expect(suggestName('C:\\Models\\Mein Modell (neu)', [])).toBe('mein-modell-neu')
    expect(suggestName('/models/mini', ['mini', 'mini-2'])).toBe('mini-3')
    expect(suggestName('/models/local', [])).toBe('model')
    expect(suggestName('/', [])).toBe('model')
    for (const folder of ['/…', '/a'.repeat(90), `/${'b'.repeat(90)}`, '/_x.'])
      expect(() => parseDefinition(suggestName(folder, []), { kind: 'onnx', folder: '/x' })).not.toThrow()
  })

  it('is called without the hash of its files', () => {
    expect(shortModel('onnx:all-MiniLM-L6-v2@384+0123456789ab')).toBe('all-MiniLM-L6-v2')
    expect(shortModel('text-embedding-3-small')).toBe('text-embedding-3-small')
  })
})

describe('a budget', () => {
  const total = { calls: 1, retries: 0, unsettled: 0, inputTokens: 30, outputTokens: 10, costUsd: 0.5 }

  it('is counted by days and months of UTC; that of one job has no use yet', () => {
    expect(sinceOf('day', Date.parse('2026-03-31T23:30:00-02:00'))).toBe('2026-04-01')
    expect(sinceOf('month', Date.parse('2026-03-31T12:00:00Z'))).toBe('2026-03-01')
    const budgets = { run: { usd: 1, tokens: null }, day: { usd: null, tokens: 100 }, month: { usd: 2, tokens: null } }
    expect(budgetLinesOf(budgets, { day: total, month: { ...total, costUsd: 1.5 } })).toEqual([
      { period: 'run', unit: 'usd', limit: 1, used: null },
      { period: 'day', unit: 'tokens', limit: 100, used: 40 },
      { period: 'month', unit: 'usd', limit: 2, used: 1.5 },
    ])
  })

  it('is said to be used up only when nothing is left of it', () => {
    const budget = { period: 'day', unit: 'tokens', used: 900, limit: 1_000 } as const
    expect(titleOfStop('desk', budget)).toBe('Too little is left of the budget of “desk” for today')
    expect(titleOfStop('desk', { ...budget, used: 1_000 })).toBe('The budget of “desk” for today is used up')
    expect(titleOfStop('desk', { ...budget, used: 1_200, period: 'run', isOwn: true })).toBe(
      'The budget of “desk” for pictures for one job is used up',
    )
  })

  it('is raised to a round amount that is surely more', () => {
    for (const [limit, used] of [
      [1, 1],
      [0, 0],
      [0.0123, 0.0122],
      [5_000, 12_345],
      [3, 0],
    ] as const) {
      const raised = suggestRaise(limit, used)
      expect(raised).toBeGreaterThan(limit)
      expect(raised).toBeGreaterThan(used)
    }
    expect(suggestRaise(5_000, 4_990)).toBe(10_000)
  })
})

/**
 * Owns the fields of a provider as a person fills them in, and the definition that they make. Refuses: checking what the engine checks; it
 * says itself what is not possible. Keys are no field of a definition.
 */
import { t } from '../text/language'
import { presetTable } from '../../shared/provider-presets'
import {
  budgetPeriods,
  providerPresets,
  type BudgetPeriod,
  type Provider,
  type ProviderPreset,
} from '../../shared/providers'

/** As typed: empty for none, and a text while it is no number yet (`0.` and `0.0` on the way to `0.02`). */
export type Amount = number | string
export type BudgetFields = Readonly<Record<BudgetPeriod, { readonly usd: Amount; readonly tokens: Amount }>>

export type ProviderFields = {
  readonly preset: ProviderPreset
  readonly name: string
  readonly baseUrl: string
  readonly needsKey: boolean
  readonly embeddingModel: string
  readonly dimensions: Amount
  readonly chatModel: string
  readonly isChat: boolean
  readonly visionModel: string
  readonly isVision: boolean
  readonly embeddingUsd: Amount
  readonly inputUsd: Amount
  readonly outputUsd: Amount
  readonly visionInputUsd: Amount
  readonly visionOutputUsd: Amount
  readonly budgets: BudgetFields
  /** Of reading pictures alone. */
  readonly visionBudgets: BudgetFields
}

export const presetLabels: Readonly<Record<ProviderPreset, string>> = {
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  openai: 'OpenAI',
  azure: 'Azure OpenAI',
  custom: t('models.otherServer'),
}

export const periodLabels: Readonly<Record<BudgetPeriod, string>> = {
  run: t('models.perJob'),
  day: t('models.perDay'),
  month: t('models.perMonth'),
}

const NONE = { usd: '', tokens: '' } as const
const NO_BUDGETS: BudgetFields = { run: NONE, day: NONE, month: NONE }

/** The fields of a new one: what is usual with such servers is filled in. */
export const fieldsOfPreset = (preset: ProviderPreset): ProviderFields => {
  const usual = presetTable[preset]
  return {
    preset,
    name: preset === 'custom' ? '' : preset,
    baseUrl: usual.baseUrl ?? '',
    needsKey: usual.needsKey ?? true,
    embeddingModel: usual.embeddingModel ?? '',
    dimensions: usual.dimensions ?? '',
    chatModel: usual.chatModel ?? '',
    isChat: false,
    visionModel: '',
    isVision: false,
    embeddingUsd: '',
    inputUsd: '',
    outputUsd: '',
    visionInputUsd: '',
    visionOutputUsd: '',
    budgets: NO_BUDGETS,
    visionBudgets: NO_BUDGETS,
  }
}

const shown = (value: number | null): Amount => value ?? ''

const budgetFieldsOf = (budgets: Provider['budgets']): BudgetFields => {
  const of = (period: BudgetPeriod) => ({ usd: shown(budgets[period].usd), tokens: shown(budgets[period].tokens) })
  return { run: of('run'), day: of('day'), month: of('month') }
}

/** The fields of one that is there; `null` for what is no server. */
export const fieldsOfProvider = ({ name, isChat, isVision, definition }: Provider): ProviderFields | null => {
  if (definition?.kind !== 'openai') return null
  return {
    preset: definition.preset,
    name,
    baseUrl: definition.baseUrl,
    needsKey: definition.needsKey,
    embeddingModel: definition.embeddingModel ?? '',
    dimensions: shown(definition.dimensions),
    chatModel: definition.chatModel ?? '',
    isChat,
    visionModel: definition.visionModel ?? '',
    isVision: isVision === true,
    embeddingUsd: shown(definition.price.embeddingUsd),
    inputUsd: shown(definition.price.inputUsd),
    outputUsd: shown(definition.price.outputUsd),
    visionInputUsd: shown(definition.price.visionInputUsd),
    visionOutputUsd: shown(definition.price.visionOutputUsd),
    budgets: budgetFieldsOf(definition.budgets),
    visionBudgets: budgetFieldsOf(definition.visionBudgets),
  }
}

/** `null` where nothing is typed; NaN for what is no number. */
export const amountOf = (value: Amount): number | null =>
  typeof value === 'string' && value.trim() === '' ? null : Number(value)
const textOf = (value: string): string | null => (value.trim() === '' ? null : value.trim())

const budgetsOf = (fields: BudgetFields): Record<string, unknown> =>
  Object.fromEntries(
    budgetPeriods.map((period) => {
      const { usd, tokens } = fields[period]
      return [period, { usd: amountOf(usd), tokens: amountOf(tokens) }]
    }),
  )

/** What `providers.add` and `providers.update` take. */
export const definitionOf = (fields: ProviderFields): Record<string, unknown> => ({
  preset: fields.preset,
  baseUrl: fields.baseUrl.trim(),
  needsKey: fields.needsKey,
  embeddingModel: textOf(fields.embeddingModel),
  dimensions: amountOf(fields.dimensions),
  chatModel: textOf(fields.chatModel),
  visionModel: textOf(fields.visionModel),
  price: {
    embeddingUsd: amountOf(fields.embeddingUsd),
    inputUsd: amountOf(fields.inputUsd),
    outputUsd: amountOf(fields.outputUsd),
    visionInputUsd: amountOf(fields.visionInputUsd),
    visionOutputUsd: amountOf(fields.visionOutputUsd),
  },
  budgets: budgetsOf(fields.budgets),
  visionBudgets: budgetsOf(fields.visionBudgets),
})

/** What it is chosen for, as far as it has the model for that. */
export const choicesOf = ({ isChat, chatModel, isVision, visionModel }: ProviderFields) => ({
  isChat: isChat && chatModel.trim() !== '',
  isVision: isVision && visionModel.trim() !== '',
})

/** A key that was typed goes along only where one is asked for: what is hidden by now was meant for something else. */
export const givenKey = ({ needsKey }: ProviderFields, typed: string): { readonly key?: string } =>
  needsKey && typed !== '' ? { key: typed } : {}

const amountsOf = (fields: ProviderFields): Amount[] => [
  fields.embeddingUsd,
  fields.inputUsd,
  fields.outputUsd,
  fields.visionInputUsd,
  fields.visionOutputUsd,
  ...[fields.budgets, fields.visionBudgets].flatMap((budgets) =>
    budgetPeriods.flatMap((period) => [budgets[period].usd, budgets[period].tokens]),
  ),
]

/** Why it cannot be sent yet; `null` when it can. */
export const lackOf = (fields: ProviderFields): string | null => {
  const { name, baseUrl, embeddingModel, dimensions, chatModel, visionModel } = fields
  if (name.trim() === '') return t('models.lacksName')
  if (baseUrl.trim() === '') return t('models.lacksAddress')
  if ([embeddingModel, chatModel, visionModel].every((model) => model.trim() === '')) return t('models.lacksModel')
  if (embeddingModel.trim() !== '' && amountOf(dimensions) === null) return t('models.lacksDimensions')
  if (amountsOf(fields).some((amount) => Number.isNaN(amountOf(amount)))) return t('models.lacksNumber')
  return null
}

/** In the order in which they are offered: what stays on this computer first. */
export const presetOrder: readonly ProviderPreset[] = [...providerPresets].sort(
  (left, right) => Object.keys(presetLabels).indexOf(left) - Object.keys(presetLabels).indexOf(right),
)

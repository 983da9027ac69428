/**
 * Owns `sluice providers …`: the models of a person's choice, their keys and what was used of them.
 * Refuses: keys as arguments, which every user of the machine could read, and showing them.
 */
import { resolve } from 'node:path'
import { AppError, formatBytes } from '../../../shared/errors'
import type { FolderReport } from '../../../shared/model-folders'
import {
  folderDefinitionSchema,
  sayBreaker,
  type Provider,
  type ProviderTest,
  type UsageRow,
} from '../../../shared/providers'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { countOf, isSet, listOf, textOf, type TypedOptions } from '../options'
import { toOneLine } from '../output/display-text'
import { describeCommands } from '../output/helpful-command'
import { formatTable, type Column } from '../output/table'
import { readPassword } from '../password'

const MAX_PAGE = 1_000

const keyOf = ({ kind, key }: Provider): string => {
  if (kind !== 'openai') return ''
  return key === null ? 'none needed' : key.place === 'none' ? 'missing' : key.place
}

const layout: readonly Column<Provider>[] = [
  { title: 'NAME', value: ({ name, isChat }) => (isChat ? `${name} (answers)` : name) },
  { title: 'EMBEDDING', value: ({ embeddingModel }) => embeddingModel ?? '' },
  { title: 'DIMENSIONS', value: ({ dimensions }) => (dimensions === null ? '' : String(dimensions)), align: 'right' },
  { title: 'CHAT', value: ({ chatModel }) => chatModel ?? '' },
  { title: 'KEY', value: keyOf },
  { title: 'WHERE', value: ({ place }) => place ?? 'built in', flexible: true },
]

const describe = (provider: Provider): string[] => {
  const { notes = [] } = provider
  const { name, place, embeddingModel, dimensions, chatModel, key, isChat, isLocal, problem } = provider
  return [
    `${name}: ${place ?? 'built in'}${isLocal ? '' : ' (what is sent there leaves this computer)'}`,
    ...(embeddingModel === null ? [] : [`  embeds with ${embeddingModel}, ${dimensions ?? '?'} dimensions`]),
    ...(chatModel === null ? [] : [`  chat model ${chatModel}${isChat ? '; it answers' : ''}`]),
    ...(provider.visionModel
      ? [
          `  vision model ${provider.visionModel}${provider.isVision ? '; it reads pictures where a collection asks for it' : ''}`,
        ]
      : []),
    ...(key === null ? [] : [`  key: ${key.detail} (variable ${key.variable})`]),
    ...(problem === null ? [] : [`  ${problem}`]),
    ...notes.map((note) => `  ${note}`),
  ].map(toOneLine)
}

const print = async ({ terminal, json }: CommandContext, provider: Provider): Promise<ExitCode> => {
  if (json) await terminal.writeJson(provider)
  else await terminal.writeLines(describe(provider))
  return exitCodes.done
}

export const list: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const listed = await session.call('providers.list', {})
  if (json) await terminal.writeJson(listed)
  else await terminal.writeLines(formatTable(listed.providers, layout, terminal.columns))
  if (listed.problem !== null) terminal.note(toOneLine(listed.problem))
  for (const { problem } of listed.providers) if (problem !== null) terminal.note(toOneLine(problem))
  for (const provider of listed.providers) {
    const left = sayBreaker(provider.name, provider.breaker)
    if (left !== null && !json) await terminal.writeLine(toOneLine(left))
  }
  return exitCodes.done
}

/** `a.b=1` as `{ a: { b: 1 } }`; what is no number, `true`, `false` or `null` is text. @throws USAGE */
const readFields = (assignments: readonly string[]): Record<string, unknown> => {
  const fields: Record<string, unknown> = {}
  for (const assignment of assignments) {
    const at = assignment.indexOf('=')
    if (at < 1) throw new AppError('USAGE', { reason: `"${assignment}" is not of the form NAME=VALUE.` })
    const value = assignment.slice(at + 1)
    const plain: unknown = /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(value) ? JSON.parse(value) : value
    const names = assignment.slice(0, at).split('.')
    let within = fields
    for (const name of names.slice(0, -1)) {
      const inner: Record<string, unknown> = {}
      const known = Object.hasOwn(within, name) ? within[name] : undefined
      const next = typeof known === 'object' && known !== null ? (known as Record<string, unknown>) : inner
      within[name] = next
      within = next
    }
    within[names.at(-1) ?? ''] = plain
  }
  return fields
}

const readDefinition = (options: TypedOptions): Record<string, unknown> => {
  const folder = textOf(options, 'folder')
  const named: Record<string, string | undefined> = {
    kind: textOf(options, 'kind') ?? (folder === undefined ? undefined : 'onnx'),
    folder: folder === undefined ? undefined : resolve(folder),
    preset: textOf(options, 'preset'),
    baseUrl: textOf(options, 'url'),
    embeddingModel: textOf(options, 'embeddingModel'),
    chatModel: textOf(options, 'chatModel'),
    visionModel: textOf(options, 'visionModel'),
  }
  const dimensions = countOf(options, 'dimensions', 0, 65_536, 0)
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    ...(dimensions === 0 ? {} : { dimensions }),
    ...readFields(listOf(options, 'field')),
  }
}

const describeFolder = ({ folder, dimensions, pooling, output, ...told }: FolderReport): string[] =>
  [
    `${folder}: ${told.model}`,
    `  ${dimensions} dimensions, ${told.maxTokens} tokens a window, ${pooling === null ? `pooled by itself (${output})` : `${pooling} pooling`}`,
    `  ${told.modelFile}, ${formatBytes(told.sizeBytes)} in all, about ${told.tokensPerSecond} tokens a second`,
    ...(told.queryPrefix === '' ? [] : [`  queries begin with ${JSON.stringify(told.queryPrefix)}`]),
    ...(told.documentPrefix === '' ? [] : [`  documents begin with ${JSON.stringify(told.documentPrefix)}`]),
  ].map(toOneLine)

export const inspect: CommandRun = async (context, [folder = ''], options) => {
  const { terminal, json } = context
  const asked = folderDefinitionSchema
    .omit({ kind: true })
    .safeParse({ ...readFields(listOf(options, 'field')), folder: resolve(folder) })
  if (!asked.success) {
    const [issue] = asked.error.issues
    throw new AppError('USAGE', {
      reason: `${issue?.path.join('.') || 'A field'}: ${issue?.message ?? 'not possible'}.`,
    })
  }
  const session = await context.open()
  const report = await session.call('providers.inspect', asked.data)
  if (json) await terminal.writeJson(report)
  else await terminal.writeLines(describeFolder(report))
  return exitCodes.done
}

/** The key, where one is to be given; `undefined`: it stays as it is. @throws USAGE */
const readKey = async (
  { terminal }: CommandContext,
  name: string,
  options: TypedOptions,
): Promise<string | undefined> => {
  const fromStdin = isSet(options, 'keyStdin')
  if (!fromStdin && !isSet(options, 'key')) return undefined
  const ask = (): void => terminal.note(`Key for ${toOneLine(name)} (it is not shown):`)
  const typed = (await readPassword({ fromStdin, given: undefined, ask }))?.trim()
  if (!typed) throw new AppError('USAGE', { reason: 'No key was given.' })
  return typed
}

/** `--chat` and `--no-chat`; `undefined`: it stays. */
const readSwitch = (options: TypedOptions, name: 'chat' | 'vision'): boolean | undefined => {
  const value: unknown = options[name]
  return typeof value === 'boolean' ? value : undefined
}

export const add: CommandRun = async (context, [name = ''], options) => {
  const definition = readDefinition(options)
  const key = (await readKey(context, name, options)) ?? null
  const session = await context.open()
  const isChat = readSwitch(options, 'chat')
  const isVision = readSwitch(options, 'vision')
  return print(context, await session.call('providers.add', { name, definition, key, isChat, isVision }))
}

export const update: CommandRun = async (context, [name = ''], options) => {
  const definition = readDefinition(options)
  const key = isSet(options, 'forgetKey') ? null : await readKey(context, name, options)
  const session = await context.open()
  const isChat = readSwitch(options, 'chat')
  const isVision = readSwitch(options, 'vision')
  return print(context, await session.call('providers.update', { name, definition, key, isChat, isVision }))
}

export const remove: CommandRun = async (context, [name = ''], options) => {
  const { terminal, json } = context
  const session = await context.open()
  await session.call('providers.remove', { name, force: isSet(options, 'force') })
  if (json) await terminal.writeJson({ removed: name })
  else await terminal.writeLines([`removed ${toOneLine(name)}, and its key`])
  return exitCodes.done
}

const describeTest = (test: ProviderTest): string[] =>
  test.ok
    ? [
        `${test.name} works`,
        ...(test.embeddingMs === null ? [] : [`  ${test.dimensions ?? '?'} dimensions in ${test.embeddingMs} ms`]),
        ...(test.tokensPerSecond ? [`  about ${test.tokensPerSecond} tokens a second`] : []),
        ...(test.detail ? [`  ${toOneLine(test.detail)}`] : []),
        ...(test.chatMs === null ? [] : [`  an answer in ${test.chatMs} ms`]),
        ...(test.models === null ? [] : [`  models: ${toOneLine(test.models.join(', '))}`]),
      ]
    : [
        `${test.name}: ${toOneLine(test.message ?? 'it failed')} (${test.code ?? '?'})`,
        ...describeCommands([test.code]),
      ]

export const test: CommandRun = async (context, [name = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const result = await session.call('providers.test', { name })
  if (json) await terminal.writeJson(result)
  else await terminal.writeLines(describeTest(result))
  return result.ok ? exitCodes.done : exitCodes.failed
}

const formatUsd = (usd: number): string => `$${usd.toFixed(usd === 0 || usd >= 0.01 ? 2 : 6)}`

const usageLayout: readonly Column<UsageRow>[] = [
  { title: 'DAY', value: ({ day }) => day },
  { title: 'PROVIDER', value: ({ provider }) => provider },
  { title: 'FOR', value: ({ purpose }) => purpose },
  { title: 'COLLECTION', value: ({ collection }) => collection ?? '' },
  { title: 'CALLS', value: ({ calls }) => String(calls), align: 'right' },
  { title: 'TOKENS', value: ({ inputTokens, outputTokens }) => String(inputTokens + outputTokens), align: 'right' },
  { title: 'COST', value: ({ costUsd }) => formatUsd(costUsd), align: 'right' },
  { title: 'MODEL', value: ({ model }) => model, flexible: true },
]

export const usage: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const session = await context.open()
  const used = await session.call('providers.usage', {
    provider: textOf(options, 'provider') ?? null,
    since: textOf(options, 'since') ?? null,
    until: textOf(options, 'until') ?? null,
    job: textOf(options, 'job') ?? null,
    limit: countOf(options, 'limit', 1, MAX_PAGE, 100),
    offset: countOf(options, 'offset', 0, 1_000_000_000, 0),
  })
  if (json) await terminal.writeJson(used)
  else {
    const { calls, retries, unsettled, inputTokens, outputTokens, costUsd } = used.total
    await terminal.writeLines([
      ...formatTable(used.rows, usageLayout, terminal.columns),
      `${calls} calls (${retries} repeated, ${unsettled} without a known end), ${inputTokens + outputTokens} tokens, ${formatUsd(costUsd)}`,
    ])
  }
  return exitCodes.done
}

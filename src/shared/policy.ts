/**
 * Owns the policy of an organization: what its file may say, what that means, and what is left of it when it is broken.
 * Refuses: finding the file (main/settings/policy-file.ts) and applying it. It only ever restricts: nothing in it allows what is not possible
 * without it. A policy that cannot be followed whole is followed in its strictest reading, never in part.
 */
import { z } from 'zod'
import { AppError, toAppError } from './errors'
import { jsonReasonOf } from './json-reason'
import { limitNames, limitTable, type LimitName } from './limits'
import type { BudgetPeriod } from './providers'
import { remark, type Remark } from './remarks'
import { parseSetting, type SettingBounds } from './settings'
import { noPolicy } from './no-policy'
import { FEED_ADDRESS, PUBLIC_KEY, updateChannels } from './updates'

export const POLICY_VERSION = 1
/** Says what the file is, and how it is read. */
const MARK = 'sluicePolicy'

const words = z.string().trim().min(1).max(200)
const amount = z.number().min(0).max(1_000_000_000_000)
const settingValue = z.union([z.number(), z.string().min(1).max(100), z.boolean()]).meta({ id: 'value' })

/** One value: the setting is fixed. Or a default and bounds of its own, between which people choose. */
const settingRule = z
  .union([
    settingValue,
    z.strictObject({ default: settingValue.optional(), min: settingValue.optional(), max: settingValue.optional() }),
  ])
  .meta({ id: 'rule' })

/** `llm.example.org`, `*.example.org` (whatever ends so), either with `:port`; without it every port. */
const HOST = /^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](:\d{1,5})?$/
const hostPattern = z.string().regex(HOST, 'is no host name in small letters, with "*." before it or ":port" after it')

/** Means the same wherever the program is started: absolute on any system, or in the home of the account. */
const PLACE = /^(~$|~[/\\]|\/|[A-Za-z]:[/\\]|\\\\)/

const providerRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('openai'), hosts: z.array(hostPattern).min(1).max(100) }),
  z.strictObject({ kind: z.literal('onnx') }),
])
const providerRules = z.union([z.literal('any'), z.literal('none'), z.array(providerRule).min(1).max(100)])
export type ProviderRules = z.infer<typeof providerRules>

const bound = z.strictObject({ usd: amount.optional(), tokens: amount.optional() })
const budgetRules = z.strictObject({ run: bound.optional(), day: bound.optional(), month: bound.optional() })

const retention = z.strictObject({
  /** Days for which documents that are gone stay known. */
  goneDocumentsDays: z.number().int().min(0).optional(),
  /** Days for which finished tasks and their attempts are kept. */
  finishedTasksDays: z.number().int().min(0).optional(),
  /** Days for which the vectors of the model before are kept. */
  formerVectorsDays: z.number().int().min(0).optional(),
})

/** `none`: there are no updates from inside the program. */
const updateRules = ['none', ...updateChannels] as const
export type UpdateRule = (typeof updateRules)[number]

const updates = z.strictObject({
  channel: z.enum(updateRules).optional(),
  /** Where updates are asked for: https, or http on this computer itself. */
  feed: z.string().max(2_000).regex(FEED_ADDRESS, 'is no https address without a name and a password').optional(),
  /** Of whoever signs that feed, in place of the key that came with the program: PEM, or its base64 alone. */
  publicKey: z.string().max(4_000).regex(PUBLIC_KEY, 'is no public key').optional(),
})

const rulesByName = (): Record<string, z.ZodOptional<typeof settingRule>> =>
  Object.fromEntries(limitNames.map((name) => [name, settingRule.optional()]))

const sections = {
  /** Where editors find the description of this file. */
  $schema: z.string().max(2_000).optional(),
  organization: words.optional(),
  /** Whom people ask. */
  contact: words.optional(),
  settings: z.strictObject(rulesByName()).optional(),
  providers: providerRules.optional(),
  budgets: budgetRules.optional(),
  dataDir: z.string().max(4_096).regex(PLACE, 'is no absolute path, nor one that begins with ~').optional(),
  retention: retention.optional(),
  searchHistory: z.literal('off').optional(),
  updates: updates.optional(),
  telemetry: z.literal('none').optional(),
}

/** The whole file. `docs/policy.schema.json` is made of it. */
export const policyFileSchema = z.strictObject({ [MARK]: z.literal(POLICY_VERSION), ...sections })

/** What a policy says of one setting, in its unit; `null`: nothing. */
export type SettingRule = {
  readonly fixed: number | null
  readonly default: number | null
  readonly min: number | null
  readonly max: number | null
}
const noRule: SettingRule = { fixed: null, default: null, min: null, max: null }

export type PolicyBudgets = Readonly<
  Record<BudgetPeriod, { readonly usd: number | null; readonly tokens: number | null }>
>

/** Why a policy is what it is. `variable`: the one that a variable names, where the system has none. */
export type PolicyPlace = 'system' | 'variable'

export type Policy = {
  /** `null`: there is none. */
  readonly path: string | null
  readonly place: PolicyPlace | null
  readonly organization: string | null
  readonly contact: string | null
  /** It cannot be followed whole: every setting is fixed, no provider is allowed. */
  readonly broken: boolean
  /** What is wrong with it and where. */
  readonly problems: readonly Remark[]
  readonly settings: Readonly<Partial<Record<LimitName, SettingRule>>>
  readonly providers: ProviderRules
  /** At most, of all providers together. */
  readonly budgets: PolicyBudgets | null
  /** As it is written: `~` and `{user}` are filled in where it is used. */
  readonly dataDir: string | null
  readonly updates: UpdateRule | null
  /** Where updates are asked for; `null`: where the person says. */
  readonly updateFeed: string | null
  /** In place of the key that came with the program. */
  readonly updateKey: string | null
  readonly telemetry: 'none' | null
}

/** Which rule of a setting each word of `retention` is. */
const RETAINED = {
  goneDocumentsDays: 'documents.goneDays',
  finishedTasksDays: 'queue.keepDays',
  formerVectorsDays: 'models.keepDays',
} as const satisfies Record<keyof z.infer<typeof retention>, LimitName>

type Collected = { readonly rules: Partial<Record<LimitName, SettingRule>>; readonly problems: Remark[] }

const put = ({ rules, problems }: Collected, name: LimitName, rule: SettingRule, where: string): void => {
  if (rules[name]) problems.push(remark('POLICY_TWICE', { where, name }))
  else rules[name] = rule
}

const isRange = (rule: z.infer<typeof settingRule>): rule is Exclude<typeof rule, string | number | boolean> =>
  typeof rule === 'object'

/** A value in bounds; told and left out (`null`) when it is not. */
const readValue = (name: LimitName, value: z.infer<typeof settingValue>, where: string, problems: Remark[]) => {
  try {
    return parseSetting(name, typeof value === 'boolean' ? String(value) : value)
  } catch (thrown) {
    problems.push(remark('POLICY_VALUE', { where }, toAppError(thrown)))
    return null
  }
}

const readRule = (name: LimitName, given: z.infer<typeof settingRule>, problems: Remark[]): SettingRule => {
  const where = `settings.${name}`
  if (!isRange(given)) return { ...noRule, fixed: readValue(name, given, where, problems) }
  const read = (part: 'default' | 'min' | 'max'): number | null => {
    const value = given[part]
    return value === undefined ? null : readValue(name, value, `${where}.${part}`, problems)
  }
  const rule = { ...noRule, default: read('default'), min: read('min'), max: read('max') }
  const { min, max } = rule
  const facts = { where, ...rule, unit: limitTable[name].unit }
  if (min !== null && max !== null && min > max) problems.push(remark('POLICY_MIN_ABOVE', facts))
  if (rule.default !== null && max !== null && rule.default > max) problems.push(remark('POLICY_DEFAULT_ABOVE', facts))
  if (rule.default !== null && min !== null && rule.default < min) problems.push(remark('POLICY_DEFAULT_BELOW', facts))
  return rule
}

const isSection = (key: string): key is keyof typeof sections => Object.hasOwn(sections, key)

const placeOf = (parts: readonly PropertyKey[]): string => parts.map(String).join('.')

/** What the schema says of one field: in its words, and as facts for other words. */
const fieldProblem = (key: string, issue: z.core.$ZodIssue): Remark =>
  remark('POLICY_FIELD', {
    where: placeOf([key, ...issue.path]),
    message: issue.message,
    issue: issue.code,
    ...('expected' in issue ? { expected: String(issue.expected) } : {}),
    ...('keys' in issue ? { keys: issue.keys.join(', ') } : {}),
    ...('values' in issue ? { values: issue.values.map(String).join(', ') } : {}),
    ...('minimum' in issue ? { minimum: Number(issue.minimum) } : {}),
    ...('maximum' in issue ? { maximum: Number(issue.maximum) } : {}),
  })

type Content = Partial<z.infer<typeof policyFileSchema>>

/** Each section by itself, so that what is wrong in one does not hide what another forbids. */
const readSections = (content: Readonly<Record<string, unknown>>, problems: Remark[]): Content => {
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(content)) {
    if (key === MARK) continue
    if (!isSection(key)) {
      problems.push(remark('POLICY_SECTION', { name: key }))
      continue
    }
    if (key === 'settings') {
      read[key] = readNamed(value, problems)
      continue
    }
    const parsed = sections[key].safeParse(value)
    if (parsed.success) read[key] = parsed.data
    else for (const issue of parsed.error.issues) problems.push(fieldProblem(key, issue))
  }
  return read
}

/** The rules of settings that are rules. */
const readNamed = (value: unknown, problems: Remark[]): Record<string, z.infer<typeof settingRule>> => {
  const named = z.record(z.string(), z.unknown()).safeParse(value)
  if (!named.success) {
    problems.push(remark('POLICY_NO_NAMES'))
    return {}
  }
  const rules: Record<string, z.infer<typeof settingRule>> = {}
  for (const [name, given] of Object.entries(named.data)) {
    const parsed = settingRule.safeParse(given)
    if (!Object.hasOwn(limitTable, name)) problems.push(remark('POLICY_NO_SETTING', { name }))
    else if (parsed.success) rules[name] = parsed.data
    else problems.push(remark('POLICY_NO_RULE', { name }))
  }
  return rules
}

/** A channel is a setting that is fixed; none is that nothing asks by itself. Said twice with one meaning is no contradiction. */
const collectUpdates = (collected: Collected, channel: UpdateRule | undefined): void => {
  if (channel === undefined) return
  const name = channel === 'none' ? 'updates.check' : 'updates.channel'
  const fixed = channel === 'none' ? 0 : updateChannels.indexOf(channel)
  if (collected.rules[name]?.fixed !== fixed) put(collected, name, { ...noRule, fixed }, 'updates.channel')
}

const collectRules = (content: Content, problems: Remark[]): Partial<Record<LimitName, SettingRule>> => {
  const collected: Collected = { rules: {}, problems }
  for (const name of limitNames) {
    const given = content.settings?.[name]
    if (given !== undefined) put(collected, name, readRule(name, given, problems), 'settings')
  }
  for (const [word, name] of Object.entries(RETAINED) as [keyof typeof RETAINED, LimitName][]) {
    const days = content.retention?.[word]
    if (days === undefined) continue
    const max = readValue(name, days, `retention.${word}`, problems)
    put(collected, name, { ...noRule, max }, `retention.${word}`)
  }
  const history = collected.rules['search.history']
  // Said twice with one meaning is no contradiction.
  if (content.searchHistory === 'off' && history?.fixed !== 0)
    put(collected, 'search.history', { ...noRule, fixed: 0 }, 'searchHistory')
  collectUpdates(collected, content.updates?.channel)
  return collected.rules
}

const budgetsOf = (given: z.infer<typeof budgetRules> | undefined): PolicyBudgets | null => {
  if (!given) return null
  const of = (period: BudgetPeriod) => ({ usd: given[period]?.usd ?? null, tokens: given[period]?.tokens ?? null })
  return { run: of('run'), day: of('day'), month: of('month') }
}

type Origin = { readonly path: string; readonly place: PolicyPlace }

const strictest = (origin: Origin, known: Content, rules: Policy['settings'], problems: readonly Remark[]): Policy => ({
  ...noPolicy,
  ...origin,
  organization: known.organization ?? null,
  contact: known.contact ?? null,
  broken: true,
  problems,
  settings: { ...rules, 'search.history': { ...noRule, fixed: 0 } },
  providers: 'none',
  budgets: budgetsOf(known.budgets),
  dataDir: known.dataDir ?? null,
  updates: 'none',
  updateFeed: null,
  updateKey: null,
  telemetry: 'none',
})

/** A policy that cannot even be read: the strictest reading of nothing. */
export const unreadablePolicy = (origin: Origin, reason: string): Policy =>
  strictest(origin, {}, {}, [remark('POLICY_UNUSABLE', { reason })])

const parseObject = (text: string): Record<string, unknown> | string => {
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    const parsed = z.record(z.string(), z.unknown()).safeParse(content)
    return parsed.success ? parsed.data : 'it holds no JSON object'
  } catch (thrown) {
    return jsonReasonOf(thrown)
  }
}

const judgeMark = (mark: unknown): Remark | null => {
  if (mark === POLICY_VERSION) return null
  if (typeof mark === 'number' && Number.isInteger(mark) && mark > POLICY_VERSION)
    return remark('POLICY_NEWER', { mark: MARK, version: mark, known: POLICY_VERSION })
  return remark('POLICY_UNMARKED', { mark: MARK, known: POLICY_VERSION })
}

/**
 * What the text of a policy means. Never throws: one with a fault anywhere is `broken`, with every fault told, and then means its strictest
 * reading: no providers, no history of searches, every setting fixed, at what can be read of its rule, else at its default.
 */
export const readPolicy = (text: string, origin: Origin): Policy => {
  const content = parseObject(text)
  if (typeof content === 'string') return unreadablePolicy(origin, content)
  const problems: Remark[] = []
  const mark = judgeMark(content[MARK])
  if (mark !== null) problems.push(mark)
  const known = readSections(content, problems)
  const settings = collectRules(known, problems)
  if (problems.length > 0) return strictest(origin, known, settings, problems)
  return {
    ...origin,
    organization: known.organization ?? null,
    contact: known.contact ?? null,
    broken: false,
    problems,
    settings,
    providers: known.providers ?? 'any',
    budgets: budgetsOf(known.budgets),
    dataDir: known.dataDir ?? null,
    updates: known.updates?.channel ?? null,
    updateFeed: known.updates?.feed ?? null,
    updateKey: known.updates?.publicKey ?? null,
    telemetry: known.telemetry ?? null,
  }
}

/** Bounds and default of a setting under a policy; with `fixed` the only value it has. */
export const rowUnder = (policy: Policy, name: LimitName): SettingBounds => {
  const row = limitTable[name]
  const rule = policy.settings[name] ?? noRule
  const max = Math.max(row.min, Math.min(row.max, rule.max ?? row.max))
  // Of bounds that exclude each other (the policy is broken then) the upper one is kept.
  const min = Math.min(max, Math.max(row.min, rule.min ?? row.min))
  const standard = Math.min(max, Math.max(min, rule.default ?? row.default))
  const fixed = rule.fixed ?? (policy.broken ? standard : null)
  return { min, max, default: standard, fixed }
}

/** Refuses to change what is fixed. @throws SETTING_LOCKED */
export const refuseFixed = (policy: Policy, name: LimitName): void => {
  const { fixed } = rowUnder(policy, name)
  if (fixed !== null) throw lockedBy(policy, name)
}

export const lockedBy = (policy: Policy, names: string): AppError =>
  new AppError('SETTING_LOCKED', {
    name: names,
    organization: policy.organization,
    broken: policy.broken ? (policy.path ?? '') : null,
  })

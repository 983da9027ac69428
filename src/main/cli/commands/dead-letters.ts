/**
 * Owns `sluice dead-letters …`: what failed for good, why, and what is done about it. Refuses: waiting for what is replayed; `run` does.
 */
import type { Attempt, DeadLetter, DeadLetterFilter } from '../../../shared/dead-letters'
import { AppError, formatBytes, isErrorCode } from '../../../shared/errors'
import { formatSetting } from '../../../shared/setting-format'
import { isSettingName } from '../../../shared/settings'
import { limitTable } from '../../../shared/limits'
import type { Session } from '../../owner/session'
import { agrees } from '../agreement'
import { noteNobodyWorks, type CommandContext, type CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { countOf, isSet, textOf, type TypedOptions } from '../options'
import { deadLetterHead, toDeadLetterRecord } from '../output/dead-letter-csv'
import { toOneLine, wrapWords } from '../output/display-text'
import { describeCommands } from '../output/helpful-command'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatDuration, formatMoment, formatNoun } from '../output/units'
import { readFlags } from './settings'

const MAX_PAGE = 1_000
const PLAIN_COLUMNS = 120
/** As many as one call puts aside or takes back. */
const MARK_STEP = 10_000

const layout: readonly Column<DeadLetter>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'JOB', value: ({ job }) => job, align: 'right' },
  { title: 'CODE', value: ({ code }) => code },
  { title: 'PHASE', value: ({ phase }) => phase },
  { title: 'TRIES', value: ({ attempts }) => String(attempts.filter(({ counted }) => counted).length), align: 'right' },
  { title: 'SINCE', value: ({ at }) => formatMoment(at) },
  { title: 'WHAT', value: ({ path }) => toOneLine(path), flexible: true },
]

const codeOf = (options: TypedOptions): DeadLetterFilter['code'] => {
  const code = textOf(options, 'code')
  if (code === undefined) return undefined
  if (isErrorCode(code)) return code
  throw new AppError('USAGE', {
    reason: `"${code}" is no error code; "sluice dead-letters list" shows those there are.`,
  })
}

const filterOf = (options: TypedOptions): DeadLetterFilter => ({
  code: codeOf(options),
  job: textOf(options, 'job'),
  collection: textOf(options, 'collection'),
  rejected: isSet(options, 'rejected'),
  discarded: isSet(options, 'discarded'),
})

const NARROWING = ['code', 'job', 'collection'] as const

/** Named by id, or chosen by what they have in common; never all of them by an oversight. */
const choose = (words: readonly string[], options: TypedOptions): DeadLetterFilter => {
  const isNarrowed = NARROWING.some((name) => textOf(options, name) !== undefined)
  const isAll = isSet(options, 'all') || isNarrowed
  if (words.length > 0 === isAll)
    throw new AppError('USAGE', { reason: 'Name dead letters by id, or give --all, --code, --job or --collection.' })
  return words.length > 0 ? { ...filterOf(options), ids: [...words], rejected: true } : filterOf(options)
}

export const list: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const page = {
    offset: countOf(options, 'offset', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: countOf(options, 'limit', 1, MAX_PAGE, 100),
  }
  const isCsv = isSet(options, 'csv')
  if (json && isCsv) throw new AppError('USAGE', { reason: 'Give --json or --csv, not both.' })
  const session = await context.open()
  const filter = filterOf(options)
  const { deadLetters, total } = await session.call('deadLetters.list', { ...filter, ...page })
  if (json) await terminal.writeJson({ deadLetters, total })
  else if (isCsv) await terminal.write(deadLetterHead() + deadLetters.map(toDeadLetterRecord).join(''))
  else if (total === 0)
    await terminal.writeLine(filter.discarded ? 'Nothing was put aside.' : 'There is no dead letter.')
  else {
    const { groups } = await session.call('deadLetters.groups', filter)
    await terminal.writeLines([
      ...formatTable(deadLetters, layout, terminal.columns),
      '',
      ...groups.flatMap(({ code, count, message, remedy }) => [
        `${formatCount(count)} × ${code}: ${remedy.label}`,
        ...wrapWords(toOneLine(message), (terminal.columns ?? PLAIN_COLUMNS) - 2).map((line) => `  ${line}`),
        ...describeCommands([code]),
      ]),
      ...(deadLetters.length < total ? [`${formatCount(deadLetters.length)} of ${formatCount(total)}.`] : []),
    ])
  }
  return exitCodes.done
}

const describeAttempt = ({ at, ms, phase, code, message, counted, worker, peakRssBytes }: Attempt): string => {
  const how = code === null ? 'went well' : `${code}: ${toOneLine(message ?? '')}`
  const spent = counted ? '' : ', not counted'
  const peak = peakRssBytes === null ? '' : `, up to ${formatBytes(peakRssBytes)}`
  return `  ${formatMoment(at)}  ${phase}, ${formatDuration(ms)}${worker === null ? '' : `, ${worker}`}${peak}${spent}: ${how}`
}

const describeRemedy = ({ id, documentId, remedy }: DeadLetter): string => {
  const { setting, suggested, label } = remedy
  if (remedy.kind === 'password' && documentId !== null) return `${label}: sluice documents password ${documentId}`
  if (setting === null || suggested === null || !isSettingName(setting)) return label
  const value = formatSetting(suggested, limitTable[setting].unit).replaceAll(' ', '')
  return `${label}: sluice dead-letters replay ${id} --allow ${setting}=${value}`
}

export const show: CommandRun = async (context, [id = '']) => {
  const { terminal, json } = context
  const session = await context.open()
  const { deadLetter, log } = await session.call('deadLetters.show', { id })
  if (json) {
    await terminal.writeJson({ ...deadLetter, log })
    return exitCodes.done
  }
  const { path, location, collection, job, phase, code, message, bytes, discardedAt, attempts } = deadLetter
  await terminal.writeLines([
    terminal.style('red', toOneLine(path)),
    `  ${toOneLine(location)}, ${formatCount(bytes)} bytes; job ${job}, collection ${toOneLine(collection)}`,
    ...wrapWords(`${phase}: ${toOneLine(message)} (${code})`, (terminal.columns ?? PLAIN_COLUMNS) - 2).map(
      (line) => `  ${line}`,
    ),
    `  What helps: ${describeRemedy(deadLetter)}`,
    ...(discardedAt === null ? [] : [`  Put aside ${formatMoment(discardedAt)}.`]),
    'Attempts:',
    ...attempts.map(describeAttempt),
    ...(log.length === 0 ? [] : ['Log:', ...log.map((line) => `  ${toOneLine(line)}`)]),
  ])
  return exitCodes.done
}

export const replay: CommandRun = async (context, words, options) => {
  const { terminal, json } = context
  const filter = choose(words, options)
  const allowed = readFlags(options, 'allow')
  const session = await context.open()
  const replayed = await session.call('deadLetters.replay', { filter, settings: { ...allowed } })
  if (json) await terminal.writeJson(replayed)
  else if (replayed.tasks === 0) await terminal.writeLine('There is nothing to replay.')
  else
    await terminal.writeLine(
      `${formatNoun(replayed.tasks, 'task')} queued again, in ${formatNoun(replayed.jobs.length, 'job')}: ${replayed.jobs.join(', ')}.`,
    )
  if (replayed.tasks > 0) noteNobodyWorks(terminal, session)
  return exitCodes.done
}

type Marking = {
  readonly name: 'deadLetters.discard' | 'deadLetters.restore'
  readonly tell: (count: string) => string
  /** What is asked before; without it nothing is. */
  readonly ask?: (count: string) => string
}

/** Whether it is done: what was named by id is meant; of what was chosen otherwise a person may not know how much it is. */
const isMeant = async (
  { terminal, json }: CommandContext,
  session: Session,
  { filter, ask }: Pick<Marking, 'ask'> & { readonly filter: DeadLetterFilter },
): Promise<boolean> => {
  if (ask === undefined || json || filter.ids !== undefined) return true
  const { total } = await session.call('deadLetters.list', { ...filter, offset: 0, limit: 1 })
  return total === 0 || agrees({ terminal, question: ask(formatNoun(total, 'dead letter')) })
}

const mark =
  ({ name, tell, ask }: Marking): CommandRun =>
  async (context, words, options) => {
    const { terminal, json } = context
    const filter = choose(words, options)
    const session = await context.open()
    const isAgreed = isSet(options, 'yes') || (await isMeant(context, session, { filter, ...(ask && { ask }) }))
    if (!isAgreed) {
      await terminal.writeLine('Nothing was changed.')
      return exitCodes.problems
    }
    const marked: { ids: string[]; total: number } = { ids: [], total: 0 }
    // So many at a time; what was done is not chosen again.
    for (let step = MARK_STEP; step >= MARK_STEP;) {
      const some = await session.call(name, { filter })
      marked.ids.push(...some.ids)
      marked.total += some.total
      step = some.total
    }
    if (json) await terminal.writeJson(marked)
    else await terminal.writeLine(tell(formatNoun(marked.total, 'dead letter')))
    return exitCodes.done
  }

export const discard = mark({
  name: 'deadLetters.discard',
  ask: (count) => `Put ${count} aside? Nothing is deleted, and they can be taken back.`,
  tell: (count) => `${count} put aside. Nothing is deleted; "sluice dead-letters restore" takes it back.`,
})
export const restore = mark({ name: 'deadLetters.restore', tell: (count) => `${count} taken back.` })

/**
 * Owns `sluice documents …`. Refuses: touching the originals; removing forgets what was indexed.
 */
import { documentStates, type DocumentRow, type Removal, type RemovalProof } from '../../../shared/domain'
import type { CallParams } from '../../../shared/calls'
import { documentOrders } from '../../../shared/document-lists'
import { AppError, formatBytes } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { choiceOf, countOf, isSet, listOf, textOf, type TypedOptions } from '../options'
import { padTo, toOneLine, toSafeText } from '../output/display-text'
import { documentHead, toDocumentRecord } from '../output/document-csv'
import { describeCoverage } from '../output/receipt'
import { addProofs, describeProof } from '../output/removal-proof'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatMoment, formatNoun } from '../output/units'

const MAX_PAGE = 1_000
const REMOVE_PAGE = 1_000
/** A proof writes all files anew: one for all that a command line can name. */
const PROVE_PAGE = 100_000

const layout: readonly Column<DocumentRow>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'KIND', value: ({ kind }) => kind ?? '–' },
  { title: 'PASSAGES', value: ({ chunks }) => formatCount(chunks), align: 'right' },
  { title: 'SIZE', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
  { title: 'COLLECTION', value: ({ collection }) => collection },
  { title: 'PATH', value: ({ path }) => path, flexible: true },
]

type Asked = Omit<CallParams<'documents.list'>, 'offset' | 'limit'>

const askedOf = (options: TypedOptions): Asked => {
  const states = listOf(options, 'state')
  const [kinds, languages] = [listOf(options, 'kind'), listOf(options, 'language')]
  return {
    collection: textOf(options, 'collection'),
    states: states.length === 0 ? undefined : documentStates.filter((state) => states.includes(state)),
    contains: textOf(options, 'contains'),
    kinds: kinds.length === 0 ? undefined : kinds,
    languages: languages.length === 0 ? undefined : languages,
    sort: choiceOf(options, 'order', documentOrders),
    descending: isSet(options, 'descending'),
  }
}

/** Written together: one write a row would take longer than reading them. */
const EXPORT_PAGE = 500

/** Pages of documents, none of them twice: what comes or goes meanwhile moves the others. */
async function* readPages(
  session: Session,
  asked: Asked,
  { offset, most }: { offset: number; most: number },
): AsyncGenerator<DocumentRow[]> {
  const told = new Set<string>()
  for (let from = offset; told.size < most;) {
    const limit = Math.min(EXPORT_PAGE, most - told.size)
    const { documents, total } = await session.call('documents.list', { ...asked, offset: from, limit })
    const fresh = documents.filter(({ id }) => !told.has(id))
    for (const { id } of fresh) told.add(id)
    yield fresh
    from += documents.length
    if (documents.length === 0 || from >= total) return
  }
}

const exports: Readonly<
  Record<
    'csv' | 'json',
    { begin: string; row: (row: DocumentRow, isFirst: boolean) => string; end: (n: number) => string }
  >
> = {
  csv: { begin: documentHead(), row: toDocumentRecord, end: () => '' },
  // One document of JSON, written piece by piece.
  json: {
    begin: '{"documents": [',
    row: (row, isFirst) => `${isFirst ? '' : ','}\n  ${JSON.stringify(row)}`,
    end: (n) => `\n], "total": ${n}}\n`,
  },
}

/** All of them, or as many as were asked for, however many those are. */
const exportAll = async (
  { terminal, open }: CommandContext,
  asked: Asked,
  bounds: { offset: number; most: number },
  format: 'csv' | 'json',
): Promise<ExitCode> => {
  const { begin, row, end } = exports[format]
  let written = 0
  let head = begin
  // What cannot be asked for is an error before anything is printed.
  for await (const page of readPages(await open(), asked, bounds)) {
    await terminal.write(head + page.map((document, at) => row(document, written + at === 0)).join(''))
    written += page.length
    head = ''
    if (terminal.isClosed) return exitCodes.done
  }
  await terminal.write(head + end(written))
  return exitCodes.done
}

export const list: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const format = choiceOf(options, 'format', ['csv', 'json'] as const)
  const offset = countOf(options, 'offset', 0, Number.MAX_SAFE_INTEGER, 0)
  const asked = askedOf(options)
  if (json && format === 'csv') throw new AppError('USAGE', { reason: 'Give --json or --format csv, not both.' })
  if (format !== undefined) {
    const most = countOf(options, 'limit', 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    return exportAll(context, asked, { offset, most }, format)
  }
  const limit = countOf(options, 'limit', 1, MAX_PAGE, 100)
  const session = await context.open()
  const found = await session.call('documents.list', { ...asked, offset, limit })
  if (json) await terminal.writeJson(found)
  else {
    const last = offset + found.documents.length
    if (found.documents.length > 0) await terminal.writeLines(formatTable(found.documents, layout, terminal.columns))
    await terminal.writeLine(
      last < found.total || offset > 0
        ? `${formatCount(found.documents.length)} of ${formatNoun(found.total, 'document')}; more with --offset ${last}.`
        : `${formatNoun(found.total, 'document')}.`,
    )
  }
  return exitCodes.done
}

const facts: readonly { title: string; value: (document: DocumentRow) => string | null }[] = [
  { title: 'Path', value: ({ path }) => path },
  { title: 'Location', value: ({ location }) => location },
  { title: 'Collection', value: ({ collection }) => collection },
  { title: 'Title', value: ({ title }) => title },
  { title: 'State', value: ({ state }) => state },
  { title: 'Problem', value: ({ code, message }) => (code === null ? null : `${message ?? ''} (${code})`) },
  { title: 'Kind', value: ({ kind }) => kind },
  { title: 'Parts', value: ({ coverage }) => (coverage ? describeCoverage(coverage) || null : null) },
  { title: 'Gone', value: ({ goneAt }) => (goneAt ? formatMoment(goneAt) : null) },
  { title: 'Pages', value: ({ pages }) => (pages === null ? null : formatCount(pages)) },
  { title: 'Size', value: ({ bytes }) => formatBytes(bytes) },
  { title: 'Passages', value: ({ chunks }) => formatCount(chunks) },
  { title: 'Pending', value: ({ pendingVectors }) => (pendingVectors > 0 ? formatCount(pendingVectors) : null) },
  { title: 'Summary', value: ({ summary }) => summary?.text ?? null },
  { title: 'Indexed', value: ({ indexedAt }) => (indexedAt === null ? null : formatMoment(indexedAt)) },
]

const printFacts = async ({ terminal }: CommandContext, document: DocumentRow): Promise<void> => {
  const lines = facts.flatMap(({ title, value }) => {
    const text = value(document)
    return text === null ? [] : [`${padTo(title, 12)}${toOneLine(text)}`]
  })
  await terminal.writeLines(lines)
}

/** The text in the pieces in which the engine hands it out. */
async function* readText(session: Session, id: string): AsyncGenerator<string> {
  for (let offset: number | null = 0; offset !== null;) {
    const piece: { text: string; nextOffset: number | null } = await session.call('documents.text', { id, offset })
    yield piece.text
    offset = piece.nextOffset
  }
}

export const show: CommandRun = async (context, [id = ''], options) => {
  const { terminal, json } = context
  const session = await context.open()
  const document = await session.call('documents.show', { id })
  if (!isSet(options, 'text')) {
    if (json) await terminal.writeJson(document)
    else await printFacts(context, document)
    return exitCodes.done
  }
  const pieces: string[] = []
  for await (const piece of readText(session, id)) {
    if (json) pieces.push(piece)
    else await terminal.write(terminal.columns === null ? piece : toSafeText(piece))
  }
  if (json) await terminal.writeJson({ ...document, text: pieces.join('') })
  else await terminal.writeLine()
  return exitCodes.done
}

export const remove: CommandRun = async (context, ids, options) => {
  const { terminal, json } = context
  const session = await context.open()
  const prove = isSet(options, 'prove')
  let removed = 0
  let proof: RemovalProof | undefined
  const pageSize = prove ? PROVE_PAGE : REMOVE_PAGE
  for (let from = 0; from < ids.length; from += pageSize) {
    const page = await session.call('documents.remove', { ids: ids.slice(from, from + pageSize), prove })
    removed += page.removed
    proof = page.proof && addProofs(proof, page.proof)
  }
  if (json) await terminal.writeJson({ removed, ...(proof ? { proof } : {}) })
  else
    await terminal.writeLine(
      `Removed ${formatNoun(removed, 'document')} from the index; the files are where they were.`,
    )
  if (proof !== undefined && !json) await terminal.writeLine(describeProof(proof))
  return proof === undefined || proof.proven ? exitCodes.done : exitCodes.problems
}

const removalLayout: readonly Column<Removal>[] = [
  { title: 'ASKED', value: ({ begunAt }) => formatMoment(begunAt) },
  { title: 'OF', value: ({ documents }) => (documents === null ? 'a collection' : formatNoun(documents, 'document')) },
  { title: 'TEXTS', value: ({ texts }) => formatCount(texts), align: 'right' },
  { title: 'PROVEN', value: ({ provenAt }) => (provenAt === null ? '–' : formatMoment(provenAt)) },
  {
    title: 'OUTCOME',
    value: ({ proof }) => (proof === null ? 'not proven: not ended yet' : describeProof(proof)),
    flexible: true,
  },
]

/** What was removed with proof; what a process that died had begun is ended first, so that everybody who asked for a proof gets one. */
export const removals: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const told = await session.call('documents.removals', { end: true })
  if (json) await terminal.writeJson(told)
  else if (told.total === 0) await terminal.writeLine('Nothing was removed with proof.')
  else await terminal.writeLines(formatTable(told.removals, removalLayout, terminal.columns))
  return told.removals.every(({ proof }) => proof?.proven === true) ? exitCodes.done : exitCodes.problems
}

/**
 * Owns `sluice documents …`. Refuses: touching the originals; removing forgets what was indexed.
 */
import { documentStates, type DocumentRow, type Removal, type RemovalProof } from '../../../shared/domain'
import { formatBytes } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { countOf, isSet, listOf, textOf } from '../options'
import { padTo, toOneLine, toSafeText } from '../output/display-text'
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

export const list: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const states = listOf(options, 'state')
  const page = {
    offset: countOf(options, 'offset', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: countOf(options, 'limit', 1, MAX_PAGE, 100),
  }
  const session = await context.open()
  const found = await session.call('documents.list', {
    ...page,
    collection: textOf(options, 'collection'),
    states: states.length === 0 ? undefined : documentStates.filter((state) => states.includes(state)),
    contains: textOf(options, 'contains'),
  })
  if (json) await terminal.writeJson(found)
  else {
    const last = page.offset + found.documents.length
    if (found.documents.length > 0) await terminal.writeLines(formatTable(found.documents, layout, terminal.columns))
    await terminal.writeLine(
      last < found.total || page.offset > 0
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

/**
 * Owns what a drop or a paste carries: files, addresses, text. Read at once, as the browser forgets it afterwards; then made paths that can be
 * offered. Refuses: fetching anything; a link is told, not followed.
 */
import { getBridge } from '../client/bridge'
import { callApp } from '../client/caller'
import { showFailure, showNote } from '../client/failures'
import { t } from '../text/language'
import { keepNote } from './notes'
import type { OfferedPath } from '../../shared/calls'
import type { NoteKind } from '../../shared/notes'

type CarriedText = { readonly kind: Exclude<NoteKind, 'file'>; readonly text: string }

/** What is carried, taken out of its event. */
export type Transfer = {
  readonly files: readonly File[]
  readonly addresses: readonly string[]
  readonly text: CarriedText | null
}

/** Types that are taken where there are no files. */
const TEXT_TYPES = ['message/rfc822', 'text/uri-list', 'text/plain', 'text/html']
const MOST_ADDRESSES = 2_000
/** A word with a colon (`TODO:call`) is no address. */
const ADDRESS = /^(?:file:|[a-z][a-z\d+.-]+:\/\/)\S*$/i

/** Whether there is anything in it that could be taken. */
export const carries = (types: readonly string[]): 'files' | 'text' | null => {
  if (types.includes('Files')) return 'files'
  return TEXT_TYPES.some((type) => types.includes(type)) ? 'text' : null
}

/** Two headers of a mail in its first lines, one of them its sender. */
export const isMail = (text: string): boolean => {
  const head = text.slice(0, 8_000).split(/\r?\n\r?\n/)[0] ?? ''
  return /^[\w-]+:/.test(head) && /^from:\s*\S/im.test(head) && /^(?:subject|date|message-id|received):/im.test(head)
}

const readText = (read: (type: string) => string, addresses: readonly string[]): CarriedText | null => {
  const mail = read('message/rfc822')
  if (mail !== '') return { kind: 'mail', text: mail }
  const plain = read('text/plain')
  // What only repeats the addresses is no text of its own.
  const rest = plain.split(/\r?\n/).filter((line) => line.trim() !== '' && !addresses.includes(line.trim()))
  if (addresses.length > 0 && rest.length === 0) return null
  if (plain.trim() !== '') return { kind: isMail(plain) ? 'mail' : 'text', text: plain }
  const html = addresses.length > 0 ? '' : read('text/html')
  return html.trim() === '' ? null : { kind: 'html', text: html }
}

/** Takes out what is carried, at once. */
export const readTransfer = (data: Pick<DataTransfer, 'files' | 'getData'>): Transfer => {
  const files = Array.from(data.files)
  if (files.length > 0) return { files, addresses: [], text: null }
  const read = (type: string): string => data.getData(type)
  const plain = read('text/plain').trim()
  const listed = read('text/uri-list') || (ADDRESS.test(plain) ? plain : '')
  const addresses = listed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, MOST_ADDRESSES)
  return { files, addresses, text: readText(read, addresses) }
}

const readAddresses = async (addresses: readonly string[]): Promise<OfferedPath[]> => {
  if (addresses.length === 0) return []
  const { paths, missing, others } = await callApp('intake.addresses', { addresses: [...addresses] })
  if (others > 0) showNote(t('intake.linksNotFetched'), t('intake.linksNotFetchedHelp'))
  const names = missing.slice(0, 5).join(', ')
  if (missing.length > 0)
    showNote(t('intake.missing', { count: missing.length, names }), t('intake.missingWhich', { names }))
  return paths
}

const pathOf = async (file: File): Promise<OfferedPath> => {
  const [path] = getBridge().pathsOfDrop([file])
  return path ?? keepNote('file', file.name, file)
}

/** Makes paths of it that can be offered; what has no file of its own becomes a note. One that cannot be kept is told, and the rest goes on. */
export const toPaths = async ({ files, addresses, text }: Transfer): Promise<OfferedPath[]> => {
  const paths: OfferedPath[] = []
  let failed = 0
  const add = async (made: () => Promise<readonly OfferedPath[]>): Promise<void> => {
    try {
      paths.push(...(await made()))
    } catch (thrown) {
      failed += 1
      showFailure(thrown)
    }
  }
  for (const file of files) await add(async () => [await pathOf(file)])
  await add(() => readAddresses(addresses))
  if (text !== null) await add(async () => [await keepNote(text.kind, null, new Blob([text.text]))])
  if (paths.length === 0 && addresses.length === 0 && failed === 0)
    showNote(t('intake.nothingToAdd'), t('intake.noFile'))
  return paths
}

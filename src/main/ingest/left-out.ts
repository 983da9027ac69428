/**
 * Owns the kinds that a person leaves out of a job before it starts: which words name them, and what of a kind a name promises.
 * Refuses: looking at bytes; a document whose name hides its kind is left out when its content has told it.
 */
import { AppError } from '../../shared/errors'
import { documentKinds, isArchiveName, kindOfType } from '../../shared/kinds'
import type { Warning } from '../../shared/work'

const IMAGE_NAME = /\.(?:png|jpe?g|gif|tiff?|bmp|webp|heic|heif|avif|jp2)$/i

/** The kind that a name promises: of documents, `archive` or `image`; `null` when it promises none. */
export const kindOfName = (path: string): string | null => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (isArchiveName(name)) return 'archive'
  if (IMAGE_NAME.test(name)) return 'image'
  const dot = name.lastIndexOf('.')
  return dot < 0 ? null : kindOfType(name.slice(dot))
}

/** What a person wrote, as kinds. @throws USAGE */
export const parseKinds = (words: readonly string[]): string[] => {
  const kinds = words.map((word) => {
    const name = word.trim().toLowerCase()
    const kind = name === 'archive' || name === 'image' ? name : (kindOfType(name) ?? kindOfName(`x.${name}`))
    if (kind !== null) return kind
    const possible = [...new Set([...documentKinds, 'archive', 'image'])].join(', ')
    throw new AppError('USAGE', { reason: `"${word}" is no kind that can be left out; use ${possible}.` })
  })
  return [...new Set(kinds)]
}

/** The problem of an item of this kind, when its job leaves that out. */
export const problemOfKind = (kind: string | null, leaveOut: readonly string[]): Warning | null =>
  kind !== null && leaveOut.includes(kind)
    ? { code: 'IGNORED', details: { rule: `the choice to leave out the kind "${kind}"` } }
    : null

/**
 * Owns how the text of a document is put together again from its chunks.
 * Refuses: reading the original.
 */
import type { Operations } from './contract'
import type { Database } from './database'

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00

/**
 * A piece of the text from `offset` (UTF-16 units), at most `limitChars` long. Chunks may overlap; what lies between two of them was
 * white space and comes back as line ends. A character is never cut in half.
 */
export const readDocumentText = (
  db: Database,
  { id, offset, limitChars }: Operations['documents.text']['params'],
): Operations['documents.text']['result'] => {
  const document = db.get<{ content_id: number | null }>('SELECT content_id FROM documents WHERE id = ?', id)
  if (document === null) return null
  const { content_id: contentId } = document
  if (contentId === null) return { text: '', nextOffset: null }
  const until = offset + Math.max(2, limitChars)
  const { total } = db.one<{ total: number }>(
    'SELECT COALESCE(max("end"), 0) AS total FROM chunks WHERE content_id = ?',
    contentId,
  )
  const chunks = db.all<{ text: string; start: number }>(
    'SELECT text, "start" FROM chunks WHERE content_id = ? AND "start" < ? AND "end" > ? ORDER BY "start", "end"',
    contentId,
    until,
    offset,
  )
  let text = ''
  for (const chunk of chunks) {
    const at = offset + text.length
    if (chunk.start > at) text += '\n'.repeat(chunk.start - at)
    text += chunk.text.slice(Math.max(0, offset + text.length - chunk.start))
  }
  const end = Math.min(until, total)
  text = text.slice(0, Math.max(0, end - offset)).padEnd(Math.max(0, end - offset), '\n')
  const cutsCharacter = end < total && isHighSurrogate(text.charCodeAt(text.length - 1))
  if (cutsCharacter) text = text.slice(0, -1)
  const nextOffset = offset + text.length
  return { text, nextOffset: nextOffset < total ? nextOffset : null }
}

/**
 * Owns the file that a list of documents is exported to: all that its filter leaves, in its order, read page by page.
 * Refuses: asking where, and the texts of documents.
 */
import { documentHead, toDocumentRecord } from '../cli/output/document-csv'
import { writePieces } from './whole-file'
import type { ExportFormat } from '../../shared/app-calls'
import type { Caller, CallParams } from '../../shared/calls'
import type { DocumentRow } from '../../shared/domain'

/** A page stays well below the largest message. */
const PAGE = 400

type Asked = Omit<CallParams<'documents.list'>, 'offset' | 'limit'>

async function* readDocuments(call: Caller, asked: Asked): AsyncGenerator<readonly DocumentRow[]> {
  for (let offset = 0, total = 1; offset < total;) {
    const page = await call('documents.list', { ...asked, offset, limit: PAGE })
    if (page.documents.length === 0) return
    yield page.documents
    offset += page.documents.length
    total = page.total
  }
}

const forms: Readonly<Record<ExportFormat, (call: Caller, asked: Asked) => AsyncGenerator<string>>> = {
  async *json(call, asked) {
    yield '{\n  "documents": ['
    let written = 0
    for await (const documents of readDocuments(call, asked)) {
      yield documents.map((one, at) => `${written + at === 0 ? '' : ','}\n    ${JSON.stringify(one)}`).join('')
      written += documents.length
    }
    yield `${written === 0 ? '' : '\n  '}]\n}\n`
  },
  async *csv(call, asked) {
    yield documentHead()
    for await (const documents of readDocuments(call, asked)) yield documents.map(toDocumentRecord).join('')
  },
}

/**
 * Writes the documents to `path`, whole or not at all.
 * @throws AppError CANCELLED, FILE_UNWRITABLE, or what the engine said.
 */
export const exportDocuments = (
  call: Caller,
  asked: Asked,
  format: ExportFormat,
  path: string,
  signal?: AbortSignal,
): Promise<void> => writePieces(path, forms[format](call, asked), signal)

/**
 * Owns what happens when a person wants to see an original: open it, or show where it is.
 * Refuses: starting programs. Only what is surely a document is opened; everything else is shown in its folder.
 */
import { basename, extname } from 'node:path'
import type { ShownThing } from '../../shared/app-calls'
import type { DocumentRow } from '../../shared/domain'

/** File types whose programs show a document. Scripts and macros are not among them: opening those can run them. */
const OPENABLE: ReadonlySet<string> = new Set(
  'txt text md markdown rst log pdf docx doc odt rtf html htm csv tsv json ndjson xml yaml yml toml xlsx ods pptx odp epub eml'.split(
    ' ',
  ),
)

/** How the step into an archive is written in a path. */
const ARCHIVE_STEP = '!/'

/** What to put before the person, and the sentence that says so where it is not the document itself. */
export const describeOriginal = (
  document: Pick<DocumentRow, 'path' | 'location'>,
): { readonly shown: ShownThing; readonly message: string | null } => {
  const name = basename(document.location)
  if (document.path.includes(ARCHIVE_STEP)) {
    return {
      shown: 'archive',
      message: `The document is inside ${name}, which is shown in its folder. Sluice does not unpack originals; "Read" shows the text.`,
    }
  }
  const extension = extname(name).slice(1).toLowerCase()
  if (OPENABLE.has(extension)) return { shown: 'document', message: null }
  return {
    shown: 'folder',
    message: `${name} could run as a program when it is opened, so it is shown in its folder instead.`,
  }
}

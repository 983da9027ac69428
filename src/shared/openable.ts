/**
 * Owns which documents are opened by the program of the system. Refuses: what could run as a program, and judging by anything but the name;
 * that is what the system does as well.
 */

/** File types whose programs show a document. Scripts and macros are not among them: opening those can run them. */
const OPENABLE: ReadonlySet<string> = new Set(
  'txt text md markdown rst log pdf docx doc odt rtf html htm csv tsv json ndjson xml yaml yml toml xlsx ods pptx odp epub eml'.split(
    ' ',
  ),
)

/** What came in an archive or a mail has come from elsewhere: what shows remote content or runs macros of old formats is left out. */
const FROM_ELSEWHERE: ReadonlySet<string> = new Set('doc rtf html htm xml eml'.split(' '))

const extensionOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** Whether a file of this name may be opened. `isInside`: it is in an archive or a mail, and a copy of it would be opened. */
export const isOpenable = (name: string, isInside: boolean): boolean => {
  const extension = extensionOf(name)
  return OPENABLE.has(extension) && !(isInside && FROM_ELSEWHERE.has(extension))
}

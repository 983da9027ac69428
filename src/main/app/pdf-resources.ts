/**
 * Owns the files that drawing a PDF may need beside the PDF: character maps of East Asian text, the fonts that PDFs need not embed.
 * Refuses: names that are not plain file names, and other folders of the package.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../shared/errors'
import type { PdfResourceFolder } from '../../shared/app-calls'

let packageDir: string | null = null

/**
 * The bytes of a resource as base64.
 * @throws NOT_FOUND
 */
export const readPdfResource = async (folder: PdfResourceFolder, name: string): Promise<string> => {
  packageDir ??= dirname(createRequire(__filename).resolve('pdfjs-dist/package.json'))
  try {
    return (await readFile(join(packageDir, folder, basename(name)))).toString('base64')
  } catch (cause) {
    throw new AppError('NOT_FOUND', { what: 'resource of PDFs', id: name }, { cause })
  }
}

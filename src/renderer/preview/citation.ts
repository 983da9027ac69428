/**
 * Owns how a passage is quoted outside of Sluice: its text and where it stands.
 * Refuses: the clipboard.
 */
import { splitProvenance } from '../text/passages'
import { t } from '../text/language'

/** `backup.zip › mail.mbox › invoice.pdf, page 3`. */
export const formatPlace = (path: string, page: number | null): string =>
  page === null
    ? splitProvenance(path).join(' › ')
    : t('preview.placeOnPage', { place: splitProvenance(path).join(' › '), page })

/** The text in quotation marks, and below it the place. White space at the ends and long gaps are of the page, not of the text. */
export const formatCitation = (text: string, path: string, page: number | null): string =>
  `${t('ask.quoted', { quote: text.trim().replace(/\n{3,}/g, '\n\n') })}\n— ${formatPlace(path, page)}`

/** Where it is on this computer: the file, and within an archive the way on from there. */
export const formatLocation = (location: string, path: string): string =>
  [location, ...splitProvenance(path).slice(1)].join(' › ')

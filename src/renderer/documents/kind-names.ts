/**
 * Owns what kinds of documents are called in the window. A kind that is not known keeps the name it came with.
 */
import { isDocumentKind } from '../../shared/kinds'
import { t } from '../text/language'

export const nameOfKind = (kind: string): string => (isDocumentKind(kind) ? t(`kinds.${kind}`) : kind)

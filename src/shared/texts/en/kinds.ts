/** Owns the English of the kinds of documents: it is the one that reports have, too. */
import { kindLabels } from '../../kinds'

export const kinds = kindLabels

/**
 * Owns what an error of LanceDB means: one code for each kind of trouble.
 * Refuses: deciding what follows from it.
 */
import { AppError } from '../../shared/errors'
import { NO_SECOND_NAMES } from '../paths/second-names'

/** What it says of a disk that gives files no second names: by the numbers of Linux, macOS and Windows. It speaks of renaming. */
const NO_LINKS = /unable to (?:rename|copy) file:[^]*?\(os error (?:1|38|45|50|95|102)\)/i

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

export const translate = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  const reason = messageOf(thrown)
  const options = { cause: thrown }
  if (/no space left|os error 28|disk full|quota/i.test(reason))
    return new AppError('DISK_FULL', { path: 'the vector index' }, options)
  if (/commit conflict|retryable/i.test(reason)) return new AppError('VECTORS_CONFLICT', {}, options)
  if (/permission denied|read-only file system|os error 13|os error 30/i.test(reason)) {
    return new AppError('DATA_DIR_UNWRITABLE', { reason: reason.slice(0, 200) }, options)
  }
  if (NO_LINKS.test(reason)) return new AppError('DATA_DIR_UNWRITABLE', { reason: NO_SECOND_NAMES }, options)
  return new AppError('VECTORS_CORRUPT', { reason: reason.slice(0, 300) }, options)
}

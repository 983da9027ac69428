/**
 * Owns that what the engine tells is said in the language of the window. Refuses: the sentences; they are in `shared`.
 */
import { reasonIn, sayIn, sentenceIn } from '../../shared/speak'
import { language } from './language'
import type { AppError } from '../../shared/errors'

/** An answer of the engine, with its sentences in the language of the window. */
export const sayAnswer = <T>(answer: T): T => sayIn(answer, language)

/** A reason that stands alone, as an entry of the ledger has it. */
export const sayReason = (reason: string): string => reasonIn(language, reason)

/** An error that came from the engine, with its sentence in the language of the window. */
export const sayError = (error: AppError): AppError => {
  error.message = sentenceIn(language, error.code, error.details, error.message)
  return error
}

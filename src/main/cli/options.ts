/**
 * Owns turning what was typed after an option into a value. Refuses: what makes no sense, with a sentence that names the option.
 */
import { AppError } from '../../shared/errors'

/** The options of a command as they were typed. */
export type TypedOptions = Readonly<Record<string, unknown>>

/** The text of an option, or `undefined` when it was not given. */
export const textOf = (options: TypedOptions, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export const listOf = (options: TypedOptions, name: string): string[] => {
  const value = options[name]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

export const isSet = (options: TypedOptions, name: string): boolean => options[name] === true

/**
 * A whole number within bounds; `otherwise` when the option was not given.
 * @throws AppError USAGE
 */
export const countOf = (options: TypedOptions, name: string, min: number, max: number, otherwise: number): number => {
  const text = textOf(options, name)
  if (text === undefined) return otherwise
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new AppError('USAGE', { reason: `--${flag} needs a whole number from ${min} to ${max}, not "${text}".` })
}

/** One of a table's words; commander has refused all others. */
export const choiceOf = <T extends string>(options: TypedOptions, name: string, choices: readonly T[]): T | undefined =>
  choices.find((choice) => choice === options[name])

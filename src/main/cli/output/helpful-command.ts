/**
 * Owns how the command that helps with an error is told below its sentence. Refuses: knowing it; the table of errors does.
 */
import { commandOf, isErrorCode } from '../../../shared/errors'

/** At most one line. */
export const describeCommand = (command: string | null): string[] =>
  command === null ? [] : [`  What helps: ${command}`]

/** Each command once, in the order of the codes; words in capitals stand for what is not known here. */
export const describeCommands = (codes: readonly (string | null | undefined)[]): string[] => [
  ...new Set(codes.flatMap((code) => (isErrorCode(code) ? describeCommand(commandOf(code)) : []))),
]

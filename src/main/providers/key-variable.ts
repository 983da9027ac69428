/**
 * Owns the names of the variables that hold keys of providers. Refuses: two providers that would have theirs in one.
 */

/** `my-server.2` has its key in `SLUICE_KEY_MY_SERVER_2`. */
export const keyVariableOf = (name: string): string => `SLUICE_KEY_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`

/** The one among `others` whose variable is that of `name`, too; `null`: there is none. */
export const findSameVariable = (name: string, others: readonly string[]): string | null =>
  others.find((other) => other !== name && keyVariableOf(other) === keyVariableOf(name)) ?? null

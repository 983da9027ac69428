/** Owns looking up untrusted names in tables. Refuses what every object has inside: a file may be named `constructor`. */

/** The value of `key` if the table itself has it. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

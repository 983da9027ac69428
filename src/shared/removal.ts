/** Owns what removing everything that Sluice keeps speaks of: parts of a data folder, and places outside it. Refuses: doing it. */

/** What a data folder holds. `notes` are texts that a person handed to Sluice and that are nowhere else. */
export const keptParts = [
  'database',
  'vectors',
  'cache',
  'backups',
  'notes',
  'samples',
  'keys',
  'settings',
  'window',
  'logs',
  'updates',
  'temp',
  'other',
] as const
export type KeptPart = (typeof keptParts)[number]

/** What lies outside of it: the queue's service, starting at login, and the key that the keychain of the system keeps for Sluice. */
export const keptPlaces = ['service', 'login', 'keychain'] as const
export type KeptPlace = (typeof keptPlaces)[number]

/** What a person types in the window before everything is removed. */
export const REMOVAL_WORD = 'Sluice'

/** The word of a start that only ends a removal. */
export const FINISH_REMOVAL = '--finish-removal'

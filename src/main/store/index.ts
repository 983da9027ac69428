/**
 * Owns what other folders use of the store. Refuses: everything else in here.
 */
export { acquireOwnerLock } from './owner-lock'
export { openStore } from './store'
export type * from './contract'

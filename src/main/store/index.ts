/**
 * Owns what other folders use of the store. Refuses: everything else in here.
 */
export { acquireOwnerLock, type OwnerLock } from './owner-lock'
export { openStore, type StoreOptions } from './store'
export type * from './contract'

/**
 * Owns the pool as the engine sees it. Refuses: what a task does; knows names and numbers only.
 */
import type { Pool, PoolOptions } from './contract'

export type * from './contract'

/** Makes the pool. No process is started before the first task. */
export declare function createPool(options: PoolOptions): Pool

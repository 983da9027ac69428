/**
 * Owns the table of what runs on worker threads. Refuses: work at module load. A row imports its code when its first task comes.
 */
import { AppError } from '../shared/errors'
import type { RunnerTable } from './job'

const notBuilt = async (): Promise<never> => {
  throw new AppError('INTERNAL_BUG', { reason: 'this task is not built yet' })
}

export const runnerTable: RunnerTable = {
  expand: notBuilt,
  extract: notBuilt,
  embed: async () => (await import('./model/tasks')).runEmbed,
  embedQuery: async () => (await import('./model/tasks')).runEmbedQuery,
}

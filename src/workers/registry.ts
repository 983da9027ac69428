/**
 * Owns the table of what runs on worker threads. Refuses: work at module load. A row imports its code when its first task comes.
 */
import type { RunnerTable } from './job'

export const runnerTable: RunnerTable = {
  expand: async () => (await import('./archive/expand')).runExpand,
  extract: async () => (await import('./formats/extract')).runExtract,
  unpack: async () => (await import('./archive/unpack')).runUnpack,
  embed: async () => (await import('./model/tasks')).runEmbed,
  embedQuery: async () => (await import('./model/tasks')).runEmbedQuery,
  inspectModel: async () => (await import('./model/tasks')).runInspectModel,
}

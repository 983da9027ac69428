/**
 * Owns what a person was searching for while another view is shown. Kept for the life of the window only.
 */
import type { SearchMode } from '../../shared/domain'

/** `find` shows passages as one types, `ask` answers a question. */
export type SearchTask = 'find' | 'ask'

export const keptSearch: { query: string; mode: SearchMode; task: SearchTask } = {
  query: '',
  mode: 'hybrid',
  task: 'find',
}

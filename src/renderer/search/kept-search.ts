/**
 * Owns what a person was searching for while another view is shown. Kept for the life of the window only.
 */
import type { SearchMode } from '../../shared/domain'

export const keptSearch: { query: string; mode: SearchMode } = { query: '', mode: 'hybrid' }

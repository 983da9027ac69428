/**
 * Owns the field that stands in the page from its first moment, until the page is built: one can type at once, and what was typed is taken over.
 * Refuses: searching; that begins with what it hands over.
 */
import { flushSync } from 'react-dom'
import { keptSearch } from './search/kept-search'

/** Puts the page in the place of the field, in one step: no letter comes between what is read of it and what takes its place. */
export const takeOver = (render: () => void): void => {
  const first = document.querySelector<HTMLInputElement>('#first-search')
  const { value: typed = '', selectionStart = null, selectionEnd = null } = first ?? {}
  keptSearch.query = typed
  flushSync(render)
  const field = document.activeElement
  if (typed !== '' && field instanceof HTMLInputElement) field.setSelectionRange(selectionStart, selectionEnd)
}

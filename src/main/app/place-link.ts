/**
 * Owns what a link of our own scheme may ask for: a search, or a document by its id. Refuses: everything else, silently; a link comes from
 * any program and any page on the network, so it only ever shows something.
 */
import { APP_SCHEME } from './content-policy'
import type { WantedPlace } from '../../shared/app-calls'

/** Characters of a link that is looked at. */
export const MAX_LINK = 2_000
const MAX_QUERY = 1_000
const ID = /^[A-Za-z0-9_-]{1,100}$/
// eslint-disable-next-line no-control-regex -- control characters are what is refused here
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/

/** `sluice://search?q=…` or `sluice://document/ID`; `null` for anything else. */
export const readPlaceLink = (link: string): WantedPlace | null => {
  if (link.length > MAX_LINK || !link.startsWith(`${APP_SCHEME}://`)) return null
  let url: URL
  try {
    url = new URL(link)
  } catch (thrown) {
    if (thrown instanceof TypeError) return null
    throw thrown
  }
  if (url.username !== '' || url.password !== '' || url.port !== '' || url.hash !== '') return null
  if (url.hostname === 'search' && (url.pathname === '' || url.pathname === '/')) {
    const query = url.searchParams.get('q')?.trim() ?? ''
    const isPlain = query !== '' && query.length <= MAX_QUERY && !CONTROL.test(query)
    return isPlain && [...url.searchParams.keys()].length === 1 ? { kind: 'search', query } : null
  }
  const id = url.pathname.slice(1)
  return url.hostname === 'document' && url.search === '' && ID.test(id) ? { kind: 'document', id } : null
}

/** The link among the words that a program was started with, when there is one. */
export const findPlaceLink = (words: readonly string[]): WantedPlace | null => {
  const link = words.find((word) => word.startsWith(`${APP_SCHEME}://`))
  return link === undefined ? null : readPlaceLink(link)
}

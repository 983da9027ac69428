/**
 * Owns which pictures of a web page there are bytes of: those in the page itself, and those of the package that it belongs to.
 * Refuses: anything that would have to be fetched, and files beside the page, which are documents of their own.
 */
import type { Limits } from '../../shared/limits'
import type { Block } from '../../shared/work'
import { markPicture } from './embedded-pictures'
import type { PageImage } from './html-blocks'
import { dataSource, NOT_INSIDE, partSource, type EmbeddedPicture } from './picture-source'
import type { ZipPackage } from './zip-package'

/** What there is at an address that a page gives for a picture; `null`: nothing is to be said of it. */
type FindPicture = (url: string) => EmbeddedPicture['source'] | null

/** An address with a scheme, or one of another server. */
const ELSEWHERE = /^\s*(?:[a-z][a-z0-9+.-]*:|\/\/)/i

/** Of a page that is a file of its own. */
export const pictureOfPage: FindPicture = () => NOT_INSIDE
/** Of a page that is a mail: its other parts are documents of their own, and what it would fetch is not what was sent. */
export const pictureOfMail: FindPicture = () => null
/** Of a page in a package, whose parts are found by `resolve`. */
export const pictureInPackage =
  (source: ZipPackage, resolve: (url: string) => string): FindPicture =>
  (url) =>
    ELSEWHERE.test(url) ? NOT_INSIDE : partSource(source, resolve(url))

/** Marks the pictures of a page. */
export const markPageImage =
  (limits: Limits, find: FindPicture) =>
  ({ url, alt, pixels }: PageImage): Block | null => {
    const inside = dataSource(url)
    if (inside) return markPicture({ source: inside, alt }, [], null)
    const source = find(url)
    if (source === null) return null
    // Of what is not there only its size on the page is known: dots that count readers are no figures.
    if (typeof source === 'string' && pixels !== null && pixels < limits['vision.figurePixels']) return null
    return markPicture({ source, alt }, [], null)
  }

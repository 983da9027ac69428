/**
 * Owns the app's own scheme: serves the built page, with a fresh nonce and the policy on every load.
 * Refuses: other hosts, methods and files. The page is never loaded from `file:`, which would let it read the disk.
 */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import type { ProtocolRequest, Session } from 'electron'
import { APP_SCHEME, bareContentPolicyOf, contentPolicyOf } from './content-policy'
import { CRASH_PAGE } from './crash-page'
import { findPageFile } from './page-file'
import { firstWords } from '../../shared/first-words'
import type { Language } from '../../shared/languages'

/** What index.html has where the nonce of the load belongs. */
const NONCE_PLACE = /__CSP_NONCE__/g
/** And where its language does. */
const LANGUAGE_PLACE = /__LANGUAGE__/g
/** And what its first field is called, and says. */
const SEARCH_PLACE = /__SEARCH__/g
const HINT_PLACE = /__SEARCH_HINT__/g

/** Must run before the app is ready. */
export const registerScheme = (): void => {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

export type PageParts = {
  /** The folder of the built page. */
  readonly root: string
  /** Makes the page that stands there after a crash, whose style has the nonce. */
  readonly crashPage: (nonce: string) => Promise<string>
  /** Of this load. */
  readonly language: () => Language
  /** Told of a file that is there and could not be served. The page is only told that something went wrong. */
  readonly onFailure: (thrown: unknown) => void
}

/** What answers a request of the page. */
type Answer = {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: Buffer
}

/** As Chromium numbers it: something went wrong, with nothing more to say of it. */
const NET_FAILED = -2

const headersOf = (contentType: string, nonce: string): Record<string, string> => ({
  'content-type': contentType,
  'content-security-policy': contentPolicyOf(nonce),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
})

const fillPage = (page: string, nonce: string, language: Language): string => {
  const { searchAll, searchHintAll } = firstWords[language]
  return page
    .replace(NONCE_PLACE, nonce)
    .replace(LANGUAGE_PLACE, language)
    .replace(HINT_PLACE, searchHintAll)
    .replace(SEARCH_PLACE, searchAll)
}

const serve = async (
  { root, crashPage, language }: PageParts,
  { method, url }: Pick<ProtocolRequest, 'method' | 'url'>,
): Promise<Answer> => {
  if (method !== 'GET') return { status: 405 }
  const file = findPageFile(root, url)
  if (file === null) return { status: 404 }
  const nonce = randomBytes(16).toString('base64')
  if (url === CRASH_PAGE) {
    const headers = {
      ...headersOf('text/html; charset=utf-8', nonce),
      'content-security-policy': bareContentPolicyOf(nonce),
    }
    return { status: 200, headers, body: Buffer.from(await crashPage(nonce)) }
  }
  try {
    const bytes = await readFile(file.path)
    const isPage = file.path.endsWith('.html')
    const body = isPage ? Buffer.from(fillPage(bytes.toString('utf8'), nonce, language())) : bytes
    return { status: 200, headers: headersOf(file.contentType, nonce), body }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { status: 404 }
    throw error
  }
}

/**
 * Serves the page under the app's scheme in `session`, and beside it the one that stands there after a crash. By the older way of Electron: the
 * newer one (`protocol.handle`) speaks in `Request` and `Response`, and what brings those to this process takes longer than all the rest of the answer.
 */
export const servePage = (session: Session, parts: PageParts): void => {
  const isServed = session.protocol.registerBufferProtocol(APP_SCHEME, (request, answer) => {
    serve(parts, request).then(
      ({ status, headers = {}, body = Buffer.alloc(0) }) => answer({ statusCode: status, headers, data: body }),
      (thrown: unknown) => {
        parts.onFailure(thrown)
        answer({ error: NET_FAILED })
      },
    )
  })
  if (!isServed) throw new Error('the scheme of the page is served already')
}

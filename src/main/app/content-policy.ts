/**
 * Owns what the page may load and do: the Content-Security-Policy of every page load.
 * Refuses: exceptions by origin. There is one page, its files are ours, and nothing else is reachable from it.
 */

/** The scheme and the only host of the page. */
export const APP_SCHEME = 'sluice'
export const APP_ORIGIN = `${APP_SCHEME}://app`
export const APP_PAGE = `${APP_ORIGIN}/index.html`

/**
 * The policy of one page load. `nonce` is fresh for each load and allows the style elements that the component library makes; scripts get
 * none, they come from files only. Trusted Types: see docs/decisions/trusted-types.md.
 */
export const contentPolicyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')

/** The policy of a page that has one style and nothing else: no script, picture or font. */
export const bareContentPolicyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')

/** `scheme://host` of an address, or an empty string for what is no address. `URL.origin` is `null` for schemes of our own. */
export const originOf = (address: string): string => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(address)?.[0] ?? ''

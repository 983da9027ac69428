/**
 * Owns what the address of a server says: whether what is sent there stays on this computer. Refuses: looking names up.
 */

/** Whether an address names this computer itself, by number or as `localhost`. */
export const isLoopback = (url: string): boolean => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Why an address may not be used; `null` when it may. */
export const refusalOf = (url: string, allowInsecure: boolean): string | null => {
  const { protocol, username, password, search, hash } = new URL(url)
  if (username !== '' || password !== '') return 'its address has a name or password in it; give the key by itself'
  if (search !== '' || hash !== '') return 'its address has a question mark or # in it'
  if (protocol === 'http:' && !isLoopback(url) && !allowInsecure)
    return 'its address is not https, so whoever is on the way reads the texts and the key; allow that by name, or use https'
  return null
}

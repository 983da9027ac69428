/**
 * Owns which file of the built page answers which address, and with what type.
 * Refuses: anything outside the folder of the page, and types that a page of ours never has.
 */
import { extname, join, normalize, sep } from 'node:path'
import { APP_ORIGIN, originOf } from './content-policy'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

export type PageFile = { readonly path: string; readonly contentType: string }

/** The file under `root` that `address` names, or `null` when it names none that may be served. */
export const findPageFile = (root: string, address: string): PageFile | null => {
  if (originOf(address) !== APP_ORIGIN) return null
  let name: string
  try {
    name = decodeURIComponent(new URL(address).pathname)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
  const contentType = CONTENT_TYPES[extname(name).toLowerCase()]
  if (contentType === undefined || name.includes('\0')) return null
  const path = normalize(join(root, name))
  return path.startsWith(normalize(root + sep)) ? { path, contentType } : null
}

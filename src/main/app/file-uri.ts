/**
 * Owns what a `file:` address of a drag, a clipboard or the system's "open with" means as a path on this computer.
 * Refuses: addresses of other computers. To look for one would tell that computer who is asking.
 */
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OfferedPath } from '../../shared/calls'

const MAX_URI = 32_768

/** The bytes that a percent-encoded path stands for. */
const decodeBytes = (path: string): Buffer => {
  const raw = Buffer.from(path)
  const bytes: number[] = []
  for (let at = 0; at < raw.length; at += 1) {
    const code = raw.toString('latin1', at, at + 3)
    const isEncoded = /^%[\da-f]{2}$/i.test(code)
    bytes.push(isEncoded ? Number.parseInt(code.slice(1), 16) : (raw[at] ?? 0))
    if (isEncoded) at += 2
  }
  return Buffer.from(bytes)
}

const readBytes = (pathname: string): OfferedPath | null => {
  const bytes = Buffer.from(posix.normalize(decodeBytes(pathname).toString('latin1')), 'latin1')
  if (bytes.includes(0)) return null
  const path = bytes.toString()
  return Buffer.from(path).equals(bytes) ? { path } : { path, bytes: bytes.toString('base64') }
}

/** The path of `file:///home/me/a%20b.txt`; `null` for anything that is no file of this computer. Names that are not Unicode keep their bytes. */
export const readFileUri = (uri: string, platform: NodeJS.Platform = process.platform): OfferedPath | null => {
  if (uri.length > MAX_URI || !/^file:/i.test(uri)) return null
  let url: URL
  try {
    url = new URL(uri)
    if (url.hostname !== '' && url.hostname !== 'localhost') return null
    if (platform !== 'win32') return readBytes(url.pathname)
    url.hostname = ''
    const path = fileURLToPath(url)
    return path.includes('\0') || path.startsWith('\\\\') ? null : { path }
  } catch {
    // No address, or one that means no path here: then it is none.
    return null
  }
}

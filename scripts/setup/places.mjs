// Owns where things are: the root of the checkout and the folder for what is fetched once for all checkouts. Refuses nothing.
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Stamps and scratch files of this checkout; git-ignored. */
export const stampsDir = join(root, '.cache', 'stamps')

/** Runtimes fetched once and shared by all checkouts. `SLUICE_CACHE_DIR` moves it. */
export function sharedCacheDir() {
  const { SLUICE_CACHE_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (SLUICE_CACHE_DIR) return SLUICE_CACHE_DIR
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'sluice-development')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'sluice-development')
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sluice-development')
}

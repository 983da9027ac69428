/**
 * Owns where updates lie in a data folder. Refuses: looking at the disk.
 */
import { join } from 'node:path'

/** Packages that were fetched, and what is known of installing them. */
export const updatesFolderOf = (folder: string): string => join(folder, 'updates')

export const stateFileOf = (folder: string): string => join(updatesFolderOf(folder), 'state.json')

/** In that folder: what the installer of Windows and the framework of macOS were given last. */
export const INSTALLER_FOLDER = 'installer'

/**
 * Owns the mark of a data folder whose removal was begun, which every start looks for. Refuses: removing; `removing.ts` does.
 */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/** In a folder that is being removed: which others go with it. Whoever takes the folder's lock ends what was begun. */
export const REMOVING = 'removing.json'

/** Whether a file is there, and no link. */
export const isPlainFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Whether a removal of this folder was begun and not ended. A folder that cannot be looked into says nothing: who opens it tells why. */
export const isBeingRemoved = (folder: string): boolean => {
  try {
    return isPlainFile(join(folder, REMOVING))
  } catch {
    // A file where a folder should be, or no permission: the engine meets the same obstacle, and reports it with its code.
    return false
  }
}

/**
 * Owns the question which AppImage this process runs from. Refuses: believing the variables alone: whatever is started from another program's AppImage
 * inherits them, and that file is not ours to start, to name or to replace.
 */
import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'

const realOf = (path: string): string | null => {
  try {
    return realpathSync(path)
  } catch {
    // It is not there, so nothing runs from it.
    return null
  }
}

/**
 * The AppImage that this process runs from; `null`: none. Its runtime says which file it is (`APPIMAGE`) and where it has unfolded it (`APPDIR`).
 * @param executable the program that runs, which lies there
 */
export const ownAppImage = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  executable = process.execPath,
): string | null => {
  const { APPIMAGE: image, APPDIR: unfolded } = env
  if (image === undefined || image === '' || unfolded === undefined || unfolded === '') return null
  const [top, program] = [realOf(unfolded), realOf(executable)]
  if (top === null || program === null) return null
  const below = relative(top, program)
  return below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below) ? null : image
}

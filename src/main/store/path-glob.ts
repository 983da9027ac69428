/**
 * Owns what `--path GLOB` means: a pattern without a slash is compared with the last part of a path, one with a slash with all of it
 * (as shown, or as the absolute location); letter case does not matter.
 * Refuses: touching the file system.
 */
import picomatch from 'picomatch'

export type PathTest = (path: string, location: string) => boolean

/** Compiles a pattern; a malformed one is taken literally. */
export const compilePathGlob = (glob: string): PathTest => {
  const matches = picomatch(glob, { dot: true, nocase: true, basename: !glob.includes('/') })
  return (path, location) => matches(path) || matches(location.replaceAll('\\', '/'))
}

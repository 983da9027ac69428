/**
 * Owns what is left out by default, on disk and in archives alike: the folders of version control and packages, the junk that
 * systems leave, lock files, and files whose contents are still in the cloud. Refuses: patterns of people (those are globs).
 */

type IgnoreRule = {
  /** For the sentence "It was left out by …". */
  readonly label: string
  /** Asked about one name, in lower case. */
  readonly matches: (name: string) => boolean
}

const named = (reason: string, ...names: string[]): IgnoreRule[] =>
  names.map((name) => ({
    label: `the built-in rule "${name}" (${reason})`,
    matches: (it) => it === name.toLowerCase(),
  }))

export const ignoreRules: readonly IgnoreRule[] = [
  ...named('version control', '.git', '.svn', '.hg', '.bzr'),
  ...named('installed packages', 'node_modules'),
  ...named('system files', '__MACOSX', '.DS_Store', '.AppleDouble', '.Spotlight-V100', '.Trashes', '.fseventsd'),
  ...named('system files', '.TemporaryItems', '.DocumentRevisions-V100'),
  ...named('system files', 'Thumbs.db', 'ehthumbs.db', 'desktop.ini', '$RECYCLE.BIN', 'System Volume Information'),
  ...named('system files', 'lost+found', '.directory'),
  { label: 'the built-in rule ".Trash-*" (system files)', matches: (name) => name.startsWith('.trash-') },
  { label: 'the built-in rule "._*" (system files)', matches: (name) => name.startsWith('._') },
  { label: 'the built-in rule "~$*" (lock files of office programs)', matches: (name) => name.startsWith('~$') },
  {
    label: 'the built-in rule ".~lock.*#" (lock files of office programs)',
    matches: (name) => name.startsWith('.~lock.') && name.endsWith('#'),
  },
  {
    label: 'the built-in rule "*.icloud" (its contents are not on this computer)',
    matches: (name) => name.startsWith('.') && name.endsWith('.icloud'),
  },
]

/** The rule by which a file or folder of this name is left out, or `null`. */
export const findIgnoreRule = (name: string): string | null => {
  const lower = name.toLowerCase()
  return ignoreRules.find((rule) => rule.matches(lower))?.label ?? null
}

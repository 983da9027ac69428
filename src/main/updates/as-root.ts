/**
 * Owns the words that root runs to install a package: on a copy that nobody but root can change, once its sum is what was promised. The package itself
 * lies in a person's folder, where it could be another one between the check and the installation. Refuses: asking for rights, and knowing packages.
 */
import type { Sum } from './sum'

/** What is said of a package that is another one by now. */
export const CHANGED = 'it has changed since it was checked'

/**
 * Its words come as words, none of them is read by the shell: the package, its size, the program that sums, the sum, the name of the copy, and then the command.
 * No more than was promised is copied: what lies there may have no end. 126 and 127 are answers of whoever asks for the password.
 */
const SCRIPT = `set -eu
folder=$(mktemp -d /var/tmp/sluice-update.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
copy="$folder/$5"
head -c "$2" -- "$1" >"$copy"
printf '%s  %s\n' "$4" "$copy" | "$3" --check --status || { echo '${CHANGED}'; exit 1; }
shift 5
"$@" "$copy" || exit 1`

export type ToInstall = {
  readonly file: string
  readonly sizeBytes: number
  readonly sum: Sum
  /** What the installing program knows a package by. */
  readonly ending: 'deb' | 'rpm'
}

/** The command that checks a package and then gives it to `command` as its last word. */
export const checkedCommand = (
  { file, sizeBytes, sum, ending }: ToInstall,
  command: readonly string[],
): [program: string, ...words: string[]] => {
  const words = [file, String(sizeBytes), `${sum.algorithm}sum`, sum.hex, `sluice.${ending}`]
  return ['/bin/sh', '-c', SCRIPT, 'sluice-update', ...words, ...command]
}

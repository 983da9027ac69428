/**
 * Owns what is asked of dpkg and rpm: whose package a file is, which version is installed, and the words that install one.
 * Refuses: rights (install-package.ts has those), and whatever would fetch something: a package that needs more than is there is not installed.
 */
import { AppError } from '../../shared/errors'
import { CHANGED } from './as-root'
import type { Outcome, Run } from './commands'

/** What a package is, and what the system has of it. */
export type PackageSystem = {
  /** Name and version of a file. @throws UPDATE_INSTALL_FAILED when it is no whole package */
  readonly look: (file: string, run: Run) => Promise<{ readonly name: string; readonly version: string }>
  /** The version that is installed whole; `null` when there is none. */
  readonly installed: (name: string, run: Run) => Promise<string | null>
  /** The program that installs a file, and its words before that file; the first of them that is there. */
  readonly commands: readonly (readonly [program: string, ...words: string[]])[]
  readonly ending: 'deb' | 'rpm'
}

/** The reason in what a program said: the lines that begin as its errors do, else the last one. */
export const reasonIn = (said: string): string => {
  if (said.includes(CHANGED)) return CHANGED
  if (/No space left on device/i.test(said) || /\bneeds \d\w* (?:more space )?on the\b/i.test(said))
    return 'the disk is full'
  if (/\b(?:frontend )?lock\b.*\b(?:held|locked)\b|Could not get lock/i.test(said))
    return 'another program is installing something'
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const errors = lines.filter((line) => /^(?:E:|error:|dpkg(?:-deb)?: error)| : (?:Depends|Conflicts):/i.test(line))
  return (errors.length > 0 ? errors.slice(0, 3).join(' ') : (lines.at(-1) ?? 'no reason was given')).slice(0, 500)
}

const failed = (path: string, reason: string): AppError => new AppError('UPDATE_INSTALL_FAILED', { path, reason })

const nameAndVersion = (file: string, { code, said, found }: Outcome): { name: string; version: string } => {
  if (!found) throw failed(file, 'the programs that install packages are not there')
  const [, name, version] = /^SLUICE (\S+) (\S+)$/m.exec(said) ?? []
  if (code !== 0 || name === undefined || version === undefined) throw failed(file, 'it is no whole package')
  return { name, version }
}

/** Debian and what came of it. */
export const debs: PackageSystem = {
  look: async (file, run) =>
    nameAndVersion(file, await run('dpkg-deb', ['--show', '--showformat=SLUICE ${Package} ${Version}\n', file])),
  installed: async (name, run) => {
    const { said } = await run('dpkg-query', ['--show', '--showformat=SLUICE ${db:Status-Status} ${Version}\n', name])
    return /^SLUICE installed (\S+)$/m.exec(said)?.[1] ?? null
  },
  // apt-get looks at what a package needs before anything is changed; dpkg would leave half of it installed. It knows of no place to fetch from
  // (`--no-download` would do, were it not that it finds no files then), and leaves what it keeps of those places alone.
  ending: 'deb',
  commands: [
    [
      '/usr/bin/apt-get',
      'install',
      '--yes',
      '--quiet',
      '--no-install-recommends',
      '--no-remove',
      '--allow-downgrades',
      '--option=Dir::Etc::SourceList=/dev/null',
      '--option=Dir::Etc::SourceParts=/dev/null',
      '--option=Dir::Cache::PkgCache=',
      '--option=Dir::Cache::SrcPkgCache=',
      '--option=Dpkg::Use-Pty=0',
    ],
    ['/usr/bin/dpkg', '--install'],
  ],
}

/** Fedora, openSUSE and theirs. */
export const rpms: PackageSystem = {
  look: async (file, run) =>
    nameAndVersion(
      file,
      await run('rpm', ['--query', '--package', '--queryformat', 'SLUICE %{NAME} %{VERSION}-%{RELEASE}\n', file]),
    ),
  installed: async (name, run) => {
    const { said } = await run('rpm', ['--query', '--queryformat', 'SLUICE %{VERSION}-%{RELEASE}\n', name])
    return /^SLUICE (\S+)$/m.exec(said)?.[1] ?? null
  },
  // Looks at what it needs, and at the room, before anything is changed.
  ending: 'rpm',
  commands: [['/usr/bin/rpm', '--upgrade', '--oldpackage']],
}

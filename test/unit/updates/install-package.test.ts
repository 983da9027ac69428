// Installing a package: real AppImages are files, so they are replaced here; what dpkg, rpm and pkexec answer is played. The real ones are asked by
// the tests of the packages.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../../src/main/updates/commands'
import { findKind, installPackage, keptAppImageOf, type InstallSystem } from '../../../src/main/updates/install-package'
import { checkedCommand } from '../../../src/main/updates/as-root'
import { reasonIn } from '../../../src/main/updates/package-systems'
import type { Sum } from '../../../src/main/updates/sum'

const sumOfText = (text: string): Sum => ({ algorithm: 'sha512', hex: createHash('sha512').update(text).digest('hex') })
const SUM = sumOfText('new')

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-install-'))
  file = join(folder, 'new.deb')
  writeFileSync(file, 'new')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Answer = { code: number; said: string }
type Played = {
  name?: string
  version?: string
  installed?: string | null
  answer?: Answer
  isRoot?: boolean
  asker?: string | null
  programs?: readonly string[]
  found?: boolean
}

/** A system whose package is `name` of `version`; `asked` are the commands that would change something. */
const play = (played: Played = {}): InstallSystem & { asked: string[] } => {
  const { name = 'sluice-desktop', version = '2.0.0', answer = { code: 0, said: '' }, found = true } = played
  let installed = played.installed ?? null
  const asked: string[] = []
  return {
    asked,
    isRoot: played.isRoot ?? false,
    asker: played.asker === undefined ? '/usr/bin/pkexec' : played.asker,
    appImage: null,
    exists: (path) => (played.programs ?? ['/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/bin/rpm']).includes(path),
    run: async (program, words) => {
      if (!found) return { code: null, said: 'spawn ENOENT', found: false }
      if (program === 'dpkg-deb' || words.includes('--package'))
        return version === ''
          ? { code: 2, said: 'error', found }
          : { code: 0, said: `SLUICE ${name} ${version}\n`, found }
      if (program === 'dpkg-query' || program === 'rpm') {
        const status = program === 'rpm' ? '' : 'installed '
        return installed === null
          ? { code: 1, said: 'no packages found', found }
          : { code: 0, said: `SLUICE ${status}${installed}\n`, found }
      }
      asked.push([program, ...words].join(' '))
      if (answer.code === 0) installed = version
      return { ...answer, found }
    },
  }
}

describe('a deb', () => {
  it('is installed by apt-get, which may fetch nothing and take nothing else away, with the password asked by the desktop', async () => {
    const system = play({ installed: '1.0.0' })
    await installPackage(file, SUM, 'deb', system)
    const [asked = ''] = system.asked
    expect(asked).toMatch(/^\/usr\/bin\/pkexec --disable-internal-agent \/bin\/sh -c /)
    expect(asked.slice(asked.indexOf(' sluice-update '))).toBe(
      ` sluice-update ${file} 3 sha512sum ${SUM.hex} sluice.deb /usr/bin/apt-get install --yes --quiet --no-install-recommends --no-remove --allow-downgrades --option=Dir::Etc::SourceList=/dev/null --option=Dir::Etc::SourceParts=/dev/null --option=Dir::Cache::PkgCache= --option=Dir::Cache::SrcPkgCache= --option=Dpkg::Use-Pty=0`,
    )
    expect(existsSync(join(folder, 'install.lock'))).toBe(false)
  })

  it('is installed by dpkg where there is no apt-get, and by root without a question', async () => {
    const system = play({ isRoot: true, asker: null, programs: ['/usr/bin/dpkg'] })
    await installPackage(file, SUM, 'deb', system)
    expect(system.asked[0]).toMatch(/^\/bin\/sh -c /)
    expect(system.asked[0]).toMatch(/ sluice\.deb \/usr\/bin\/dpkg --install$/)
  })

  it('that is installed already is not installed twice', async () => {
    const system = play({ installed: '2.0.0' })
    await installPackage(file, SUM, 'deb', system)
    expect(system.asked).toEqual([])
  })

  it.each<[string, Played, string, string]>([
    [
      'a question that is answered with no',
      { answer: { code: 126, said: 'Request dismissed' } },
      'UPDATE_CANCELLED',
      '',
    ],
    [
      'rights that are not given',
      { answer: { code: 127, said: 'Error: Not authorized' } },
      'UPDATE_NO_RIGHTS',
      'Not authorized',
    ],
    ['nobody who asks', { asker: null }, 'UPDATE_NO_RIGHTS', 'asks for the password'],
    [
      'a full disk',
      { answer: { code: 100, said: 'dpkg: error: cannot copy: No space left on device' } },
      'UPDATE_INSTALL_FAILED',
      'the disk is full',
    ],
    [
      'a lock of another program',
      { answer: { code: 100, said: 'E: Could not get lock /var/lib/dpkg/lock-frontend.' } },
      'UPDATE_INSTALL_FAILED',
      'another program',
    ],
    ['a system without programs for it', { programs: [] }, 'UPDATE_INSTALL_FAILED', 'are not there'],
    ['a system that has never heard of it', { found: false }, 'UPDATE_INSTALL_FAILED', 'are not there'],
    ['half a package', { version: '' }, 'UPDATE_INSTALL_FAILED', 'no whole package'],
    ['a package of something else', { name: 'bash' }, 'UPDATE_INSTALL_FAILED', 'no package of Sluice'],
  ])('is refused in words: %s', async (_what, played, code, words) => {
    const system = play({ installed: '1.0.0', ...played })
    const failure: unknown = await installPackage(file, SUM, 'deb', system).catch((thrown: unknown) => thrown)
    expect(failure).toMatchObject({ code })
    expect((failure as Error).message).toContain(words)
    expect(existsSync(join(folder, 'install.lock'))).toBe(false)
  })

  it('is told when the program says yes and has done nothing', async () => {
    const system = play({ installed: '1.0.0' })
    const lazy = {
      ...system,
      run: async (program: string, words: readonly string[]) =>
        words[0] === 'install' || program.endsWith('pkexec')
          ? { code: 0, said: '', found: true }
          : system.run(program, words),
    }
    await expect(installPackage(file, SUM, 'deb', lazy)).rejects.toMatchObject({
      code: 'UPDATE_INSTALL_FAILED',
      details: { reason: 'the version before is still there' },
    })
  })

  it('is looked at by the real dpkg-deb before anybody is asked for a password', async () => {
    const system = play()
    await expect(installPackage(file, SUM, 'deb', { ...system, run })).rejects.toMatchObject({
      code: 'UPDATE_INSTALL_FAILED',
    })
  })
})

describe('an rpm', () => {
  it('is installed by rpm, which may go back', async () => {
    const system = play({ installed: '3.0.0-1', version: '2.0.0-1' })
    await installPackage(file, SUM, 'rpm', system)
    expect(system.asked[0]).toMatch(/ sluice\.rpm \/usr\/bin\/rpm --upgrade --oldpackage$/)
  })
})

describe.runIf(process.platform === 'linux')('what root runs', () => {
  /** Tells what the program was given, and where. */
  const LOOK = ['/bin/sh', '-c', 'cat "$1"; printf " %s" "$1"', 'look']
  const look = (sizeBytes = 3, at = file): ReturnType<typeof run> =>
    run(...asRun(checkedCommand({ file: at, sizeBytes, sum: SUM, ending: 'deb' }, LOOK)))
  const asRun = ([program, ...words]: [string, ...string[]]): [string, string[]] => [program, words]

  it('installs a copy of its own, which is gone afterwards', async () => {
    const { code, said } = await look()
    expect({ code, said }).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^new \/var\/tmp\/sluice-update\.\w{6}\/sluice\.deb$/) as string,
    })
    expect(existsSync(said.slice('new '.length))).toBe(false)
  })

  it('takes a name for a name, whatever stands in it', async () => {
    const odd = join(folder, "-it's $(touch x) `y`\n.deb")
    writeFileSync(odd, 'new')
    expect((await look(3, odd)).code).toBe(0)
    expect(existsSync('x')).toBe(false)
  })

  it('runs nothing on a package that was exchanged after it was looked at, nor on one without an end', async () => {
    writeFileSync(file, 'bad')
    const { code, said } = await look()
    expect(code).toBe(1)
    expect(reasonIn(said)).toBe('it has changed since it was checked')
    expect(await look(3, '/dev/zero')).toMatchObject({ code: 1 })
    expect(await look(3, join(folder, 'gone.deb'))).toMatchObject({ code: 1 })
  })
})

describe('two at once', () => {
  it('are one: the second is told', async () => {
    let goOn = (): void => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    const system = play({ installed: '1.0.0' })
    const slow = {
      ...system,
      run: async (program: string, words: readonly string[]) => {
        await held
        return system.run(program, words)
      },
    }
    const first = installPackage(file, SUM, 'deb', slow)
    await expect(installPackage(file, SUM, 'deb', play())).rejects.toMatchObject({ code: 'UPDATE_INSTALLING' })
    goOn()
    await first
    expect(system.asked).toHaveLength(1)
    await installPackage(file, SUM, 'deb', play())
  })

  it.each([
    ['a process that is gone', '999999999', 0],
    ['a process of long ago, whose number another one has', String(process.pid), 7_200],
    ['nobody who can be known', '', 0],
  ])('are not seen in what was left by %s', async (_what, pid, ageSeconds) => {
    const lock = join(folder, 'install.lock')
    writeFileSync(lock, pid)
    const at = Date.now() / 1_000 - ageSeconds
    utimesSync(lock, at, at)
    await installPackage(file, SUM, 'deb', play())
    expect(existsSync(lock)).toBe(false)
  })
})

describe('an AppImage', () => {
  const make = (): { system: InstallSystem; target: string; image: string } => {
    const target = join(folder, 'Sluice.AppImage')
    const image = join(folder, 'fetched.AppImage')
    writeFileSync(target, 'old', { mode: 0o755 })
    writeFileSync(image, 'newer')
    return { system: { ...play(), appImage: target }, target, image }
  }

  it('takes the place of the one before, which is kept beside it; and goes back from it', async () => {
    const { system, target, image } = make()
    await installPackage(image, sumOfText('newer'), 'AppImage', system)
    expect([readFileSync(target, 'utf8'), readFileSync(keptAppImageOf(target), 'utf8')]).toEqual(['newer', 'old'])
    expect(statSync(target).mode & 0o777).toBe(0o755)
    expect(readFileSync(image, 'utf8')).toBe('newer')
    await installPackage(keptAppImageOf(target), sumOfText('old'), 'AppImage', system)
    expect([readFileSync(target, 'utf8'), readFileSync(keptAppImageOf(target), 'utf8')]).toEqual(['old', 'old'])
  })

  it('stays as it is when what was fetched is another one by now, and is not written through a link', async () => {
    const { system, target, image } = make()
    writeFileSync(image, 'other')
    await expect(installPackage(image, sumOfText('newer'), 'AppImage', system)).rejects.toMatchObject({
      details: { reason: 'it has changed since it was checked' },
    })
    expect(readFileSync(target, 'utf8')).toBe('old')
    expect(existsSync(join(folder, '.Sluice.AppImage.new'))).toBe(false)
    writeFileSync(image, 'newer')
    const elsewhere = join(folder, 'a document')
    writeFileSync(elsewhere, 'mine')
    symlinkSync(elsewhere, join(folder, '.Sluice.AppImage.new'))
    await installPackage(image, sumOfText('newer'), 'AppImage', system)
    expect([readFileSync(target, 'utf8'), readFileSync(elsewhere, 'utf8')]).toEqual(['newer', 'mine'])
  })

  it('is replaced by one data folder at a time', async () => {
    const { system, target } = make()
    const images = ['one', 'two'].map((name) => {
      mkdirSync(join(folder, name))
      const image = join(folder, name, 'fetched.AppImage')
      writeFileSync(image, name)
      return { image, sum: sumOfText(name) }
    })
    const ends = await Promise.allSettled(
      images.map(({ image, sum }) => installPackage(image, sum, 'AppImage', system)),
    )
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(ends[1]).toMatchObject({ reason: { code: 'UPDATE_INSTALLING' } })
    expect([readFileSync(target, 'utf8'), readFileSync(keptAppImageOf(target), 'utf8')]).toEqual(['one', 'old'])
  })

  it('stays as it is when the new one cannot be put in its place', async () => {
    const { system, target, image } = make()
    mkdirSync(join(keptAppImageOf(target), 'in the way'), { recursive: true })
    await expect(installPackage(image, sumOfText('newer'), 'AppImage', system)).rejects.toMatchObject({
      code: 'UPDATE_INSTALL_FAILED',
    })
    expect(readFileSync(target, 'utf8')).toBe('old')
    expect(existsSync(join(folder, '.Sluice.AppImage.new'))).toBe(false)
    await expect(
      installPackage(image, sumOfText('newer'), 'AppImage', { ...system, appImage: null }),
    ).rejects.toMatchObject({
      details: { reason: 'no AppImage runs' },
    })
  })
})

it('a folder that somebody unpacked is replaced by hand', async () => {
  await expect(installPackage(file, SUM, null, play())).rejects.toMatchObject({ code: 'UPDATE_BY_HAND' })
})

it.runIf(process.platform === 'linux')('what the running copy was installed from is asked of the system', async () => {
  const answering = (owner: string | null): InstallSystem => ({
    ...play(),
    run: async (program) =>
      program === owner ? { code: 0, said: 'sluice-desktop: /opt/x', found: true } : { code: 1, said: '', found: true },
  })
  expect(await findKind('/opt/x', answering('dpkg-query'))).toBe('deb')
  expect(await findKind('/opt/x', answering('rpm'))).toBe('rpm')
  expect(await findKind('/opt/x', answering(null))).toBeNull()
  expect(await findKind('/opt/x', { ...answering(null), appImage: '/home/x.AppImage' })).toBe('AppImage')
  // The real dpkg-query knows no such program of ours.
  expect(await findKind('/bin/sh', { ...play(), run })).toBeNull()
})

it('the reason of a failure is what the program called an error, else its last words', () => {
  expect(reasonIn('Reading lists...\nE: Broken thing\nE: Another\n')).toBe('E: Broken thing E: Another')
  expect(reasonIn(' tinyx : Depends: nosuch but it is not installable\nE: Unable to correct problems.')).toContain(
    'nosuch',
  )
  expect(reasonIn('  one\n  two \n\n')).toBe('two')
  expect(reasonIn('')).toBe('no reason was given')
  expect(reasonIn('installing package sluice needs 600MB more space on the / filesystem')).toBe('the disk is full')
})

it('a program that is not there is told apart from one that fails', async () => {
  expect(await run('/nonexistent/program', [])).toMatchObject({ code: null, found: false })
  expect(await run(process.execPath, ['-e', 'process.stderr.write("no"); process.exit(3)'])).toEqual({
    code: 3,
    said: 'no',
    found: true,
  })
})

// Owns a package of a higher version whose window does not start, made of one that does: the number is another, and a part that the start loads
// throws. Refuses: building; nothing changes its length.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (program: string, words: readonly string[]): void => {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stdout}${stderr}`)
}

const replaceAll = (bytes: Buffer, from: string, to: string): Buffer => {
  if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`)
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
}

/** A file or folder in the header of an archive. */
type Entry = { readonly files?: Readonly<Record<string, Entry>>; readonly size?: number; readonly offset?: string }

/** Where a file lies in an asar archive: https://github.com/electron/asar#format */
const findInArchive = (archive: Buffer, folder: readonly string[], pattern: RegExp): { at: number; size: number } => {
  const headerBytes = archive.readUInt32LE(4)
  let entry = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))) as Entry
  for (const name of folder) entry = entry.files?.[name] ?? {}
  const found = Object.entries(entry.files ?? {}).filter(([name]) => pattern.test(name))
  const [, { size = 0, offset = '' }] = found[0] ?? ['', {}]
  if (found.length !== 1 || offset === '') throw new Error(`${String(pattern)} is ${found.length} times in the archive`)
  return { at: 8 + headerBytes + Number(offset), size }
}

/** What the broken start says. */
export const BROKEN = 'broken for the tests'

/** Makes `to` of the deb of `version`: version `other`, whose window breaks off as it starts. */
export const makeBroken = (deb: string, version: string, other: string, to: string): void => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-broken-'))
  try {
    const tree = join(folder, 'tree')
    run('dpkg-deb', ['--raw-extract', deb, tree])
    const control = join(tree, 'DEBIAN', 'control')
    writeFileSync(control, readFileSync(control, 'utf8').replace(`Version: ${version}`, `Version: ${other}`))
    const resources = join(tree, 'opt', 'Sluice', 'resources')
    const engine = join(resources, 'engine', 'main')
    for (const name of readdirSync(engine, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.js')) continue
      const file = join(engine, name)
      writeFileSync(file, replaceAll(readFileSync(file), version, other))
    }
    const asar = join(resources, 'app.asar')
    const archive = replaceAll(readFileSync(asar), version, other)
    const { at, size } = findInArchive(archive, ['out', 'main', 'chunks'], /^start-[\w-]{8}\.js$/)
    archive.fill(`throw new Error('${BROKEN}')\n`.padEnd(size, ' '), at, at + size, 'latin1')
    writeFileSync(asar, archive)
    run('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', tree, to])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

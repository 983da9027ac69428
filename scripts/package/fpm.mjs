#!/usr/bin/env node
// Owns making a deb or an rpm of a folder with the system's own dpkg-deb and rpmbuild. It takes the words that electron-builder gives to fpm
// (CUSTOM_FPM_PATH), which it would download otherwise. Refuses every other source and target, and a word that it does not know.
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { capture, fail, SetupError } from '../setup/command.mjs'

const text = { type: 'string' }
const several = { type: 'string', multiple: true }
const flag = { type: 'boolean' }

const OPTIONS = {
  input: { ...text, short: 's' },
  target: { ...text, short: 't' },
  depends: { ...several, short: 'd' },
  conflicts: several,
  force: flag,
  debug: flag,
  log: text,
  name: text,
  version: text,
  iteration: text,
  package: { ...text, short: 'p' },
  architecture: text,
  maintainer: text,
  vendor: text,
  url: text,
  license: text,
  category: text,
  description: text,
  'after-install': text,
  'after-remove': text,
  'deb-priority': text,
  'deb-compression': text,
  'deb-recommends': several,
  'rpm-compression': text,
  'rpm-os': text,
  'rpm-summary': text,
}

const run = (program, args, options) => {
  const done = capture(program, args, options)
  if (done.code !== 0)
    throw new SetupError(`${program} failed: ${(done.stderr || done.stdout).trim()}`, 'Check the disk and the tools.')
}

/** Lays the files out as the system will have them: `root/opt/…`. Times and rights are the same whoever builds. */
function layOut(pairs, folder, time) {
  for (const pair of pairs) {
    const cut = pair.lastIndexOf('=')
    const [source, target] = [pair.slice(0, cut), join(folder, pair.slice(cut + 1))]
    mkdirSync(dirname(target), { recursive: true })
    cpSync(resolve(source), target, { recursive: true, verbatimSymlinks: true })
  }
  let bytes = 0
  const settle = (path) => {
    const stat = lstatSync(path)
    if (stat.isSymbolicLink()) return
    if (stat.isDirectory()) for (const name of readdirSync(path)) settle(join(path, name))
    else bytes += stat.size
    chmodSync(path, stat.isDirectory() || stat.mode & 0o111 ? 0o755 : 0o644)
    utimesSync(path, time, time)
  }
  settle(folder)
  return bytes
}

/** An address that stands for none (RFC 6761) is not published. */
const pageOf = ({ url }) => (url === undefined || /\.invalid\/?$/.test(url) ? null : url)

const lines = (description) =>
  (description ?? '')
    .trim()
    .split('\n')
    .map((line) => line.trim())

function makeDeb(words, folder, bytes) {
  const control = join(folder, 'DEBIAN')
  mkdirSync(control, { mode: 0o755 })
  const [first, ...rest] = lines(words.description)
  const fields = {
    Package: words.name,
    Version: words.iteration ? `${words.version}-${words.iteration}` : words.version,
    Architecture: words.architecture,
    Maintainer: words.maintainer,
    'Installed-Size': String(Math.ceil(bytes / 1024)),
    Depends: words.depends?.join(', '),
    Recommends: words['deb-recommends']?.join(', '),
    Conflicts: words.conflicts?.join(', '),
    Section: words.category ?? 'utils',
    Priority: words['deb-priority'] ?? 'optional',
    Homepage: pageOf(words),
    Description: [first, ...rest.map((line) => ` ${line || '.'}`)].join('\n'),
  }
  const said = Object.entries(fields).filter(([, value]) => value)
  writeFileSync(join(control, 'control'), said.map(([name, value]) => `${name}: ${value}\n`).join(''))
  for (const [option, name] of [
    ['after-install', 'postinst'],
    ['after-remove', 'postrm'],
  ]) {
    if (!words[option]) continue
    cpSync(words[option], join(control, name))
    chmodSync(join(control, name), 0o755)
  }
  const compression = words['deb-compression'] === 'zstd' ? ['-Zzstd', '-z1'] : ['-Zxz']
  run('dpkg-deb', ['--root-owner-group', ...compression, '--build', folder, resolve(words.package)])
}

/** Folders of the system's own, which no package may claim. */
const SHARED =
  /^\/(?:opt|usr(?:\/(?:bin|share(?:\/(?:applications|mime|mime\/packages|icons(?:\/hicolor(?:\/[^/]+(?:\/apps)?)?)?))?))?)$/

function listForRpm(folder, prefix = '') {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = `${prefix}/${name}`
      const quoted = `"${path.replaceAll('%', '%%')}"`
      if (!lstatSync(join(folder, name)).isDirectory()) return [quoted]
      const inner = listForRpm(join(folder, name), path)
      return SHARED.test(path) ? inner : [`%dir ${quoted}`, ...inner]
    })
}

function makeRpm(words, folder, scratch) {
  const script = (option) => (words[option] ? readFileSync(words[option], 'utf8').replaceAll('%', '%%') : '')
  const [first, ...rest] = lines(words.description)
  const level = words['rpm-compression'] === 'zstd' ? 'w1.zstdio' : `w6T${availableParallelism()}.xzdio`
  const spec = [
    '%define __os_install_post %{nil}',
    '%define debug_package %{nil}',
    '%define _build_id_links none',
    `%define _binary_payload ${level}`,
    '%define use_source_date_epoch_as_buildtime 1',
    '%define clamp_mtime_to_source_date_epoch 1',
    '%define _buildhost localhost',
    'AutoReqProv: no',
    `Name: ${words.name}`,
    // A dash is not allowed in a version; a tilde sorts before the version that it precedes.
    `Version: ${words.version.replaceAll('-', '~')}`,
    `Release: ${words.iteration ?? '1'}`,
    `Summary: ${words['rpm-summary'] ?? first}`,
    `License: ${words.license ?? 'MIT'}`,
    ...(words.vendor ? [`Vendor: ${words.vendor}`] : []),
    ...(pageOf(words) ? [`URL: ${pageOf(words)}`] : []),
    ...(words.depends ?? []).map((name) => `Requires: ${name}`),
    ...(words.conflicts ?? []).map((name) => `Conflicts: ${name}`),
    '%description',
    [first, ...rest].join('\n'),
    '%post',
    script('after-install'),
    '%postun',
    script('after-remove'),
    '%files',
    '%defattr(-,root,root,-)',
    ...listForRpm(folder),
  ]
  const file = join(scratch, 'package.spec')
  writeFileSync(file, `${spec.join('\n')}\n`)
  const made = join(scratch, 'made')
  const name = basename(words.package)
  const define = { _topdir: join(scratch, 'rpmbuild'), _rpmdir: made, _rpmfilename: name }
  const defines = Object.entries(define).flatMap(([key, value]) => ['--define', `${key} ${value}`])
  const target = { amd64: 'x86_64', arm64: 'aarch64' }[words.architecture] ?? words.architecture
  run('rpmbuild', ['-bb', '--quiet', '--nodeps', `--target=${target}`, '--buildroot', folder, ...defines, file])
  cpSync(join(made, name), resolve(words.package))
}

function main() {
  const { values: words, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
  if (words.input !== 'dir' || !['deb', 'rpm'].includes(words.target))
    throw new SetupError(`cannot make ${words.target} of ${words.input}`, 'A folder becomes a deb or an rpm here.')
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-package-'))
  try {
    const folder = join(scratch, 'root')
    mkdirSync(folder)
    const time = Number(process.env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000))
    const bytes = layOut(positionals, folder, time)
    mkdirSync(dirname(resolve(words.package)), { recursive: true })
    if (words.target === 'deb') makeDeb(words, folder, bytes)
    else makeRpm(words, folder, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

try {
  main()
} catch (error) {
  fail(error)
}

/**
 * Owns having an old Office file converted by an installed LibreOffice: in a process group of its own, without network, with bounded time and
 * memory, in a profile and a folder that are gone afterwards. Refuses: macros, updating links, asking anybody anything.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../shared/errors'
import { throwIfAborted, type FormatContext, type ItemBytes } from './format'

const MiB = 1024 * 1024
/** A share of the time of a task: what it gives still has to be read. */
const TIME_SHARE = 0.6
/** LibreOffice maps about 1.5 GiB before it reads anything: the limit of addresses is that of memory and this. */
const MAPPED_BYTES = 2_048 * MiB
const POLL_MS = 200
const WAIT_MS = 5_000

/** Where LibreOffice is looked for, beside the folders of PATH. */
const usualPlaces: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['/Applications/LibreOffice.app/Contents/MacOS/soffice'],
  win32: [
    'C:\\Program Files\\LibreOffice\\program\\soffice.com',
    'C:\\Program Files (x86)\\LibreOffice\\program\\soffice.com',
  ],
  linux: [
    '/usr/bin/soffice',
    '/usr/lib/libreoffice/program/soffice',
    '/snap/bin/libreoffice',
    '/opt/libreoffice/program/soffice',
  ],
}

/** The program, or `null` when it is not installed. */
export const findOffice = (
  path = process.env['PATH'] ?? '',
  places: readonly string[] = usualPlaces[process.platform] ?? [],
): string | null => {
  const names = process.platform === 'win32' ? ['soffice.com', 'soffice.exe'] : ['soffice', 'libreoffice']
  const onPath = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => join(folder, name)))
  return [...onPath, ...places].find((file) => existsSync(file)) ?? null
}

const setting = (path: string, name: string, value: string): string =>
  `<item oor:path="/org.openoffice.${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`

/** Settings of the profile: no macros, no links to elsewhere, and a proxy that nobody answers at, so that nothing is fetched. */
const PROFILE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">${[
  setting('Office.Common/Security/Scripting', 'DisableMacrosExecution', 'true'),
  setting('Office.Common/Security/Scripting', 'MacroSecurityLevel', '3'),
  setting('Office.Common/Security/Scripting', 'BlockUntrustedRefererLinks', 'true'),
  setting('Office.Common/Java/ApplicationSettings' /* no Java either */, 'Enable', 'false'),
  setting('Office.Calc/Content/Update', 'Link', '2'),
  setting('Office.Calc/Formula/Load', 'OOXMLRecalcMode', '1'),
  setting('Inet/Settings', 'ooInetProxyType', '1'),
  setting('Inet/Settings', 'ooInetHTTPProxyName', '127.0.0.1'),
  setting('Inet/Settings', 'ooInetHTTPProxyPort', '9'),
  setting('Inet/Settings', 'ooInetHTTPSProxyName', '127.0.0.1'),
  setting('Inet/Settings', 'ooInetHTTPSProxyPort', '9'),
  setting('Inet/Settings', 'ooInetFTPProxyName', '127.0.0.1'),
  setting('Inet/Settings', 'ooInetFTPProxyPort', '9'),
].join('')}</oor:items>`

/**
 * Runs the program under limits and watches its standard input: when this process dies and the pipe closes, the whole group is killed.
 * Where the kernel allows it, it runs in a network of its own without any connection.
 */
const GUARD = `
ulimit -c 0; ulimit -t "$1"; ulimit -v "$2" 2>/dev/null; shift 2
if unshare -rn true 2>/dev/null; then set -- unshare -rn "$@"; fi
exec 3<&0
"$@" </dev/null &
child=$!
( cat <&3 >/dev/null; kill -9 -$$ ) 3<&3 &
exec 3<&-
wait $child
`

type Running = { child: ChildProcess; kill: () => void; ended: Promise<number | null> }

const start = (
  program: string,
  args: readonly string[],
  folder: string,
  timeMs: number,
  memoryBytes: number,
): Running => {
  const windows = process.platform === 'win32'
  const env = {
    ...Object.fromEntries(
      ['PATH', 'SystemRoot', 'windir', 'ProgramFiles', 'LANG', 'LC_ALL'].flatMap((name) => {
        const value = process.env[name]
        return value === undefined ? [] : [[name, value]]
      }),
    ),
    HOME: folder,
    USERPROFILE: folder,
    TMPDIR: folder,
    TEMP: folder,
    TMP: folder,
    SAL_USE_VCLPLUGIN: 'svp',
    http_proxy: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
  }
  const seconds = String(Math.ceil(timeMs / 1_000))
  const kilobytes = String(Math.ceil((memoryBytes + MAPPED_BYTES) / 1_024))
  const child = windows
    ? spawn(program, args, { cwd: folder, env, stdio: 'ignore', windowsHide: true })
    : spawn('/bin/sh', ['-c', GUARD, 'sluice', seconds, kilobytes, program, ...args], {
        cwd: folder,
        env,
        stdio: ['pipe', 'ignore', 'ignore'],
        // A group of its own: it is killed with all that it started.
        detached: true,
      })
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', (code) => resolve(code))
  })
  const kill = (): void => {
    const { pid } = child
    if (pid === undefined) return
    if (windows) {
      const killer = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
      killer.once('error', () => child.kill('SIGKILL'))
      return
    }
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // The group is gone already.
      child.kill('SIGKILL')
    }
  }
  return { child, kill, ended }
}

const wait = (ms: number): Promise<'waited'> => new Promise((resolve) => setTimeout(resolve, ms, 'waited'))

/** Waits for the end of the program; ends it when it may not go on. @throws CANCELLED, WORKER_TIMEOUT */
const finish = async (running: Running, timeMs: number, { signal, beat }: FormatContext): Promise<void> => {
  const endMs = performance.now() + timeMs
  try {
    for (;;) {
      const ended = await Promise.race([running.ended, wait(POLL_MS)])
      if (ended !== 'waited') return
      beat()
      throwIfAborted(signal)
      if (performance.now() > endMs)
        throw new AppError('WORKER_TIMEOUT', { limit: Math.round(timeMs / 1_000), setting: 'task.softTimeMs' })
    }
  } finally {
    // Also what the program left running.
    running.kill()
    await Promise.race([running.ended, wait(WAIT_MS)])
  }
}

/** What the program wrote, as an item. */
const readOutput = async (folder: string, context: FormatContext): Promise<ItemBytes | null> => {
  const [name] = await readdir(folder)
  if (name === undefined) return null
  const path = join(folder, name)
  const { size } = await stat(path)
  const limit = context.limits['document.bytes']
  if (size > limit) throw new AppError('FILE_TOO_LARGE', { actual: size, limit, setting: 'document.bytes' })
  const bytes = await readFile(path)
  return {
    sizeBytes: bytes.length,
    head: bytes.subarray(0, 65_536),
    read: async () => bytes,
    stream: () => {
      throw new AppError('INTERNAL_BUG', { reason: 'what was converted is read as a whole' })
    },
    filePath: async () => path,
  }
}

/** What is converted to what, by extensions. `filter` is the name of the reader: without one, rubbish would be read as text. */
export type Conversion = { readonly from: string; readonly to: string; readonly filter: string }

/**
 * Converts an item and hands what came out to `read`; everything on disk is gone afterwards.
 * @throws DOCUMENT_NO_TEXT (turned off), PROGRAM_MISSING, DOCUMENT_CORRUPT, CANCELLED, WORKER_TIMEOUT, FILE_TOO_LARGE
 */
export async function* convertOffice<T>(
  item: ItemBytes,
  { from, to, filter }: Conversion,
  context: FormatContext,
  read: (converted: ItemBytes) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  if (context.limits['office.convert'] === 0)
    throw new AppError('DOCUMENT_NO_TEXT', {
      reason: 'it has an old format of Office, and converting those (office.convert) is turned off',
    })
  const program = findOffice()
  if (program === null) throw new AppError('PROGRAM_MISSING', { program: 'LibreOffice', kind: from })
  if (context.tempDir !== undefined) await mkdir(context.tempDir, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(context.tempDir ?? tmpdir(), 'office-'))
  try {
    const profile = join(folder, 'profile')
    const output = join(folder, 'output')
    await mkdir(join(profile, 'user'), { recursive: true })
    await mkdir(output)
    await writeFile(join(profile, 'user', 'registrymodifications.xcu'), PROFILE)
    // A name of ours: the program may look at the extension, and names from outside never reach a command line.
    const input = join(folder, `input.${from}`)
    await writeFile(input, await item.read())
    const args = [
      `-env:UserInstallation=${pathToFileURL(profile).href}`,
      '--headless',
      '--invisible',
      '--norestore',
      '--nologo',
      '--nodefault',
      '--nolockcheck',
      `--infilter=${filter}`,
      '--convert-to',
      to,
      '--outdir',
      output,
      input,
    ]
    const timeMs = context.limits['task.softTimeMs'] * TIME_SHARE
    const running = start(program, args, folder, timeMs, context.limits['task.memoryBytes'])
    await finish(running, timeMs, context)
    const converted = await readOutput(output, context)
    if (!converted) throw new AppError('DOCUMENT_CORRUPT', { reason: 'LibreOffice could not read it' })
    yield* read(converted)
  } finally {
    // A program that was just killed may still hold a file on some systems.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

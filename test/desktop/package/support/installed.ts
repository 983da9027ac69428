// Owns the installed copy as someone uses it who is not root: the command, and the window, reached by its debugging port as its fuses leave
// no other way in. Refuses: the sandbox switched off.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, type Browser, type Page } from '@playwright/test'

/** An account that every system has. */
const NOBODY = 65_534
const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']

export type Home = { readonly folder: string; readonly dataDir: string; readonly remove: () => void }

/** A home of nobody's, with a name as people have them. */
export const makeHome = (): Home => {
  const top = mkdtempSync(join(tmpdir(), 'sluice-home-'))
  const folder = join(top, 'Jörg Müller')
  mkdirSync(folder)
  for (const path of [top, folder]) chownSync(path, NOBODY, NOBODY)
  return {
    folder,
    dataDir: join(folder, '.local', 'share', 'sluice'),
    remove: () => rmSync(top, { recursive: true, force: true }),
  }
}

const environmentOf = (home: Home): NodeJS.ProcessEnv => ({
  PATH: '/usr/bin:/bin',
  HOME: home.folder,
  LANG: 'C.UTF-8',
  DISPLAY: process.env['DISPLAY'],
  SLUICE_GLOBAL_SHORTCUT: 'off',
  // What another program wants of its Node is refused here.
  NODE_OPTIONS: '--require=/nonexistent.js',
})

/** Runs the installed command as nobody. */
export const runCommand = (
  home: Home,
  words: readonly string[],
): { code: number | null; stdout: string; stderr: string } => {
  const done = spawnSync('setpriv', [...AS_NOBODY, '/usr/bin/sluice', ...words], {
    cwd: home.folder,
    env: { ...environmentOf(home), DISPLAY: undefined },
    encoding: 'utf8',
  })
  return { code: done.status, stdout: done.stdout, stderr: done.stderr }
}

/** What a start has beside what every start has. */
export type StartOptions = {
  /** Folders of programs before those of the system. */
  readonly path?: string
  /** A port that stays when the window starts itself anew; 0: any. */
  readonly port?: number
}

export type Window = {
  readonly page: Page
  readonly pid: number
  /** Waits until it has ended by itself. */
  readonly ended: Promise<void>
  readonly end: () => Promise<void>
}

const DEVTOOLS = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//

const waitForPort = (child: ChildProcess): Promise<string> =>
  new Promise((settle, reject) => {
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const port = DEVTOOLS.exec(said)?.[1]
      if (port !== undefined) settle(port)
    })
    child.once('exit', (code) => reject(new Error(`the window ended with ${String(code)}: ${said}`)))
  })

const startWindow = (home: Home, { path, port = 0 }: StartOptions): ChildProcess =>
  spawn('setpriv', [...AS_NOBODY, '/usr/bin/sluice-window', `--remote-debugging-port=${port}`], {
    cwd: home.folder,
    env: { ...environmentOf(home), ...(path === undefined ? {} : { PATH: `${path}:/usr/bin:/bin` }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })

const REACH_TRIES = 3
const REACH_MS = 15_000

const waitForPage = async (browser: Browser): Promise<Page> => {
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('the window has no context')
  return context.pages()[0] ?? context.waitForEvent('page', { timeout: REACH_MS })
}

/** Comes to a window by its port. Who comes in the very moment in which its page is made may never be told of it, and comes again. */
const reachWindow = async (port: number | string): Promise<{ readonly browser: Browser; readonly page: Page }> => {
  for (let tries = 1; ; tries += 1) {
    let browser: Browser | null = null
    try {
      browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true, timeout: REACH_MS })
      return { browser, page: await waitForPage(browser) }
    } catch (thrown) {
      await browser?.close()
      if (tries === REACH_TRIES) throw thrown
    }
  }
}

/** Starts the installed window as nobody, with Chromium's sandbox on. */
export const openWindow = async (home: Home, options: StartOptions = {}): Promise<Window> => {
  const child = startWindow(home, options)
  const ended = new Promise<void>((settle) => child.once('exit', () => settle()))
  const { browser, page } = await reachWindow(await waitForPort(child)).catch(async (thrown: unknown) => {
    // What nobody came to must not run beside the tests after it.
    child.kill('SIGTERM')
    await ended
    throw thrown
  })
  return {
    page,
    pid: child.pid ?? 0,
    ended,
    end: async () => {
      await browser.close()
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Starts the installed window and waits for its end; it is expected not to come up. */
export const failToOpen = async (home: Home, options: StartOptions): Promise<{ code: number | null; said: string }> => {
  const child = startWindow(home, options)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const code = await new Promise<number | null>((settle) => child.once('exit', settle))
  return { code, said }
}

/** The programs of windows that run: not what they have started for their pages. */
const windowPids = (): number[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter(
      (line) => /^\s*\d+ (?:\/usr\/bin|\/opt\/Sluice)\/sluice-window(?: |$)/.test(line) && !line.includes('--type='),
    )
    .map((line) => Number.parseInt(line, 10))

/** Comes to the window that started itself anew on the same port. */
export const findWindow = async (port: number): Promise<Pick<Window, 'page' | 'end'>> => {
  let found: Awaited<ReturnType<typeof reachWindow>> | null = null
  await expect
    .poll(
      async () => {
        found = await reachWindow(port).catch(() => null)
        return found !== null
      },
      { timeout: 60_000 },
    )
    .toBe(true)
  const reached = found as Awaited<ReturnType<typeof reachWindow>> | null
  if (reached === null) throw new Error('no window came')
  return {
    page: reached.page,
    end: async () => {
      await reached.browser.close()
      for (const pid of windowPids()) process.kill(pid, 'SIGTERM')
      await expect.poll(() => windowPids()).toEqual([])
    },
  }
}

/** The command lines of all processes of the installed copy. */
export const listProcesses = (): string[] =>
  execFileSync('ps', ['-eo', 'user:20,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('/opt/Sluice/') || line.includes('sluice-window'))

/** Whether a process is confined by a filter of system calls, as Chromium's sandbox does it. */
export const isConfined = (pid: number): boolean => /^Seccomp:\s*2$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

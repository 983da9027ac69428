/**
 * Owns speaking with the service of this system: installing, removing, and asking for the state of what was defined.
 * Refuses: defining it; and touching a file that is not ours.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '../../../shared/errors'
import { SERVICE_MARK, type ServiceDefinition, type ServicePlace, type ServiceSystem } from './definition'

export type ServiceState = { readonly installed: boolean; readonly enabled: boolean; readonly running: boolean }

type Answer = { readonly ok: boolean; readonly output: string }

const TIMEOUT_MS = 60_000

const ask = (program: string, words: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' }
    execFile(program, [...words], { timeout: TIMEOUT_MS, env, windowsHide: true }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') }),
    )
  })

const must = async (program: string, words: readonly string[]): Promise<void> => {
  const { ok, output } = await ask(program, words)
  if (!ok) throw new AppError('SERVICE_FAILED', { reason: `${program}: ${output.slice(0, 300)}` })
}

const readFileOf = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Whether a file of ours is there. @throws SERVICE_FOREIGN when it is somebody else's */
const isOurs = (file: string): boolean => {
  const text = readFileOf(file)
  if (text !== null && !text.includes(SERVICE_MARK)) throw new AppError('SERVICE_FOREIGN', { path: file })
  return text !== null
}

/** Puts a file in place and has the system take it; what it does not take does not stay. */
const place = async ({ file, text }: { file: string; text: string }, take: () => Promise<void>): Promise<void> => {
  const wasThere = isOurs(file)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode: 0o600 })
  try {
    await take()
  } catch (thrown) {
    if (!wasThere) rmSync(file, { force: true })
    throw thrown
  }
}

const domain = (): string => `gui/${userInfo().uid}`

type Tools = {
  readonly install: (service: ServiceDefinition) => Promise<void>
  /** `false`: there was none. */
  readonly remove: (service: ServicePlace) => Promise<boolean>
  readonly state: (service: ServicePlace) => Promise<ServiceState>
}

const ofFile = ({ file, name }: ServicePlace): string => {
  if (file === null) throw new AppError('INTERNAL_BUG', { reason: `${name} has no file` })
  return file
}

const linux: Tools = {
  install: async (service) => {
    await place({ file: ofFile(service), text: service.text }, async () => {
      await must('systemctl', ['--user', 'daemon-reload'])
      await must('systemctl', ['--user', 'enable', `${service.name}.service`])
      // What is in force may be an older one.
      await must('systemctl', ['--user', 'restart', `${service.name}.service`])
    })
  },
  remove: async (service) => {
    const file = ofFile(service)
    if (!isOurs(file)) return false
    await must('systemctl', ['--user', 'disable', '--now', `${service.name}.service`])
    rmSync(file, { force: true })
    await must('systemctl', ['--user', 'daemon-reload'])
    return true
  },
  state: async (service) => {
    const unit = `${service.name}.service`
    const enabled = await ask('systemctl', ['--user', 'is-enabled', unit])
    const active = await ask('systemctl', ['--user', 'is-active', unit])
    return {
      installed: isOurs(ofFile(service)),
      enabled: enabled.output === 'enabled',
      running: active.output === 'active',
    }
  },
}

const macos: Tools = {
  install: async (service) => {
    const file = ofFile(service)
    await place({ file, text: service.text }, async () => {
      // One that is loaded already is loaded anew; that there was none is no failure.
      await ask('launchctl', ['bootout', `${domain()}/${service.name}`])
      await must('launchctl', ['bootstrap', domain(), file])
    })
  },
  remove: async (service) => {
    const file = ofFile(service)
    if (!isOurs(file)) return false
    await ask('launchctl', ['bootout', `${domain()}/${service.name}`])
    rmSync(file, { force: true })
    return true
  },
  state: async (service) => {
    const { ok, output } = await ask('launchctl', ['print', `${domain()}/${service.name}`])
    return { installed: isOurs(ofFile(service)), enabled: ok, running: ok && /^\s*state = running$/m.test(output) }
  },
}

const windows: Tools = {
  install: async ({ name, text }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-service-'))
    try {
      const file = join(folder, 'task.xml')
      // The Task Scheduler reads UTF-16 with its mark.
      writeFileSync(file, `\uFEFF${text}`, 'utf16le')
      await must('schtasks.exe', ['/Create', '/F', '/TN', name, '/XML', file])
      await must('schtasks.exe', ['/Run', '/TN', name])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  remove: async ({ name }) => {
    if (!(await ask('schtasks.exe', ['/Query', '/TN', name])).ok) return false
    await ask('schtasks.exe', ['/End', '/TN', name])
    await must('schtasks.exe', ['/Delete', '/F', '/TN', name])
    return true
  },
  state: async ({ name }) => {
    const { ok, output } = await ask('schtasks.exe', ['/Query', '/FO', 'CSV', '/NH', '/TN', name])
    return { installed: ok, enabled: ok && !/disabled/i.test(output), running: ok && /running/i.test(output) }
  },
}

export const serviceTools: Readonly<Record<ServiceSystem, Tools>> = { linux, macos, windows }

// The queue that goes on by itself: `run --stay`, and the service that starts it. Of the system only the answers are made up.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endAll, run, runJson, start, until } from './support/command'

type Listed = { documents: { state: string }[]; total: number }
type Service = { name: string; file: string; installed: boolean; enabled: boolean; running: boolean }

let root = ''
let dataDir = ''
const before = { PATH: process.env['PATH'], XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'] }

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-service-'))
  writeFileSync(join(root, 'letter.txt'), 'The keeper of the lighthouse writes a letter.')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeEach(() => {
  dataDir = mkdtempSync(join(root, 'd'))
})
afterEach(endAll)

const listed = async (): Promise<Listed> => (await runJson<Listed>(dataDir, ['documents', 'list'])).value

describe('sluice run --stay', () => {
  it('works on what others queue, and ends well when it is told to', async () => {
    const staying = start(dataDir, ['run', '--stay'])
    await until(async () => staying.printed().stderr.includes('until told to end'))
    const { value } = await runJson<{ job: { state: string } }>(dataDir, [
      'ingest',
      '--detach',
      join(root, 'letter.txt'),
    ])
    expect(['queued', 'running', 'completed']).toContain(value.job.state)
    await until(async () => (await listed()).documents[0]?.state === 'indexed')
    expect(staying.child.exitCode).toBeNull()
    staying.child.kill('SIGTERM')
    expect(await staying.ended).toMatchObject({ code: 0, signal: null, stdout: '' })
  })

  it('takes over when the one that worked has left, and goes on with the queue', async () => {
    const owner = start(dataDir, ['run', '--stay'])
    await until(async () => owner.printed().stderr.includes('until told to end'))
    const second = start(dataDir, ['run', '--stay'])
    await until(async () => second.printed().stderr.includes('when that has left'))
    owner.child.kill('SIGKILL')
    await owner.ended
    await run(dataDir, ['ingest', '--detach', join(root, 'letter.txt')])
    await until(async () => (await listed()).documents[0]?.state === 'indexed')
    second.child.kill('SIGINT')
    expect((await second.ended).code).toBe(0)
  })
})

describe.runIf(process.platform === 'linux')('sluice service', () => {
  const said = (): string[] => readFileSync(join(root, 'said'), 'utf8').trim().split('\n')
  const answer = (script: string): void => {
    writeFileSync(join(root, 'bin', 'systemctl'), `#!/bin/sh\necho "$*" >> "${join(root, 'said')}"\n${script}\n`)
    chmodSync(join(root, 'bin', 'systemctl'), 0o755)
  }

  beforeEach(() => {
    mkdirSync(join(root, 'bin'), { recursive: true })
    writeFileSync(join(root, 'said'), '')
    process.env['PATH'] = `${join(root, 'bin')}${delimiter}${before.PATH ?? ''}`
    process.env['XDG_CONFIG_HOME'] = mkdtempSync(join(root, 'config-'))
  })
  afterEach(() => {
    process.env['PATH'] = before.PATH
    if (before.XDG_CONFIG_HOME === undefined) delete process.env['XDG_CONFIG_HOME']
    else process.env['XDG_CONFIG_HOME'] = before.XDG_CONFIG_HOME
  })

  it('is installed, told and removed', async () => {
    answer('case "$*" in *is-enabled*) echo enabled;; *is-active*) echo active;; esac')
    const { code, value } = await runJson<Service>(dataDir, ['service', 'install'])
    expect(code).toBe(0)
    expect(value).toMatchObject({ system: 'linux', installed: true, enabled: true, running: true, dataDir })
    expect(readFileSync(value.file, 'utf8')).toContain(`"run" "--stay" "--data-dir" "${dataDir}"`)
    const unit = `${value.name}.service`
    expect(said().slice(0, 3)).toEqual(['--user daemon-reload', `--user enable ${unit}`, `--user restart ${unit}`])
    expect((await run(dataDir, ['service', 'status'])).stdout).toContain('starts by itself and runs')
    expect((await runJson(dataDir, ['service', 'remove'])).value).toEqual({ name: value.name, removed: true })
    expect(said()).toContain(`--user disable --now ${unit}`)
    expect(existsSync(value.file)).toBe(false)
    expect((await runJson(dataDir, ['service', 'remove'])).value).toEqual({ name: value.name, removed: false })
  })

  it('is told as refused where the system has no such thing', async () => {
    answer('echo "Failed to connect to bus" >&2; exit 1')
    const { code, stderr } = await run(dataDir, ['service', 'install'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/Failed to connect to bus.*SERVICE_FAILED/)
    expect(stderr).toContain('sluice service print')
    const { value } = await runJson<Service>(dataDir, ['service', 'status'])
    expect([value.installed, existsSync(value.file)]).toEqual([false, false])
  })

  it('leaves a file alone that it did not make', async () => {
    answer('exit 0')
    const { value } = await runJson<Service>(dataDir, ['service', 'print'])
    mkdirSync(join(value.file, '..'), { recursive: true })
    writeFileSync(value.file, '[Service]\nExecStart=/bin/mine\n')
    expect((await run(dataDir, ['service', 'install'])).stderr).toContain('SERVICE_FOREIGN')
    expect((await run(dataDir, ['service', 'remove'])).stderr).toContain('SERVICE_FOREIGN')
    expect(readFileSync(value.file, 'utf8')).toContain('/bin/mine')
  })
})

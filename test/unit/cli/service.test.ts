// The files of the service of each system: filled whole, with whatever is in a path, and accepted by systemd where it is there.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  defineService,
  SERVICE_MARK,
  serviceSystems,
  systemOf,
  templateOf,
  type ServiceAsked,
  type ServiceSystem,
} from '../../../src/main/cli/service/definition'

const asked = (system: ServiceSystem, more: Partial<ServiceAsked> = {}): ServiceAsked => ({
  system,
  command: [process.execPath, '/opt/sluice/cli.js', 'run', '--stay', '--data-dir', '/home/ada/.local/share/sluice'],
  environment: {},
  dataDir: '/home/ada/.local/share/sluice',
  isUsualFolder: true,
  home: '/home/ada',
  configHome: null,
  user: 'ada',
  ...more,
})
const define = (given: ServiceAsked) =>
  defineService(given, readFileSync(templateOf('resources/services', given.system), 'utf8'))
const odd = '/data/100% "sure" & $HOME \\ <b>'

describe.each(serviceSystems)('the service of %s', (system) => {
  it('has its command, is known as ours, gives way, starts again after failures, and leaves no place unfilled', () => {
    const { text, name } = define(asked(system))
    expect(text).not.toMatch(/\{\{|\}\}/)
    expect(text).toContain(SERVICE_MARK)
    for (const word of ['/opt/sluice/cli.js', 'run', '--stay', '--data-dir']) expect(text).toContain(word)
    expect(text).toMatch(/^Nice=10$|<key>Nice<\/key>|<Priority>8</m)
    expect(text).toMatch(/^Restart=on-failure$|<key>KeepAlive<\/key>|<RestartOnFailure>/m)
    expect(name).toMatch(/sluice/i)
  })

  it('has another name for another folder', () => {
    const other = define(asked(system, { dataDir: '/data/b', isUsualFolder: false }))
    expect(other.name).not.toBe(define(asked(system)).name)
    expect(other.name).not.toBe(define(asked(system, { dataDir: '/data/c', isUsualFolder: false })).name)
  })

  it('says variables only where there are some', () => {
    const bare = define(asked(system)).text
    const told = define(asked(system, { environment: { ELECTRON_RUN_AS_NODE: '1' } })).text
    expect(bare).not.toContain('ELECTRON_RUN_AS_NODE')
    expect(told).toMatch(/ELECTRON_RUN_AS_NODE/)
    if (system !== 'windows') expect(told.split('\n').length).toBeGreaterThan(bare.split('\n').length)
  })
})

it('each system looks for it where it belongs', () => {
  expect(define(asked('linux')).file).toBe('/home/ada/.config/systemd/user/sluice.service')
  expect(define(asked('linux', { configHome: '/c' })).file).toBe('/c/systemd/user/sluice.service')
  expect(define(asked('macos')).file).toBe('/home/ada/Library/LaunchAgents/org.sluice.queue.plist')
  expect(define(asked('windows')).file).toBeNull()
  expect((['linux', 'darwin', 'win32', 'aix'] as const).map(systemOf)).toEqual(['linux', 'macos', 'windows', null])
})

it('what is odd in a path stays one word of the command', () => {
  const command = ['/usr/bin/node', '/opt/cli.js', 'run', '--data-dir', odd]
  const more = { command, dataDir: odd, isUsualFolder: false }
  expect(define(asked('linux', more)).text).toContain('"/data/100%% \\"sure\\" & $$HOME \\\\ <b>"')
  const xml = '/data/100% &quot;sure&quot; &amp; $HOME \\ &lt;b&gt;'
  expect(define(asked('macos', more)).text).toContain(`<string>${xml}</string>`)
  expect(define(asked('windows', more)).text).toContain(
    '&quot;/data/100% \\&quot;sure\\&quot; &amp; $HOME \\ &lt;b&gt;&quot;',
  )
})

it('what ends or continues a line in a path leaves the lines of a unit as they are', () => {
  const plainly = define(asked('linux')).text.split(/[\r\n]/).length
  const hostile = '/data/a\rb\nRestart=no\t\\'
  const more = { command: ['/usr/bin/node', 'run', hostile], dataDir: hostile }
  const { text } = define(asked('linux', more))
  expect(text.split(/[\r\n]/)).toHaveLength(plainly)
  expect(text).toContain('"/data/a\\u000db\\u000aRestart=no\\u0009\\\\"')
  expect(text.split('\n').filter((line) => line.endsWith('\\'))).toEqual([])
})

/** What systemd says against a unit; nothing where it is not there. */
const faultsOf = (file: string): string[] => {
  const env = { ...process.env, XDG_RUNTIME_DIR: dirname(file) }
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', file], { encoding: 'utf8', env })
  // Older ones do not know how to wait longer each time, and say so.
  const isOld = (line: string): boolean => /RestartSteps|RestartMaxDelaySec/.test(line)
  return (stderr ?? '').split('\n').filter((line) => line.includes('sluice.service') && !isOld(line))
}

it('a unit has the three sections that systemd reads, and nothing that it refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'))
  try {
    const file = join(folder, 'sluice.service')
    const command = [process.execPath, join(folder, odd.replaceAll('/', '_')), 'run', '--stay']
    const dataDir = '/data/a\rb\\'
    const words = [...command, dataDir]
    const { text } = define(asked('linux', { command: words, environment: { ELECTRON_RUN_AS_NODE: '1' }, dataDir }))
    writeFileSync(file, text)
    expect(text.match(/^\[\w+\]$/gm)).toEqual(['[Unit]', '[Service]', '[Install]'])
    const others = text.split('\n').filter((line) => line !== '' && !/^(#|\[\w+\]$|\w+=.)/.test(line))
    expect(others).toEqual([])
    expect(faultsOf(file)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it('the others are XML whose elements all end', () => {
  for (const system of ['macos', 'windows'] as const) {
    const { text } = define(asked(system, { dataDir: odd, command: ['node', odd], isUsualFolder: false }))
    const open: string[] = []
    for (const [tag, slash = '', name = ''] of text
      .replace(/<!--.*?-->|<[?!][^>]*>/gs, '')
      .matchAll(/<(\/?)(\w+)[^>]*>/g)) {
      if (slash !== '') expect(open.pop()).toBe(name)
      else if (!tag.endsWith('/>')) open.push(name)
    }
    expect(open).toEqual([])
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/)
  }
})

// `sluice data remove`: what Sluice keeps is listed, agreed to and gone; documents, and what it did not make, are where they were.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { endAll, run, runJson, start, until } from './support/command'

type Removed = {
  removed: boolean
  dryRun: boolean
  bytes: number
  folders: { path: string; parts: { part: string; bytes: number }[]; foreign: string[] }[]
  places: { kind: string; name: string }[]
  left: string[]
}

let root = ''
let dataDir = ''
let letter = ''
const before = { PATH: process.env['PATH'], XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'] }

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'cli-remove-')))
  dataDir = join(root, 'data')
  letter = join(root, 'letter.txt')
  writeFileSync(letter, 'The keeper of the lighthouse writes a letter.')
  await run(dataDir, ['ingest', letter])
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
afterEach(async () => {
  await endAll()
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})

it('shows what would go, and removes nothing, without a yes', async () => {
  const { code, value } = await runJson<Removed>(dataDir, ['data', 'remove', '--dry-run'])
  expect(code).toBe(0)
  expect(value).toMatchObject({ removed: false, dryRun: true, places: [], left: [] })
  expect(value.folders.map(({ path }) => path)).toEqual([dataDir])
  expect(value.folders[0]?.parts.map(({ part }) => part)).toEqual(expect.arrayContaining(['database', 'vectors']))
  const refused = await run(dataDir, ['data', 'remove'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('(USAGE)')
  expect(refused.stdout).toContain('index and texts of documents')
  const asked = await runJson<{ error: { code: string } }>(dataDir, ['data', 'remove'])
  expect(asked.value.error.code).toBe('USAGE')
  expect(existsSync(join(dataDir, 'sluice.db'))).toBe(true)
})

it('refuses while another one works in the folder, and a folder that is none of its own', async () => {
  const staying = start(dataDir, ['run', '--stay'])
  await until(async () => staying.printed().stderr.includes('until told to end'))
  const used = await runJson<{ error: { code: string } }>(dataDir, ['data', 'remove', '--yes'])
  expect(used.value.error.code).toBe('REMOVE_IN_USE')
  staying.child.kill('SIGTERM')
  await staying.ended
  expect((await run(dataDir, ['search', 'lighthouse'])).stdout).toContain('letter.txt')
  const other = await run(root, ['data', 'remove', '--yes'])
  expect(other).toMatchObject({ code: 1 })
  expect(other.stderr).toContain('(REMOVE_NOT_OURS)')
  expect(existsSync(letter)).toBe(true)
})

it.runIf(process.platform === 'linux')('goes with its service, and leaves what is not its own', async () => {
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin', 'systemctl'), `#!/bin/sh\necho "$*" >> "${join(root, 'said')}"\n`)
  chmodSync(join(root, 'bin', 'systemctl'), 0o755)
  process.env['PATH'] = `${join(root, 'bin')}${delimiter}${before.PATH ?? ''}`
  process.env['XDG_CONFIG_HOME'] = join(root, 'config')
  const service = await runJson<{ name: string; file: string }>(dataDir, ['service', 'install'])
  expect(existsSync(service.value.file)).toBe(true)
  const moved = join(root, 'disk')
  await run(dataDir, ['data', 'move', moved])
  const mine = join(moved, 'mine.odt')
  writeFileSync(mine, 'mine')
  // Asked for by the name that it had before it was moved.
  const { code, value } = await runJson<Removed>(dataDir, ['data', 'remove', '--yes'])
  expect(code).toBe(2)
  expect(value).toMatchObject({ removed: true, left: [mine], places: [{ kind: 'service', name: service.value.name }] })
  expect(value.folders.map(({ path }) => path)).toEqual([moved, dataDir])
  expect(existsSync(service.value.file)).toBe(false)
  expect(readFileSync(join(root, 'said'), 'utf8')).toContain(`disable --now ${service.value.name}.service`)
  expect(existsSync(dataDir)).toBe(false)
  expect(readFileSync(mine, 'utf8')).toBe('mine')
  expect(readFileSync(letter, 'utf8')).toContain('lighthouse')
  // Nothing is left to remove, and a new start is a first one.
  expect((await runJson<Removed>(dataDir, ['data', 'remove', '--yes'])).value).toMatchObject({ removed: false })
  expect((await runJson<{ total: number }>(dataDir, ['documents', 'list'])).value.total).toBe(0)
})

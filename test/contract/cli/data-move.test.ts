// `sluice data move`: the folder goes to another place, and whoever asks for the old one is led there.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { endAll, run, runJson, start, until } from './support/command'

let root = ''
let dataDir = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cli-move-'))
  dataDir = join(root, 'data')
  writeFileSync(join(root, 'letter.txt'), 'The keeper of the lighthouse writes a letter.')
  await run(dataDir, ['ingest', join(root, 'letter.txt')])
})
afterAll(() => rmSync(root, { recursive: true, force: true }))
afterEach(endAll)

const search = async () => {
  const { value } = await runJson<{ results: { path: string }[] }>(dataDir, ['search', 'lighthouse'])
  return value.results.map(({ path }) => path)
}

it('is refused to where it cannot go, and while another one works in it', async () => {
  const codeOf = async (to: string) =>
    (await runJson<{ error: { code: string } }>(dataDir, ['data', 'move', to])).value.error.code
  expect(await codeOf(join(dataDir, 'inside'))).toBe('MOVE_INSIDE')
  mkdirSync(join(root, 'full'))
  writeFileSync(join(root, 'full', 'mine'), '')
  expect(await codeOf(join(root, 'full'))).toBe('MOVE_NOT_EMPTY')
  const staying = start(dataDir, ['run', '--stay'])
  await until(async () => staying.printed().stderr.includes('until told to end'))
  expect(await codeOf(join(root, 'elsewhere'))).toBe('MOVE_IN_USE')
  staying.child.kill('SIGTERM')
  await staying.ended
  expect(existsSync(join(root, 'elsewhere'))).toBe(false)
})

it('is not led anywhere by an organization that has set it', async () => {
  const policy = join(root, 'policy.json')
  writeFileSync(policy, JSON.stringify({ sluicePolicy: 1, dataDir }))
  process.env['SLUICE_POLICY_FILE'] = policy
  try {
    const { value } = await runJson<{ error: { code: string } }>(dataDir, ['data', 'move', join(root, 'elsewhere')])
    expect(value.error.code).toBe('DATA_DIR_MANAGED')
  } finally {
    delete process.env['SLUICE_POLICY_FILE']
  }
})

it('goes to another place, is found there by its old name, and leaves only a word where it was', async () => {
  const to = join(root, 'disk', 'Sluice')
  const { code, value } = await runJson<{ from: string; to: string; bytes: number; oldRemoved: boolean }>(dataDir, [
    'data',
    'move',
    to,
  ])
  expect(code).toBe(0)
  expect(value).toMatchObject({ from: dataDir, to, oldRemoved: false })
  expect(await search()).toEqual(['letter.txt'])
  expect(existsSync(join(dataDir, 'sluice.db'))).toBe(true)
  expect((await runJson(dataDir, ['data', 'remove-old'])).value).toEqual({ removed: dataDir })
  expect(readdirSync(dataDir)).toEqual(['moved-to.json'])
  expect(await search()).toEqual(['letter.txt'])
  const further = join(root, 'further')
  const { stdout } = await run(dataDir, ['data', 'move', further, '--remove-old'])
  expect(stdout).toContain('What was in the old one is removed.')
  expect(readdirSync(to)).toEqual(['moved-to.json'])
  expect(await search()).toEqual(['letter.txt'])
})

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { compareWithStamp, writeStamp } from '../../../scripts/setup/stamp.mjs'

let folder = ''
let stamp = ''
const look = (): { same: boolean; value: unknown } => compareWithStamp(stamp, folder, ['src', 'lock.json'])

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'))
  stamp = join(folder, 'out', '.stamp')
  mkdirSync(join(folder, 'src', 'inner'), { recursive: true })
  writeFileSync(join(folder, 'src', 'inner', 'a.ts'), 'one')
  writeFileSync(join(folder, 'lock.json'), '{}')
  writeStamp(stamp, look().value)
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('is the same when nothing changed', () => {
  expect(look().same).toBe(true)
})

it('is the same when files were only touched', () => {
  utimesSync(join(folder, 'src', 'inner', 'a.ts'), 1, 1)
  expect(look().same).toBe(true)
})

it('differs when a file changed and kept its size', () => {
  writeFileSync(join(folder, 'src', 'inner', 'a.ts'), 'two')
  utimesSync(join(folder, 'src', 'inner', 'a.ts'), 2, 2)
  expect(look().same).toBe(false)
})

it('differs when a file was added, renamed or removed', () => {
  writeFileSync(join(folder, 'src', 'b.ts'), '')
  expect(look().same).toBe(false)
  rmSync(join(folder, 'src', 'b.ts'))
  expect(look().same).toBe(true)
  rmSync(join(folder, 'lock.json'))
  expect(look().same).toBe(false)
})

it('differs when the stamp is missing or damaged', () => {
  writeFileSync(stamp, '{"times":')
  expect(look().same).toBe(false)
  rmSync(stamp)
  expect(look().same).toBe(false)
})

// Who starts on an old data folder: several at once, one beside an upgrade that takes long; and folders in odd places.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openSession } from '../../../src/main/owner/session'
import { listBackups } from '../../../src/main/store/backups'
import { SCHEMA_VERSION } from '../../../src/main/store/migrations'
import { peekVersion } from '../../../src/main/store/schema-version'
import { UPGRADE_SIGN } from '../../../src/shared/backups'
import type { JobReport, SearchResult } from '../../../src/shared/domain'
import { toAppError } from '../../../src/shared/errors'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { makeTempDir, silentLog } from '../../support/engine'
import { runJson, type ErrorAnswer } from '../../support/faults/command'
import { openSmallDisk, withoutPrivileges } from '../../support/faults/rights'
import { sumsOf } from './support/folders'

const temp = makeTempDir('upgrade-starts')
afterAll(() => {
  temp.remove()
})

const findBoiler = (dataDir: string) =>
  runJson<SearchResult>(['search', 'chimney sweep', '--mode', 'keyword'], { dataDir })

describe('several programs that start at once on an old folder', () => {
  it('find the same: one brings it up to date, once, and the others wait for it', { timeout: 90_000 }, async () => {
    const dataDir = join(temp.path, 'at-once')
    unpackFixture(1, dataDir)
    const answers = await Promise.all([findBoiler(dataDir), findBoiler(dataDir), findBoiler(dataDir)])
    expect(answers.map(({ code, results }) => [code, results[0]?.path])).toEqual(
      Array.from({ length: 3 }, () => [0, 'papers/boiler.txt']),
    )
    expect(listBackups(dataDir)).toHaveLength(1)
  })

  it('wait longer while an upgrade is under way, and say so when it takes too long', { timeout: 60_000 }, async () => {
    const dataDir = join(temp.path, 'slow')
    mkdirSync(dataDir)
    const sign = join(dataDir, UPGRADE_SIGN)
    const failureOf = async (options: { busyMs: number; upgradeMs: number }) => {
      const begunMs = performance.now()
      const opening = openSession({
        dataDir,
        version: '1.0.0',
        log: silentLog,
        startEngine: async () => null,
        ...options,
      })
      const error = await opening.then(
        () => null,
        (thrown: unknown) => toAppError(thrown),
      )
      return {
        code: error?.code,
        upgrading: error?.details['upgrading'],
        message: error?.message,
        ms: performance.now() - begunMs,
      }
    }
    const plain = await failureOf({ busyMs: 100, upgradeMs: 60_000 })
    expect(plain).toMatchObject({ code: 'OWNER_BUSY', upgrading: false })
    writeFileSync(sign, '')
    const slow = await failureOf({ busyMs: 100, upgradeMs: 1_500 })
    expect(slow).toMatchObject({ code: 'OWNER_BUSY', upgrading: true })
    expect(slow.message).toContain('is bringing the data folder')
    expect(slow.ms).toBeGreaterThan(1_400)
    const ended = failureOf({ busyMs: 100, upgradeMs: 60_000 })
    setTimeout(() => rmSync(sign), 800)
    expect(await ended).toMatchObject({ code: 'OWNER_BUSY', upgrading: false })
    expect((await ended).ms).toBeGreaterThan(700)
  })

  it('take no sign for true that a process left which died', { timeout: 30_000 }, async () => {
    const dataDir = join(temp.path, 'left')
    unpackFixture(SCHEMA_VERSION, dataDir)
    writeFileSync(join(dataDir, UPGRADE_SIGN), '')
    expect((await findBoiler(dataDir)).results).toHaveLength(1)
    expect(readdirSync(dataDir)).not.toContain(UPGRADE_SIGN)
  })
})

describe('a folder in an odd place', () => {
  it.each([
    ['with spaces, umlauts, quotes and emoji', join('Jörg O’Neill', "it's 100% “mine” 🦉 & more")],
    [
      'with a path of over 260 characters',
      join(...Array.from({ length: 6 }, (_, at) => `${at}-${'long-name-'.repeat(5)}`)),
    ],
  ])('%s is brought up to date, restored and worked on', { timeout: 60_000 }, async (_what, name) => {
    const dataDir = join(temp.path, name)
    unpackFixture(3, dataDir)
    expect((await findBoiler(dataDir)).results[0]?.path).toBe('papers/boiler.txt')
    expect(peekVersion(join(dataDir, 'sluice.db'))).toBe(SCHEMA_VERSION)
    const [{ id = '', vectors } = {}] = listBackups(dataDir)
    expect(vectors).toBe('linked')
    expect(await runJson(['data', 'restore', id], { dataDir })).toMatchObject({ code: 0, restored: { schema: 3 } })
    const paper = join(temp.path, `paper-${name.length}.txt`)
    writeFileSync(paper, 'Herons stand in the shallow water.')
    expect((await runJson<JobReport>(['ingest', paper], { dataDir })).documents.indexed).toBe(1)
  })

  it('has no two names that differ by capitals alone', { timeout: 30_000 }, async () => {
    const dataDir = join(temp.path, 'capitals')
    unpackFixture(17, dataDir)
    await findBoiler(dataDir)
    const names = readdirSync(dataDir, { recursive: true }).map(String)
    expect(names.length).toBeGreaterThan(20)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length)
  })

  it.runIf(process.platform === 'linux')('that may not be written is named, and stays as it is', async () => {
    const dataDir = join(temp.path, 'closed')
    unpackFixture(3, dataDir)
    execFileSync('chmod', ['-R', 'a-w', dataDir])
    const before = sumsOf(dataDir)
    const { code, error } = await runJson<ErrorAnswer>(['search', 'boiler'], { dataDir, prefix: withoutPrivileges })
    execFileSync('chmod', ['-R', 'u+w', dataDir])
    expect([code, error.code]).toEqual([1, 'DATA_DIR_UNWRITABLE'])
    expect(sumsOf(dataDir)).toEqual(before)
  })

  it.runIf(process.platform === 'linux')(
    'on a disk that is read-only is named as such',
    { timeout: 60_000 },
    async () => {
      const folder = join(temp.path, 'disk')
      const disk = await openSmallDisk(folder, 24 * 1024 * 1024)
      try {
        const source = join(temp.path, 'disk-source')
        unpackFixture(3, source)
        const [program = '', ...args] = disk.prefix
        const within = (...words: string[]): string => execFileSync(program, [...args, ...words], { encoding: 'utf8' })
        const dataDir = join(folder, 'data')
        within('cp', '-r', source, dataDir)
        within('mount', '-o', 'remount,ro', folder)
        const { code, error } = await runJson<ErrorAnswer>(['search', 'boiler'], { dataDir, prefix: disk.prefix })
        expect([code, error.code]).toEqual([1, 'DATA_DIR_UNWRITABLE'])
        expect(error.message).toMatch(/read-only/)
      } finally {
        await disk.close()
      }
    },
  )
})

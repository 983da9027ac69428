// What can be wrong with a path: each has its own code, and everything else in the same job is indexed.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobReport, SearchResult } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { codesOf, runJson } from '../../support/faults/command'
import { withoutPrivileges } from '../../support/faults/rights'

const temp = makeTempDir('paths')
const folder = join(temp.path, 'papers')
const options = { dataDir: join(temp.path, 'data'), prefix: withoutPrivileges }
let report: JobReport & { code: number }

const write = (name: string | Buffer, text: string): void => {
  const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)])
  writeFileSync(path, text)
}

/** A socket file: it stays only while somebody listens. */
const listen = (path: string): Promise<() => Promise<void>> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(path, () => resolve(() => new Promise((done) => server.close(() => done()))))
  })

beforeAll(async () => {
  mkdirSync(join(folder, 'sub', 'deeper'), { recursive: true })
  mkdirSync(join(folder, 'locked'))
  write('good.txt', 'Herons stand in the shallow water.')
  write('sub/deeper/good.txt', 'The last bus leaves before the concert ends.')
  write('unreadable.txt', 'Nobody reads this.')
  write('locked/inside.txt', 'A chest of camphor wood.')
  write('empty.txt', '')
  write(Buffer.from([0x6e, 0xff, 0x6d, 0x65, 0x2e, 0x74, 0x78, 0x74]), 'Words in a file with a broken name: kumquat.')
  chmodSync(join(folder, 'unreadable.txt'), 0)
  chmodSync(join(folder, 'locked'), 0)
  symlinkSync('..', join(folder, 'sub', 'loop'))
  symlinkSync('self', join(folder, 'self'))
  symlinkSync('good.txt', join(folder, 'link.txt'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const close = await listen(join(folder, 'socket'))
  try {
    report = await runJson<JobReport>(['ingest', folder, join(temp.path, 'nowhere.txt')], options)
  } finally {
    await close()
  }
}, 60_000)

afterAll(() => {
  chmodSync(join(folder, 'locked'), 0o700)
  temp.remove()
})

describe('what can be wrong with a path', () => {
  it('has its own code each time', () => {
    expect(codesOf(report)).toEqual({
      'nowhere.txt': 'PATH_MISSING',
      'papers/empty.txt': 'FILE_EMPTY',
      'papers/link.txt': 'LINK_SKIPPED',
      'papers/locked': 'FILE_UNREADABLE',
      'papers/pipe': 'NOT_A_FILE',
      'papers/self': 'FOLDER_LOOP',
      'papers/socket': 'NOT_A_FILE',
      'papers/sub/loop': 'FOLDER_LOOP',
      'papers/unreadable.txt': 'FILE_UNREADABLE',
    })
    expect(report.code).toBe(2)
  })

  it('says what to do, with the path as it is on disk', () => {
    const messages = Object.fromEntries(report.problems.map(({ path, message }) => [path, message]))
    expect(messages['papers/unreadable.txt']).toBe(
      `"${join(folder, 'unreadable.txt')}" cannot be read (no permission). Give yourself read access and retry.`,
    )
    expect(messages['nowhere.txt']).toBe(`"${join(temp.path, 'nowhere.txt')}" does not exist. Check the path.`)
    expect(messages['papers/pipe']).toContain('a named pipe')
    expect(messages['papers/socket']).toContain('a socket')
  })

  it('does not keep the rest from being indexed, a name that is not Unicode included', async () => {
    expect(report.documents).toMatchObject({ total: 12, indexed: 3, failed: 3, skipped: 6 })
    const { results } = await runJson<SearchResult>(['search', 'kumquat'], options)
    expect(results[0]?.path).toBe('papers/n%FFme.txt')
  })

  it('is mended by mending it: retrying reads what can be read now', { timeout: 120_000 }, async () => {
    const retry = async (): Promise<JobReport> => {
      await runJson(['jobs', 'retry', '1'], options)
      await runJson(['run'], options)
      return runJson<JobReport>(['jobs', 'show', '1'], options)
    }
    chmodSync(join(folder, 'unreadable.txt'), 0o600)
    const first = await retry()
    expect(first.documents).toMatchObject({ total: 12, indexed: 4, failed: 2 })
    expect(codesOf(first)).toMatchObject({ 'nowhere.txt': 'PATH_MISSING', 'papers/locked': 'FILE_UNREADABLE' })
    chmodSync(join(folder, 'locked'), 0o700)
    mkdirSync(join(temp.path, 'nowhere.txt'))
    writeFileSync(join(temp.path, 'nowhere.txt', 'here.txt'), 'A drive that is plugged in again.')
    const second = await retry()
    expect(second.documents).toMatchObject({ total: 12, indexed: 6, failed: 0, skipped: 6 })
    const { results } = await runJson<SearchResult>(['search', 'camphor', '--mode', 'keyword'], options)
    expect(results.map(({ path }) => path)).toEqual(['papers/locked/inside.txt'])
  })

  it('is refused when everything that was offered is missing', async () => {
    const none = await runJson<JobReport>(['ingest', join(temp.path, 'a'), join(temp.path, 'b')], options)
    expect(none.documents).toMatchObject({ total: 2, failed: 2 })
    expect(none.problems.map(({ code }) => code)).toEqual(['PATH_MISSING', 'PATH_MISSING'])
    expect(none.job.state).toBe('failed')
    expect(none.code).toBe(2)
  })
})

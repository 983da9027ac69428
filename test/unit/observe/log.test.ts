import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logFolderOf, openLog } from '../../../src/main/observe/log'
import { AppError } from '../../../src/shared/errors'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'log-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const readLines = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('the log', () => {
  it('touches nothing on disk before the first line', () => {
    const log = openLog({ folder: logFolderOf(dataDir), rotate: true })
    expect(readdirSync(dataDir)).toEqual([])
    log.info('started')
    log.close()
    expect(readLines(log.path)).toHaveLength(1)
    expect(statSync(log.path).mode & 0o077).toBe(0)
  })

  it('writes one JSON object a line that carries the ids of its context', () => {
    const log = openLog({ folder: dataDir, rotate: true, now: () => new Date('2024-05-06T07:08:09Z') })
    const task = log.child({ job: '7', part: 'queue' }).child({ task: 12, document: 3, phase: 'extract', attempt: 2 })
    task.warn('attempt-failed', { ms: 41, time: 'not the time', path: 'a\nb' })
    log.close()
    expect(readLines(log.path)).toEqual([
      {
        time: '2024-05-06T07:08:09.000Z',
        level: 'warn',
        event: 'attempt-failed',
        pid: process.pid,
        job: '7',
        part: 'queue',
        task: 12,
        document: 3,
        phase: 'extract',
        attempt: 2,
        ms: 41,
        path: 'a\nb',
      },
    ])
  })

  it('writes the code, the stack and the causes of an error', () => {
    const log = openLog({ folder: dataDir, rotate: true })
    const error = new AppError('DISK_FULL', { path: '/x' }, { cause: new Error('ENOSPC: no space left') })
    log.error('write-failed', { error })
    log.close()
    const [line] = readLines(log.path)
    expect(line).toMatchObject({
      code: 'DISK_FULL',
      error: { code: 'DISK_FULL', cause: { message: 'ENOSPC: no space left' } },
    })
    expect((line as { error: { stack: string } }).error.stack).toContain('log.test.ts')
  })

  it('cuts long strings, so that no document gets into it', () => {
    const log = openLog({ folder: dataDir, rotate: true })
    log.info('seen', { text: 'x'.repeat(1_000_000) })
    log.close()
    expect(statSync(log.path).size).toBeLessThan(3_000)
  })

  it('leaves out what is below its level', () => {
    const lines: string[] = []
    const log = openLog({ folder: dataDir, rotate: true, level: 'warn', mirror: (line) => lines.push(line) })
    log.info('quiet')
    log.warn('loud')
    log.close()
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['loud'])
  })

  it('keeps a bounded number of bounded files and loses no line while it turns them', () => {
    const log = openLog({ folder: dataDir, rotate: true, maxFileBytes: 2_000, maxFiles: 3 })
    for (let number = 0; number < 100; number += 1) log.info('line', { number })
    log.close()
    const names = readdirSync(dataDir).sort()
    expect(names).toEqual(['sluice.1.log', 'sluice.2.log', 'sluice.log'])
    for (const name of names) expect(statSync(join(dataDir, name)).size).toBeLessThanOrEqual(2_000)
    const numbers = ['sluice.2.log', 'sluice.1.log', 'sluice.log'].flatMap((name) =>
      readLines(join(dataDir, name)).map((line) => Number(line['number'])),
    )
    expect(numbers.at(-1)).toBe(99)
    const [first = -1] = numbers
    expect(first).toBeGreaterThan(0)
    expect(numbers).toEqual(Array.from({ length: 100 - first }, (_, index) => first + index))
  })

  it('goes on with the file of an earlier process and turns it when it is full', () => {
    writeFileSync(join(dataDir, 'sluice.log'), `${JSON.stringify({ event: 'old', text: 'x'.repeat(1_900) })}\n`)
    const log = openLog({ folder: dataDir, rotate: true, maxFileBytes: 2_000, maxFiles: 3 })
    log.info('new')
    log.close()
    expect(readLines(join(dataDir, 'sluice.1.log')).map((line) => line['event'])).toEqual(['old'])
    expect(readLines(log.path).map((line) => line['event'])).toEqual(['new'])
  })

  it('never renames files for a process that does not own the folder', () => {
    const log = openLog({ folder: dataDir, rotate: false, maxFileBytes: 200, maxFiles: 2 })
    for (let number = 0; number < 10; number += 1) log.info('line', { number })
    log.close()
    expect(readdirSync(dataDir)).toEqual(['sluice.log'])
    expect(readLines(log.path)).toHaveLength(10)
  })

  it('never throws: what cannot be written is counted and tried again later', () => {
    const blocked = join(dataDir, 'logs')
    writeFileSync(blocked, 'a file where the folder should be')
    let nowMs = 0
    const log = openLog({ folder: blocked, rotate: true, now: () => new Date(nowMs) })
    log.info('first')
    log.info('second')
    expect(log.lostLines()).toBe(2)
    rmSync(blocked)
    nowMs = 60_000
    log.info('third')
    log.close()
    expect(readLines(log.path).map((line) => line['event'])).toEqual(['third'])
  })

  it('never throws for fields that are no JSON', () => {
    const log = openLog({ folder: dataDir, rotate: true })
    const circular: { self?: unknown } = {}
    circular.self = circular
    log.info('odd', { circular: circular })
    log.info('count', { count: 10n })
    log.close()
    expect(readLines(log.path)).toMatchObject([{ event: 'odd' }, { event: 'count', count: '10' }])
  })
})

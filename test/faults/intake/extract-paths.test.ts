import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { extractPaths, planAfter } from '../../../src/main/ingest/extract-paths'
import type { ExtractLine } from '../../../src/shared/domain'
import { AppError, type ErrorCode, type ErrorDetails } from '../../../src/shared/errors'
import { resolveLimits } from '../../../src/shared/limits'
import { engineFiles, makeTempDir, silentLog } from '../../support/engine'
import { endAll, start, until } from '../../contract/cli/support/command'

const temp = makeTempDir('extract')
const faultsBefore = process.env['SLUICE_FAULTS']

beforeAll(() => {
  process.env['SLUICE_FAULTS'] = '1'
})
afterEach(endAll)
afterAll(() => {
  if (faultsBefore === undefined) delete process.env['SLUICE_FAULTS']
  else process.env['SLUICE_FAULTS'] = faultsBefore
  temp.remove()
})

const makeFolder = (name: string, files: readonly string[]): string => {
  const folder = join(temp.path, name)
  mkdirSync(folder, { recursive: true })
  for (const file of files) writeFileSync(join(folder, file), `words of ${file}`)
  return folder
}

const extract = async (folder: string, dataDir = join(temp.path, 'no-data')): Promise<ExtractLine[]> => {
  const tempDir = makeFolder(`temp-${folder.length}-${Math.random()}`, [])
  const lines: ExtractLine[] = []
  await extractPaths({
    paths: [{ path: folder }],
    dataDir,
    tempDir,
    files: engineFiles,
    limits: resolveLimits({ 'task.attempts': 2 }),
    log: silentLog,
    signal: new AbortController().signal,
    onLine: async (line) => {
      lines.push(line)
    },
  })
  return lines
}

const endings = (lines: readonly ExtractLine[]) =>
  lines.map(({ path, outcome, code }) => `${path.slice(path.lastIndexOf('/') + 1)} ${outcome} ${code ?? ''}`.trim())

describe('reading without indexing', () => {
  it('reads what ran beside a document that brought its process down, and blames that one alone', async () => {
    const folder = makeFolder('crash', ['a.txt', 'b-fault-exit.txt', 'c.txt', 'd.txt'])
    const lines = await extract(folder)
    expect(endings(lines)).toEqual([
      'a.txt indexed',
      'b-fault-exit.txt failed WORKER_POISON',
      'c.txt indexed',
      'd.txt indexed',
    ])
  }, 60_000)

  it('leaves the data folder out, and its own temporary one', async () => {
    const folder = makeFolder('with-data', ['a.txt'])
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'sluice.db'), 'words')
    expect(endings(await extract(folder, dataDir))).toEqual(['a.txt indexed', 'data skipped OWN_DATA_FOLDER'])
  }, 60_000)
})

describe('what follows from an error of a document that is only read', () => {
  const limits = resolveLimits({ 'task.attempts': 3 })
  const after = (
    code: ErrorCode,
    tries: number,
    { alone = false, details = {} }: { alone?: boolean; details?: ErrorDetails } = {},
  ) => planAfter(new AppError(code, details), { tries, alone }, limits)

  it('is another try a little later when the reason passes, as often as the setting says', () => {
    expect(after('FILE_CHANGED', 1)).toEqual({ waitMs: 250, alone: false })
    expect(after('FILE_BUSY', 2)).toEqual({ waitMs: 500, alone: false })
    expect(after('FILE_BUSY', 3)).toMatchObject({ code: 'FILE_BUSY' })
  })

  it('is another try alone when something else may be to blame, three times at most', () => {
    expect(after('HOST_DIED', 1)).toEqual({ waitMs: 0, alone: true })
    expect(after('INTERRUPTED', 2)).toEqual({ waitMs: 0, alone: true })
    expect(after('INTERRUPTED', 3)).toMatchObject({ code: 'INTERRUPTED' })
  })

  it('is another try when a host that is left alone is tried again', () => {
    const details = { retryInMs: 4_000 }
    expect(after('HOST_UNAVAILABLE', 1, { details })).toEqual({ waitMs: 4_000, alone: false })
    expect(after('HOST_UNAVAILABLE', 3, { details })).toMatchObject({ code: 'HOST_UNAVAILABLE' })
  })

  it('is poison when it brings down a second process, alone in it', () => {
    expect(after('WORKER_CRASHED', 1)).toEqual({ waitMs: 0, alone: true })
    expect(after('WORKER_CRASHED', 2, { alone: true })).toMatchObject({ code: 'WORKER_POISON' })
    expect(after('HOST_DIED', 2, { alone: true })).toMatchObject({ code: 'WORKER_POISON' })
  })

  it('is the end when it will not pass', () => {
    expect(after('DOCUMENT_CORRUPT', 1)).toMatchObject({ code: 'DOCUMENT_CORRUPT' })
  })
})

describe('"sluice extract" that is interrupted', () => {
  it('ends with 130, and what it printed is one JSON document that says so', async () => {
    const folder = makeFolder('slow', ['a.txt', 'b-fault-slow.txt'])
    const { child, printed, ended } = start(join(temp.path, 'cli-data'), ['extract', folder, '--json'])
    await until(() => printed().stdout.includes('a.txt'))
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({
      documents: [{ outcome: 'indexed' }],
      total: 1,
      error: { code: 'CANCELLED' },
    })
  }, 60_000)
})

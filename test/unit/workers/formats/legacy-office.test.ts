// Proves that old workbooks and presentations are read through an installed LibreOffice, that it leaves nothing behind, and what is said without it.
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError, dispositionOf } from '../../../../src/shared/errors'
import { detectFormat } from '../../../../src/workers/formats/detection'
import type { Format } from '../../../../src/workers/formats/format'
import { convertOffice, findOffice } from '../../../../src/workers/formats/legacy-office'
import { pptFormat } from '../../../../src/workers/formats/ppt-format'
import { xlsFormat } from '../../../../src/workers/formats/xls-format'
import { itemOf } from '../../../contract/formats/documents'
import { officeSubjects } from '../../../contract/formats/office-subjects'
import { makeFormatContext } from '../../../support/formats/context'
import { makeOle } from '../../../support/formats/office'

const TIMEOUT_MS = 120_000
const folders: string[] = []
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-office-'))
  folders.push(folder)
  return folder
}
const path = process.env['PATH'] ?? ''

afterEach(() => {
  process.env['PATH'] = path
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A process that ended but was not asked for yet is no longer there for us.
    return !/\) Z /.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z ')
  } catch {
    return false
  }
}
const until = async (condition: () => boolean): Promise<void> => {
  const endMs = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > endMs) throw new Error('the condition was not met in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe.skipIf(findOffice() === null)('an installed LibreOffice', () => {
  it.each([xlsFormat, pptFormat])(
    'reads what is old ($kind), and leaves nothing behind',
    { timeout: TIMEOUT_MS },
    async (format) => {
      const { good, name, needle } = officeSubjects[format.kind === 'xls' ? 'xls' : 'ppt']
      expect((await detectFormat(itemOf(good), name)).format?.kind).toBe(format.kind)
      const tempDir = makeFolder()
      const { context, told } = makeFormatContext({ tempDir })
      const lines: string[] = []
      for await (const { text } of format.extract(itemOf(good), context)) lines.push(text)
      expect(lines).toContain(needle)
      expect(told.coverage.length).toBeGreaterThan(1)
      expect(readdirSync(tempDir)).toEqual([])
    },
  )

  it('says of rubbish that it is damaged', { timeout: TIMEOUT_MS }, async () => {
    const tempDir = makeFolder()
    const { context } = makeFormatContext({ tempDir })
    const rubbish = makeOle({ Workbook: Buffer.alloc(8_192, 0x41) })
    const reading = xlsFormat.extract(itemOf(rubbish), context)
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'DOCUMENT_CORRUPT' })
    expect(readdirSync(tempDir)).toEqual([])
  })
})

it.each([xlsFormat, pptFormat])(
  'an old document ($kind) starts no other program where converting is switched off',
  async (format) => {
    const { good } = officeSubjects[format.kind === 'xls' ? 'xls' : 'ppt']
    const folder = makeFolder()
    const started = join(folder, 'started')
    writeFileSync(join(folder, 'soffice'), `#!/bin/sh\n: > ${started}\n`, { mode: 0o700 })
    process.env['PATH'] = folder
    const { context } = makeFormatContext({ limits: { 'office.convert': 0 } })
    const reading = format.extract(itemOf(good), context)
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'DOCUMENT_NO_TEXT',
      message: expect.stringContaining('office.convert'),
    })
    expect(existsSync(started)).toBe(false)
  },
)

describe('old documents with a password', () => {
  const codeOf = async (format: Format, bytes: Buffer): Promise<unknown> => {
    const blocks = format.extract(itemOf(bytes), makeFormatContext().context)
    try {
      return await blocks[Symbol.asyncIterator]().next()
    } catch (thrown) {
      return thrown instanceof AppError ? thrown.code : thrown
    }
  }

  it('ask for it before any program is started', async () => {
    const records = Buffer.from('0908040000060500' + '2f0002000000', 'hex')
    expect(await codeOf(xlsFormat, makeOle({ Workbook: records }))).toBe('DOCUMENT_ENCRYPTED')
    const user = Buffer.alloc(20)
    user.writeUInt32LE(0xf3d1c4df, 12)
    const talk = makeOle({ 'PowerPoint Document': Buffer.alloc(100), 'Current User': user })
    expect(await codeOf(pptFormat, talk)).toBe('DOCUMENT_ENCRYPTED')
  })
})

describe('a machine without LibreOffice', () => {
  it('skips the file and says what to do', async () => {
    process.env['PATH'] = makeFolder()
    expect(findOffice(process.env['PATH'], [])).toBeNull()
    const error = new AppError('PROGRAM_MISSING', { program: 'LibreOffice', kind: 'xls' })
    expect(error.message).toContain('Install it')
    expect(dispositionOf('PROGRAM_MISSING')).toBe('skip')
  })
})

/** A program in the place of LibreOffice that writes down its process and those it starts, then hangs. */
const makeHanging = (): { folder: string; note: string } => {
  const folder = makeFolder()
  const note = join(folder, 'pids')
  const program = join(folder, 'soffice')
  writeFileSync(program, `#!/bin/sh\nPATH=${path}\nsleep 600 &\necho "$$ $!" > ${note}\nwait\n`)
  chmodSync(program, 0o700)
  return { folder, note }
}
const pidsOf = (note: string): number[] => readFileSync(note, 'utf8').trim().split(' ').map(Number)

describe.skipIf(process.platform === 'win32')('a program that hangs', () => {
  const never = async function* (): AsyncGenerator<string> {
    yield 'never'
  }

  it('is killed with all that it started when the reading is cancelled', async () => {
    const { folder, note } = makeHanging()
    process.env['PATH'] = `${folder}:${path}`
    const controller = new AbortController()
    const tempDir = makeFolder()
    const { context } = makeFormatContext({ tempDir, signal: controller.signal })
    const reading = convertOffice(itemOf('x'), { from: 'xls', to: 'xlsx', filter: 'x' }, context, never).next()
    const outcome = expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
    await until(() => existsSync(note) && readFileSync(note, 'utf8').endsWith('\n'))
    controller.abort()
    await outcome
    await until(() => pidsOf(note).every((pid) => !isAlive(pid)))
    expect(readdirSync(tempDir)).toEqual([])
  })

  it('is killed when its time is over', async () => {
    const { folder, note } = makeHanging()
    process.env['PATH'] = `${folder}:${path}`
    const { context } = makeFormatContext({ tempDir: makeFolder(), limits: { 'task.softTimeMs': 2_000 } })
    const reading = convertOffice(itemOf('x'), { from: 'xls', to: 'xlsx', filter: 'x' }, context, never).next()
    await expect(reading).rejects.toMatchObject({ code: 'WORKER_TIMEOUT' })
    await until(() => pidsOf(note).every((pid) => !isAlive(pid)))
  })
})

// A reader of pictures that dies, hangs or is killed with its owner costs no text that was there, and pictures only when it is to blame.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { JobReport, SearchResult } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { codesOf, runCommand, runJson, startCommand } from '../../support/faults/command'
import { findFlaws, readIndex } from '../../support/faults/index-content'

const FIXTURES = resolve(__dirname, '../../fixtures/ocr')
const temp = makeTempDir('picture-faults')

afterAll(() => {
  temp.remove()
})

const makeCase = (name: string, files: Readonly<Record<string, string>>) => {
  const folder = join(temp.path, name)
  mkdirSync(folder)
  for (const [as, fixture] of Object.entries(files)) copyFileSync(join(FIXTURES, fixture), join(folder, as))
  return { folder, dataDir: join(temp.path, `${name}-data`) }
}

const paths = async (dataDir: string, query: string): Promise<string[]> => {
  const { results } = await runJson<SearchResult>(['search', query, '--mode', 'keyword', '--limit', '50'], { dataDir })
  // What says the same stands with the one that is shown.
  return [
    ...new Set(results.flatMap(({ path, duplicates = [] }) => [path, ...duplicates.map((other) => other.path)])),
  ].sort()
}

describe('documents that harm the reader of their pictures', () => {
  it(
    'keep their text, say what is missing, cost their neighbors nothing, and are finished by a retry',
    { timeout: 240_000 },
    async () => {
      const { folder, dataDir } = makeCase('harm', {
        'a-ocr-fault-exit.pdf': 'mixed.pdf',
        'b-ocr-fault-hang.pdf': 'scan.pdf',
        'c-ocr-fault-throw.jpg': 'lighthouse.jpg',
        'lighthouse.png': 'lighthouse.png',
      })
      // What hangs is stopped by its hard limit: of the sum of the two.
      const env = { SLUICE_FAULTS: '1', SLUICE_OCR_TIME_MS: '1000', SLUICE_TASK_TIME_MS: '25000' }
      const report = await runJson<JobReport>(['ingest', folder], { dataDir, env })
      expect(codesOf(report)).toEqual({
        'harm/a-ocr-fault-exit.pdf': 'OCR_FAILED',
        'harm/b-ocr-fault-hang.pdf': 'WORKER_TIMEOUT',
        'harm/c-ocr-fault-throw.jpg': 'INTERNAL_BUG',
      })
      expect(report.documents).toMatchObject({ partial: 1, failed: 2, indexed: 1 })
      expect(report.problems.every(({ phase }) => phase === 'ocr')).toBe(true)
      expect(await paths(dataDir, 'minutes')).toEqual(['harm/a-ocr-fault-exit.pdf'])
      expect(await paths(dataDir, 'lantern')).toEqual(['harm/lighthouse.png'])
      expect(findFlaws(await readIndex(dataDir))).toEqual([])

      await runJson(['jobs', 'retry', '1'], { dataDir })
      const { code, stdout } = await runCommand(['run'], { dataDir })
      expect(code, stdout).toBe(0)
      expect((await paths(dataDir, 'lantern')).length).toBe(4)
    },
  )
})

describe('an owner that is killed while pictures are read', () => {
  it('has its text found at once after, and its pictures once they are read', { timeout: 120_000 }, async () => {
    const { folder, dataDir } = makeCase('killed', { 'ocr-fault-slow.pdf': 'mixed.pdf' })
    const command = startCommand(['ingest', folder, '--json', '--verbose'], { dataDir, env: { SLUICE_FAULTS: '1' } })
    await expect.poll(() => command.stderr(), { timeout: 30_000 }).toContain('a slow document is being read')
    command.kill('SIGKILL')
    await command.ended
    expect(await paths(dataDir, 'minutes')).toEqual(['killed/ocr-fault-slow.pdf'])
    const { code, stdout } = await runCommand(['run'], { dataDir })
    expect(code, stdout).toBe(0)
    expect(await paths(dataDir, 'lantern')).toEqual(['killed/ocr-fault-slow.pdf'])
    expect(findFlaws(await readIndex(dataDir))).toEqual([])
  })
})

// Every file in test/fixtures/bad gives the code it is named for, and costs what lies beside it nothing.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExtractLine, JobReport, Problem } from '../../../src/shared/domain'
import { outcomes } from '../../../src/shared/domain'
import { dispositionOf, isErrorCode, type Disposition } from '../../../src/shared/errors'
import { makeTempDir } from '../../support/engine'
import { runCommand, runJson } from '../../support/faults/command'

const BAD = resolve(__dirname, '../../fixtures/bad')
const names = readdirSync(BAD).filter((name) => name !== 'README.md')
const temp = makeTempDir('bad')
const folder = join(temp.path, 'bad')
let report: JobReport & { code: number }
let lines: ExtractLine[]

const outcomeOf: Partial<Record<Disposition, Problem['outcome']>> = {
  deadLetter: 'failed',
  reject: 'rejected',
  skip: 'skipped',
  partial: 'partial',
}

const codeOf = (name: string) => {
  const code = basename(name, extname(name))
  if (!isErrorCode(code)) throw new Error(`${name} is not named for an error code`)
  return code
}

const isOf = (path: string, name: string): boolean => path === `bad/${name}` || path.startsWith(`bad/${name}!/`)

beforeAll(async () => {
  mkdirSync(folder)
  for (const name of names) copyFileSync(join(BAD, name), join(folder, name))
  report = await runJson<JobReport>(['ingest', folder], { dataDir: join(temp.path, 'data') })
  const { stdout } = await runCommand(['extract', folder, '--ndjson'], { dataDir: join(temp.path, 'other') })
  lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExtractLine)
}, 90_000)

afterAll(() => {
  temp.remove()
})

describe('bad input', () => {
  it.each(names)('%s gives its code once, with a sentence for a person', (name) => {
    const problems = report.problems.filter(({ path }) => isOf(path, name))
    const code = codeOf(name)
    expect(problems.map((problem) => problem.code)).toEqual([code])
    expect(problems[0]?.outcome).toBe(outcomeOf[dispositionOf(code)])
    expect(problems[0]?.message).toMatch(/^[A-Z0-9].{20,}\.$/s)
  })

  it.each(names)('%s is told the same by "extract"', (name) => {
    const codes = lines.filter(({ path }) => isOf(path, name)).flatMap(({ code }) => code ?? [])
    expect(codes).toEqual([codeOf(name)])
  })

  it('costs the good entries of the same archives nothing, and every item is counted once', () => {
    const good = lines.filter(({ outcome }) => outcome === 'indexed')
    const { documents } = report
    expect(good.length).toBeGreaterThan(10)
    expect(documents.indexed + documents.duplicate).toBe(good.length)
    expect(documents.total).toBe(lines.length)
    expect(outcomes.reduce((sum, outcome) => sum + documents[outcome], 0)).toBe(documents.total)
    expect(report.code).toBe(2)
  })
})

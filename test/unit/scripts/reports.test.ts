import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countRun } from '../../../scripts/testing/reports.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function writeReport(report: unknown): string {
  const file = join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(report))
  return file
}

const vitestFile = (status: string, ...statuses: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: statuses.map((each) => ({ status: each, fullName: `a test that ${each}` })),
})

const playwrightReport = (...statuses: string[]) => ({
  errors: [],
  suites: [
    {
      title: 'app.spec.ts',
      specs: statuses.map((status) => ({
        title: `one that is ${status}`,
        tests: [{ status, expectedStatus: status === 'skipped' ? 'skipped' : 'passed' }],
      })),
    },
  ],
})

describe('the count of a vitest run', () => {
  it('is what passed, when all passed', () => {
    const file = writeReport({ testResults: [vitestFile('passed', 'passed', 'passed')] })
    expect(countRun('vitest', file, 0)).toEqual({ passed: 2, failed: 0, problems: [] })
  })

  it('calls a skipped and an unwritten test failed', () => {
    const file = writeReport({ testResults: [vitestFile('passed', 'passed', 'skipped', 'todo')] })
    expect(countRun('vitest', file, 0)).toMatchObject({ passed: 1, failed: 2 })
  })

  it('says what a failed test said, without colours and the inner lines of libraries', () => {
    const failureMessages = [
      'AssertionError: \u001b[31mone\u001b[39m is not two\n    at check (/x/node_modules/a/b.js:1:2)\n    at own.ts:3',
    ]
    const failing = { status: 'failed', fullName: 'a test', failureMessages }
    const file = writeReport({ testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults: [failing] }] })
    const [problem] = countRun('vitest', file, 1).problems
    expect(problem).toBe('failed: a test (a.test.ts)\n      AssertionError: one is not two\n          at own.ts:3')
  })

  it('counts a file that could not be loaded', () => {
    const file = writeReport({ testResults: [vitestFile('passed', 'passed'), vitestFile('failed')] })
    expect(countRun('vitest', file, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('counts a file that failed after its tests passed', () => {
    const file = writeReport({ testResults: [vitestFile('failed', 'passed')] })
    expect(countRun('vitest', file, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('calls a run without tests failed', () => {
    expect(countRun('vitest', writeReport({ testResults: [] }), 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('calls a bad exit after green tests failed', () => {
    const file = writeReport({ testResults: [vitestFile('passed', 'passed')] })
    expect(countRun('vitest', file, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('calls a run that left no report, or half of one, failed', () => {
    const half = join(folder, 'half.json')
    writeFileSync(half, '{"testResults": [')
    expect(countRun('vitest', join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1 })
    expect(countRun('vitest', half, 0)).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('the count of a Playwright run', () => {
  it('says what a failed test said', () => {
    const test = {
      status: 'unexpected',
      expectedStatus: 'passed',
      results: [{ errors: [{ message: 'no such button' }] }],
    }
    const report = { errors: [], suites: [{ title: 'app.spec.ts', specs: [{ title: 'one', tests: [test] }] }] }
    expect(countRun('playwright', writeReport(report), 1).problems).toEqual([
      'unexpected: app.spec.ts › one\n      no such button',
    ])
  })

  it('says what the page held then, without what the runner advises', () => {
    const path = join(folder, 'error-context.md')
    writeFileSync(path, '# Instructions\n\n```\nno such button\n```\n\n```yaml\n- main:\n  - button "Other"\n```\n')
    const results = [{ errors: [{ message: 'no such button' }], attachments: [{ name: 'error-context', path }] }]
    const test = { status: 'unexpected', expectedStatus: 'passed', results }
    const report = { errors: [], suites: [{ title: 'app.spec.ts', specs: [{ title: 'one', tests: [test] }] }] }
    expect(countRun('playwright', writeReport(report), 1).problems).toEqual([
      'unexpected: app.spec.ts › one\n      no such button\n      The page:\n      - main:\n        - button "Other"\n      ',
    ])
  })

  it('is what passed, when all passed', () => {
    expect(countRun('playwright', writeReport(playwrightReport('expected', 'expected')), 0)).toEqual({
      passed: 2,
      failed: 0,
      problems: [],
    })
  })

  it('calls a skipped, a flaky and a failed test failed', () => {
    const file = writeReport(playwrightReport('expected', 'skipped', 'flaky', 'unexpected'))
    expect(countRun('playwright', file, 1)).toMatchObject({ passed: 1, failed: 3 })
  })

  it('counts an error outside the tests', () => {
    const file = writeReport({ errors: [{ message: 'no such file' }], suites: [] })
    expect(countRun('playwright', file, 1)).toMatchObject({ passed: 0, failed: 1, problems: ['error: no such file'] })
  })
})

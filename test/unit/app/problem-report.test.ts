// The report file: what it tells, and what of a person's own it leaves out.
import { describe, expect, test } from 'vitest'
import { renderProblemReport, scrub, scrubLine } from '../../../src/main/app/problem-report'

const folders = { 'data folder': '/home/ada/.sluice', home: '/home/ada' }

describe('the report file', () => {
  test('names the versions, what happened and the end of the log', () => {
    const report = renderProblemReport({
      at: new Date('2026-03-01T10:00:00Z'),
      what: 'The view has stopped.',
      versions: { Sluice: '1.2.3', Electron: '45.0.0' },
      logLines: [
        'half a line"}',
        '{"time":"2026-03-01T09:59:00Z","level":"error","event":"window.gone","exitCode":11}',
      ],
      folders,
    })
    expect(report).toContain('Sluice: 1.2.3')
    expect(report).toContain('The view has stopped.')
    expect(report).toContain('"event":"window.gone","exitCode":11')
    expect(report).toContain('(1 lines)')
    expect(report).not.toContain('half a line')
  })

  test('leaves out paths, names and what was searched for, and keeps codes and figures', () => {
    const line = scrubLine(
      JSON.stringify({
        time: '2026-03-01T09:59:00Z',
        level: 'info',
        event: 'task-not-done',
        code: 'DOCUMENT_CORRUPT',
        ms: 594,
        path: 'divorce/letter.pdf',
        query: 'secret illness',
        collection: 'Lawyer',
        name: 'Lawyer',
        paths: ['/home/ada/divorce'],
        error: {
          name: 'AppError',
          message: '"/home/ada/divorce/letter.pdf" is damaged',
          stack: 'Error: "letter.pdf"\n    at read (file:///opt/sluice/out/main/worker.js:73:12)',
        },
      }),
      folders,
    )
    expect(line).not.toMatch(/divorce|letter|illness|Lawyer|ada/)
    expect(line).toContain('"code":"DOCUMENT_CORRUPT","ms":594')
    expect(line).toContain('at read (worker.js:73:12)')
    expect(line).toContain('"path":"<18 characters>"')
  })

  test.each([
    ["ENOENT: no such file, open '/home/bob/tax 2024.pdf'", 'ENOENT: no such file, open "…"'],
    ['cannot read C:\\Users\\bob\\tax.pdf now', 'cannot read <path> now'],
    ['file:///srv/share/x.docx failed', '<path> failed'],
    ['the model ran out of memory', 'the model ran out of memory'],
  ])('%s becomes %s', (text, scrubbed) => {
    expect(scrub(text, folders)).toBe(scrubbed)
  })
})

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  displayWidth,
  fitEnd,
  fitMiddle,
  padTo,
  toOneLine,
  toSafeText,
  wrapWords,
} from '../../../src/main/cli/output/display-text'
import { createProgressDisplay, formatLive, formatPlain } from '../../../src/main/cli/output/progress'
import { formatTable } from '../../../src/main/cli/output/table'
import { Terminal } from '../../../src/main/cli/output/terminal'
import {
  formatCount,
  formatDuration,
  formatEstimate,
  formatMoment,
  formatShare,
} from '../../../src/main/cli/output/units'
import type { JobProgress } from '../../../src/shared/calls'

type Screen = PassThrough & { isTTY?: boolean; columns?: number }

const openScreen = (columns: number | null): Screen => {
  const stream: Screen = new PassThrough()
  if (columns !== null) Object.assign(stream, { isTTY: true, columns })
  return stream
}

const openTerminal = (columns: number | null, env: Record<string, string> = {}) => {
  const [stdout, stderr] = [openScreen(columns), openScreen(columns)]
  const read = (stream: Screen): string => ((stream.read() as Buffer | null) ?? '').toString()
  const terminal = new Terminal({ stdout, stderr, env })
  return { terminal, stdout, stderr, readOut: () => read(stdout), readErr: () => read(stderr) }
}

const progress = (share: number, done: number, found: number, more: Partial<JobProgress> = {}): JobProgress => ({
  job: {
    id: '1',
    key: null,
    collection: 'default',
    state: 'running',
    createdAt: '',
    startedAt: null,
    finishedAt: null,
    elapsedMs: 0,
    keywordReadyMs: null,
    pendingVectors: 0,
    label: 'x',
    progress: share,
  },
  documents: {
    total: done,
    indexed: done,
    unchanged: 0,
    duplicate: 0,
    partial: 0,
    skipped: 0,
    rejected: 0,
    failed: 0,
    cancelled: 0,
  },
  found,
  discovering: false,
  phases: { expand: { done: 1, total: 1 }, extract: { done, total: found }, embed: { done: 0, total: 0 } },
  documentsPerSecond: 2.5,
  windowsPerSecond: 0,
  remainingMs: 90_000,
  current: [{ path: 'papers/2024/a very long name of a document that has to give way.pdf', phase: 'extract' }],
  ...more,
})

describe('text for a terminal', () => {
  it('cannot command the terminal, whatever a file is called', () => {
    expect(toOneLine('a\u001B[2Jb\nc\u202Etxt.exe\u0007')).toBe('a�[2Jb c�txt.exe�')
    expect(toSafeText('one\r\ntwo\tthree\u001B]0;x\u0007')).toBe('one\ntwo\tthree�]0;x�')
  })

  it('is measured in columns', () => {
    expect(displayWidth('abc')).toBe(3)
    expect(displayWidth('漢字')).toBe(4)
    expect(displayWidth('e\u0301')).toBe(1)
    expect(displayWidth('😀')).toBe(2)
  })

  it('is cut to fit, at the end or in the middle', () => {
    expect(fitEnd('abcdef', 6)).toBe('abcdef')
    expect(fitEnd('abcdef', 4)).toBe('abc…')
    expect(fitMiddle('papers/2024/invoice.pdf', 15)).toBe('pape…nvoice.pdf')
    for (let columns = 0; columns < 30; columns += 1) {
      expect(displayWidth(fitMiddle('漢字/漢字/漢字/漢字', columns))).toBeLessThanOrEqual(columns)
      expect(displayWidth(fitEnd('漢字/漢字/漢字/漢字', columns))).toBeLessThanOrEqual(columns)
    }
  })

  it('is padded and wrapped', () => {
    expect(padTo('漢', 4)).toBe('漢  ')
    expect(padTo('7', 3, 'right')).toBe('  7')
    expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four'])
    expect(wrapWords('', 9)).toEqual([])
  })
})

describe('numbers for people', () => {
  it('are grouped, and durations rounded to what matters', () => {
    expect([0, 999, 1_000, 31_000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '31,000', '1,234,567'])
    expect([340, 3_400, 125_000, 3_725_000].map(formatDuration)).toEqual([
      '340 ms',
      '3.4 s',
      '2 min 05 s',
      '1 h 02 min',
    ])
    expect([10, 14_300, 153_000, 4_000_000].map(formatEstimate)).toEqual(['1 s', '14 s', '3 min', '1 h 7 min'])
    expect([0, 0.349, 0.999, 1, 2].map(formatShare)).toEqual(['0%', '34%', '99%', '100%', '100%'])
    expect(formatMoment(null)).toBe('–')
    expect(formatMoment('2024-05-06T07:08:09.123Z')).toMatch(/^2024-05-0\d \d\d:\d\d:09$/)
  })
})

describe('a table', () => {
  const rows = [
    { id: '1', path: 'short.txt' },
    { id: '22', path: 'a/very/long/path/that/does/not/fit/into/the/terminal.txt' },
  ]
  const layout = [
    { title: 'ID', value: ({ id }: { id: string }) => id, align: 'right' as const },
    { title: 'PATH', value: ({ path }: { path: string }) => path, flexible: true },
  ]

  it('is aligned and cut to the terminal', () => {
    const lines = formatTable(rows, layout, 30)
    expect(lines[0]).toBe('ID  PATH')
    expect(lines[1]).toBe(' 1  short.txt')
    expect(lines[2]).toMatch(/^22 {2}a\/very\S*….*terminal\.txt$/)
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(30)
  })

  it('is whole where nobody sees its width', () => {
    expect(formatTable(rows, layout, null)[2]).toBe(`22  ${rows[1]?.path}`)
  })
})

describe('progress', () => {
  it('fits every terminal', () => {
    for (let columns = 20; columns < 200; columns += 7) {
      for (const line of formatLive(progress(0.5, 30, 60), columns)) expect(displayWidth(line)).toBeLessThan(columns)
    }
    expect(formatLive(progress(0.5, 30, 60, { discovering: true }), 120)).toEqual([
      '███████████████░░░░░░░░░░░░░░░  50%  30/60+ documents  2.5 documents/s  2 min left',
      'Unpacking 1/1 · Reading 30/60  papers/2024/a very long name of a document that has to give way.pdf',
    ])
  })

  it('is drawn over itself on a terminal and taken away before the answer', async () => {
    const { terminal, readErr, readOut } = openTerminal(80)
    const display = createProgressDisplay(terminal, false, () => 0)
    display.show(progress(0.1, 1, 10))
    expect(readErr().split('\n')).toHaveLength(2)
    display.show(progress(0.2, 2, 10))
    expect(readErr().startsWith('\r\u001B[1A\u001B[J')).toBe(true)
    await terminal.writeLine('answer')
    expect(readErr()).toBe('\r\u001B[1A\u001B[J')
    expect(readOut()).toBe('answer\n')
  })

  it('is a plain line every few seconds elsewhere, and nothing beside JSON', () => {
    let now = 0
    const { terminal, readErr } = openTerminal(null)
    const display = createProgressDisplay(terminal, false, () => now)
    for (; now < 20_000; now += 500) display.show(progress(now / 20_000, 1, 10))
    const lines = readErr().trim().split('\n')
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.length).toBeLessThan(6)
    expect(lines[0]).toBe(formatPlain(progress(0.25, 1, 10)))
    const quiet = createProgressDisplay(terminal, true, () => now)
    now += 60_000
    quiet.show(progress(0.9, 9, 10))
    expect(readErr()).toBe('')
  })
})

describe('the terminal', () => {
  it('is colored only where a person sees it and wants it', () => {
    expect(openTerminal(80).terminal.style('bold', 'x')).toBe('\u001B[1mx\u001B[22m')
    expect(openTerminal(80, { NO_COLOR: '1' }).terminal.style('bold', 'x')).toBe('x')
    expect(openTerminal(80, { TERM: 'dumb' }).terminal.style('bold', 'x')).toBe('x')
    expect(openTerminal(null).terminal.style('bold', 'x')).toBe('x')
  })

  it('goes on without an error when the reader closes the pipe', async () => {
    const { terminal, stdout } = openTerminal(null)
    stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await new Promise((resolve) => stdout.once('close', resolve))
    await terminal.writeLine('into the void')
    expect(terminal.isClosed).toBe(true)
  })
})

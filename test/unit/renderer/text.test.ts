import { describe, expect, it, vi } from 'vitest'
import {
  formatDuration,
  formatPlural,
  formatRate,
  formatRemaining,
  formatShare,
  formatSize,
} from '../../../src/renderer/text/figures'
import { formatBytes } from '../../../src/shared/errors'
import { isInArchive, nameOfPath, splitProvenance, splitSnippet } from '../../../src/renderer/text/passages'
import { summarizeOutcomes } from '../../../src/renderer/text/words'

const plain = (text: string) => ({ text, marked: false })
const marked = (text: string) => ({ text, marked: true })

describe('a snippet', () => {
  it('is split into plain and marked parts', () => {
    expect(splitSnippet('… the [[spare]] [[key]] hangs …')).toEqual([
      plain('… the '),
      marked('spare'),
      plain(' '),
      marked('key'),
      plain(' hangs …'),
    ])
  })

  it('keeps its text where marks are missing, open or empty', () => {
    expect(splitSnippet('')).toEqual([])
    expect(splitSnippet('no marks')).toEqual([plain('no marks')])
    expect(splitSnippet('an [[open mark')).toEqual([plain('an [[open mark')])
    expect(splitSnippet('a]] b [[c]]')).toEqual([plain('a]] b '), marked('c')])
    expect(splitSnippet('[[]]x')).toEqual([plain('x')])
  })

  it('never becomes markup', () => {
    expect(splitSnippet('[[<b>]]</b>')).toEqual([marked('<b>'), plain('</b>')])
  })
})

describe('a path with provenance', () => {
  it('is taken apart at its archives', () => {
    expect(splitProvenance('x/outer.zip!/a/inner.zip!/b/c.docx')).toEqual(['x/outer.zip', 'a/inner.zip', 'b/c.docx'])
    expect(splitProvenance('plain/file.txt')).toEqual(['plain/file.txt'])
    expect(splitProvenance('odd!%2Fname.txt')).toEqual(['odd!/name.txt'])
  })

  it('has the name of its document, and says whether it is in an archive', () => {
    expect(nameOfPath('x/outer.zip!/b/c.docx')).toBe('c.docx')
    expect(nameOfPath('c.docx')).toBe('c.docx')
    expect(isInArchive('x/outer.zip!/c.docx')).toBe(true)
    expect(isInArchive('odd!%2Fname.txt')).toBe(false)
  })
})

describe('figures', () => {
  it('are written as a person would say them', () => {
    expect([840, 1_500, 42_400, 200_000, 7_500_000].map(formatDuration)).toEqual([
      '840 ms',
      '1.5 s',
      '42 s',
      '3 min 20 s',
      '2 h 5 min',
    ])
    expect([1_000, 21_000, 125_000, 7_200_000].map(formatRemaining)).toEqual([
      'a few seconds left',
      'about 25 s left',
      'about 3 min left',
      'about 2.0 h left',
    ])
    expect([formatPlural(1, 'document'), formatPlural(1_234, 'document')]).toEqual(['1 document', '1,234 documents'])
    expect([formatRate(0.42), formatRate(34.4)]).toEqual(['0.4/s', '34/s'])
  })

  it('say 100% only when everything is done', () => {
    expect([-1, 0, 0.5, 0.9999, 1, 1.2].map(formatShare)).toEqual(['0%', '0%', '50%', '99%', '100%', '100%'])
  })

  it('name only the outcomes that occurred', () => {
    const none = {
      total: 0,
      indexed: 0,
      unchanged: 0,
      duplicate: 0,
      partial: 0,
      skipped: 0,
      rejected: 0,
      failed: 0,
      cancelled: 0,
    }
    expect(summarizeOutcomes({ ...none, total: 6, indexed: 2, unchanged: 1, duplicate: 1, failed: 2 })).toBe(
      '4 searchable, 2 failed',
    )
    expect(summarizeOutcomes(none)).toBe('0 searchable')
  })
})

describe('sizes and shares', () => {
  const sizes = [0, 1_023, 1_536, 1_023.9 * 1024, -2_048, 3 * 1024 ** 4, 2_000 * 1024 ** 4]

  it('are those of the command line in English', () => {
    for (const size of sizes) expect(formatSize(size)).toBe(formatBytes(size))
    expect([0.459, 0.999, 1].map(formatShare)).toEqual(['45%', '99%', '100%'])
  })

  it('are written as in German', async () => {
    vi.stubGlobal('document', { documentElement: { lang: 'de' } })
    vi.resetModules()
    const german = await import('../../../src/renderer/text/figures')
    expect([100, 1.5 * 1024 ** 2].map(german.formatSize)).toEqual(['100 Bytes', '1,5 MiB'])
    expect(german.formatShare(0.45)).toBe('45\u00a0%')
  })
})

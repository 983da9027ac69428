// Names under which copies of what is inside archives are opened.
import { describe, expect, it } from 'vitest'
import { plainName } from '../../../src/main/calls/unpacked-entries'
import { isOpenable } from '../../../src/shared/openable'

describe('the name of a copy', () => {
  it('is the last part of its path, in characters that every system takes', () => {
    expect(plainName('boat.zip!/old/papers.zip!/Übersicht 2024 (1).pdf')).toBe('Übersicht 2024 (1).pdf')
    expect(plainName('a.zip!/..\\..\\evil.pdf')).toBe('evil.pdf')
    expect(plainName('a.zip!/he"llo<|>?*:.txt')).toBe('he_llo_.txt')
    expect(plainName('a.zip!/invoice.pdf\u202Efdp.exe')).toBe('invoice.pdf_fdp.exe')
    expect(plainName('a.zip!/CON.txt')).toBe('_CON.txt')
    expect(plainName('a.zip!/.pdf')).toBe('pdf')
    expect(plainName('a.zip!/...')).not.toContain('..')
    expect(plainName(`a.zip!/${'x'.repeat(500)}.pdf`).length).toBeLessThan(100)
  })

  it('decides whether it is opened: documents, but not what runs or shows what is elsewhere', () => {
    const openable = (name: string): boolean => isOpenable(plainName(`a.zip!/${name}`), true)
    expect(['a.pdf', 'a.DOCX', 'a.txt', 'a.csv'].map(openable)).toEqual([true, true, true, true])
    for (const name of ['a.exe', 'a.pdf.exe', 'a.docm', 'a.html', 'a.lnk', 'a.js', 'a', 'a.pdf ', 'a.pdf\u202Eexe'])
      expect(openable(name), name).toBe(name === 'a.pdf ')
    expect(isOpenable('a.html', false)).toBe(true)
  })
})

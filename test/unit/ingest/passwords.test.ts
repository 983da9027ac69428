import { describe, expect, it } from 'vitest'
import { createPasswords } from '../../../src/main/ingest/passwords'
import type { Locator } from '../../../src/shared/work'

const at = (location: string, ...indexes: number[]): Locator => ({
  location,
  entries: indexes.map((index) => ({ index, name: String(index) })),
})

describe('passwords', () => {
  it('hold for their place and everything within, and nowhere else', () => {
    const passwords = createPasswords()
    passwords.add(at('/a.zip', 3), 'inner')
    passwords.add(at('/a.zip'), 'outer')
    expect(passwords.of(at('/a.zip'))).toEqual(['outer'])
    expect(passwords.of(at('/a.zip', 1))).toEqual(['outer'])
    expect(passwords.of(at('/a.zip', 3, 0))).toEqual(['inner', 'outer'])
    expect(passwords.of(at('/b.zip', 3))).toEqual([])
    expect(passwords.of({ ...at('/a.zip'), locationBytes: 'L2E=' })).toEqual([])
  })

  it('are tried the last entered first, once each, and only the last few', () => {
    const passwords = createPasswords()
    for (let count = 0; count < 12; count += 1) passwords.add(at('/a'), `p${count}`)
    passwords.add(at('/a'), 'p9')
    expect(passwords.of(at('/a'))).toEqual(['p9', 'p11', 'p10', 'p8', 'p7', 'p6', 'p5', 'p4'])
  })
})

// The German names and reasons of settings: each its own within its group, and none of them the English one.
import { expect, test } from 'vitest'
import { germanLimits } from '../../../src/shared/limits-de'
import { limitNames, limitTable } from '../../../src/shared/limits'

test('every setting has a name of its own in its group, and a reason that is a sentence', () => {
  const seen = new Set<string>()
  for (const name of limitNames) {
    const [label, reason] = germanLimits[name]
    const place = `${name.split('.')[0]}: ${label}`
    expect(seen, name).not.toContain(place)
    seen.add(place)
    expect(reason, name).toMatch(/[.]$/)
    expect(reason, name).not.toBe(limitTable[name].reason)
  }
})

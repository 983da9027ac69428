import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeCrc32, crc32 } from '../../../../src/workers/archive/crc32'

/** The definition, bit by bit. */
const slow = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

describe('CRC-32', () => {
  it('has the check value of the standard', () => {
    expect(computeCrc32(Buffer.from('123456789'))).toBe(0xcbf43926)
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  })

  it('agrees with the definition for any bytes, in one go or in two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const whole = slow(bytes)
        const first = computeCrc32(bytes.subarray(0, cut))
        return (
          computeCrc32(bytes) === whole && computeCrc32(bytes.subarray(cut), first) === whole && crc32(bytes) === whole
        )
      }),
      { numRuns: 300 },
    )
  })
})

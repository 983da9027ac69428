import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFloat16, encodeFloat16 } from '../../../src/shared/float16'

const roundTrip = (value: number): number => decodeFloat16(encodeFloat16(Float32Array.of(value)))[0] ?? NaN
const bitsOf = (value: number): number => encodeFloat16(Float32Array.of(value))[0] ?? -1
const valueOf = (bits: number): number => decodeFloat16(Uint16Array.of(bits))[0] ?? NaN

describe('float16', () => {
  it('decodes the known values of the format', () => {
    const known: [number, number][] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 0.333251953125],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
    ]
    for (const [bits, value] of known) {
      expect(valueOf(bits)).toBe(value)
      expect(bitsOf(value)).toBe(bits)
    }
    expect(Object.is(valueOf(0x8000), -0)).toBe(true)
    expect(bitsOf(-0)).toBe(0x8000)
  })

  it('gives every one of the 65,536 values back unchanged, and NaN as NaN', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)
    const values = decodeFloat16(all)
    const again = encodeFloat16(values)
    for (const bits of all) {
      if (Number.isNaN(values[bits])) expect(valueOf(again[bits] ?? 0)).toBeNaN()
      else if (again[bits] !== bits) expect.fail(`0x${bits.toString(16)} became 0x${(again[bits] ?? 0).toString(16)}`)
    }
    expect(values.filter(Number.isNaN)).toHaveLength(2 * 1023)
  })

  it('rounds to the nearest and ties to even, exactly between all neighbors', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (valueOf(bits) + valueOf(bits + 1)) / 2
      const even = bits % 2 === 0 ? bits : bits + 1
      if (bitsOf(middle) !== even || bitsOf(-middle) !== (even | 0x8000))
        expect.fail(`tie above 0x${bits.toString(16)}`)
      if (bitsOf(middle * (1 - 2 ** -20)) !== bits) expect.fail(`below the tie above 0x${bits.toString(16)}`)
      if (bitsOf(middle * (1 + 2 ** -20)) !== bits + 1) expect.fail(`over the tie above 0x${bits.toString(16)}`)
    }
  })

  it('turns what is too large into infinity and what is too small into zero', () => {
    expect(roundTrip(65519.99)).toBe(65504)
    expect(roundTrip(65520)).toBe(Infinity)
    expect(roundTrip(-1e30)).toBe(-Infinity)
    expect(roundTrip(Infinity)).toBe(Infinity)
    expect(roundTrip(NaN)).toBeNaN()
    expect(roundTrip(2 ** -25)).toBe(0)
    expect(roundTrip(2 ** -25 * 1.0001)).toBe(2 ** -24)
    expect(roundTrip(1e-40)).toBe(0)
  })

  it('keeps vectors of unit length within half a thousandth', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const vector = Float32Array.from(values)
        decodeFloat16(encodeFloat16(vector)).forEach((value, i) => expect(value).toBeCloseTo(vector[i] ?? NaN, 3))
      }),
    )
  })

  it('reads the part of a larger buffer that a vector views', () => {
    const whole = Float32Array.of(9, 9, 1, 0.5, 9)
    expect([...decodeFloat16(encodeFloat16(whole.subarray(2, 4)))]).toEqual([1, 0.5])
    const packed = Uint16Array.of(9, 0x3c00, 0x3800)
    expect([...decodeFloat16(packed.subarray(1))]).toEqual([1, 0.5])
  })
})

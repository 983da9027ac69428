/**
 * Owns half precision: how a vector is packed when it crosses a process border or is stored (IEEE 754 binary16 in a Uint16Array).
 * Refuses: any other layout, and byte order (a Uint16Array has the machine's).
 */

const SIGN = 0x8000
const INFINITY_BITS = 0x7c00
const QUIET_NAN_BITS = 0x7e00
/** Bit patterns of float32 magnitudes: 2^16 (too large from here on), 2^-14 (smallest normal half), 2^-25 (rounds to 0). */
const TOO_LARGE = 0x47800000
const SMALLEST_NORMAL = 0x38800000
const ROUNDS_TO_ZERO = 0x33000000
const FLOAT32_INFINITY = 0x7f800000
/** Difference of the exponent biases (127 - 15), in place. */
const REBIAS = 0x38000000

/** Packs float32 as float16, rounding to the nearest, ties to even. What is too large becomes infinity; NaN stays NaN. */
export const encodeFloat16 = (values: Float32Array): Uint16Array => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const packed = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) packed[i] = halve(bits[i] ?? 0)
  return packed
}

/** Unpacks float16 to float32; exact. */
export const decodeFloat16 = (packed: Uint16Array): Float32Array => {
  const table = decodingTable()
  const values = new Float32Array(packed.length)
  for (let i = 0; i < packed.length; i++) values[i] = table[packed[i] ?? 0] ?? 0
  return values
}

const halve = (float32Bits: number): number => {
  const sign = (float32Bits >>> 16) & SIGN
  const magnitude = float32Bits & 0x7fffffff
  if (magnitude >= TOO_LARGE) return sign | (magnitude > FLOAT32_INFINITY ? QUIET_NAN_BITS : INFINITY_BITS)
  if (magnitude >= SMALLEST_NORMAL) {
    // Adding just under half of the last kept bit, and one more when that bit is odd, carries exactly when rounding up is due; a
    // carry into the exponent is right as well (up to infinity).
    return sign | ((magnitude - REBIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  }
  if (magnitude <= ROUNDS_TO_ZERO) return sign
  const shift = 126 - (magnitude >>> 23)
  const mantissa = (magnitude & 0x7fffff) | 0x800000
  const kept = mantissa >>> shift
  const rest = mantissa & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  const roundsUp = rest > half || (rest === half && (kept & 1) === 1)
  return sign | (roundsUp ? kept + 1 : kept)
}

let decoded: Float32Array | null = null

/** All 65,536 values (256 KiB), computed once: decoding is then one look-up. */
const decodingTable = (): Float32Array => {
  if (decoded) return decoded
  const table = new Float32Array(0x10000)
  for (let bits = 0; bits < table.length; bits++) table[bits] = double(bits)
  decoded = table
  return table
}

const double = (bits: number): number => {
  const sign = bits & SIGN ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (fraction + 1024) * 2 ** (exponent - 25)
}

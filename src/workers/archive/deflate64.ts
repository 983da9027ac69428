import type { ByteSource } from '../source/byte-source'
export const inflateDeflate64 = async (_s: ByteSource, _r: unknown, _o: unknown, _t: unknown): Promise<void> =>
  undefined

// Owns reading a mail in memory as the engine would: detection, what it holds, its text.
import { resolveLimits } from '../../../../../src/shared/limits'
import type { Block, ExpandedEntry } from '../../../../../src/shared/work'
import type { Container, OpenContainer } from '../../../../../src/workers/archive/container'
import { detectFormat } from '../../../../../src/workers/formats/detection'
import { openMemorySource } from '../../../../../src/workers/source/byte-source'
import { itemOf } from '../../../../contract/formats/documents'
import { makeFormatContext, type Told } from '../../../../support/formats/context'

export type Reading = { kind: string; blocks: Block[]; text: string; entries: ExpandedEntry[]; told: Told }

export const readMailFile = async (
  name: string,
  bytes: Buffer | string,
  limits: Parameters<typeof makeFormatContext>[0] = {},
): Promise<Reading> => {
  const item = itemOf(bytes)
  const { format, kind } = await detectFormat(item, name)
  if (!format) throw new Error(`${name} is no document but ${kind}`)
  const { context, told } = makeFormatContext({ name, ...limits })
  const entries = (await format.entries?.(item, context)) ?? []
  const blocks: Block[] = []
  for await (const block of format.extract(item, context)) blocks.push(block)
  return { kind, blocks, text: blocks.map(({ text }) => text).join('\n'), entries, told }
}

const pace = {
  limits: resolveLimits(),
  signal: new AbortController().signal,
  beat: () => undefined,
  passwords: [],
  unpack: () => Promise.reject(new Error('nothing has to be unpacked')),
}

/** A container over bytes, and a way to get all bytes of an entry. */
export const openIn = async (
  open: OpenContainer,
  bytes: Buffer,
  limits = pace.limits,
): Promise<{ container: Container; read: (index: number) => Promise<Buffer> }> => {
  const options = { ...pace, limits }
  const container = await open(openMemorySource(bytes), { ...options, name: 'a' })
  return {
    container,
    read: async (index) => {
      const pieces: Buffer[] = []
      await container.read(index, options, (piece) => pieces.push(Buffer.from(piece)))
      return Buffer.concat(pieces)
    },
  }
}

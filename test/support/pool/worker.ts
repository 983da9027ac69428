// Owns the worker of the pool's tests: the product's own job runner over tasks that do what their parameters say.
import { injectFault } from '../../../src/workers/fault'
import { createJobRunner } from '../../../src/workers/job'
import { AppError } from '../../../src/shared/errors'
import type { ExpandedEntry, ExtractResult } from '../../../src/shared/work'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const usedMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Takes so much time of a processor, however busy the computer is. */
const burn = (ms: number): void => {
  const until = usedMs() + ms
  while (usedMs() < until) Math.sqrt(until)
}

const resultOf = (sha256: string, chars: number): ExtractResult => ({
  sha256,
  sizeBytes: 0,
  facts: null,
  archive: false,
  chars,
  chunkCount: 0,
  lastChunks: [],
  ocrPages: 0,
  extractMs: 0,
  chunkMs: 0,
})

const entryOf = (index: number): ExpandedEntry => ({
  index,
  name: `entry-${index}`,
  sizeBytes: 0,
  compressedBytes: 0,
  crc32: 0,
  modifiedMs: null,
  problem: null,
})

export const runJob = createJobRunner(
  {
    /** Says as many messages as `depth`, each after the answer to the one before; the name of its location says how. */
    expand:
      async () =>
      async ({ depth, locator }, { say, signal }) => {
        const told = Array.from({ length: depth }, (_, index) => index)
        const tell = (index: number) => say({ type: 'entries', entries: [entryOf(index)] })
        if (locator.location === 'at-once') await Promise.all(told.map(tell))
        else for (const index of told) await tell(index)
        if (signal.aborted) throw new AppError('CANCELLED')
        return { entries: depth, bytesCompressed: 0, bytesExpanded: 0, warnings: [], ignored: 0 }
      },
    unpack: async () => async () => {
      throw new AppError('INTERNAL_BUG', { reason: 'not asked' })
    },
    /** `burn:<ms>` (of a processor), `sleep:<ms>`, `pid`, `env:<name>`, `ask`, `corrupt`, `unclonable`; or a fault of the product. */
    extract:
      async () =>
      async ({ name }, { say }) => {
        const [verb = '', argument = ''] = name.split(':')
        if (verb === 'sleep') await wait(Number(argument))
        if (verb === 'burn') burn(Number(argument))
        if (verb === 'env') return resultOf(process.env[argument] ?? 'unset', 0)
        if (verb === 'corrupt') throw new AppError('DOCUMENT_CORRUPT', { reason: argument })
        if (verb === 'unclonable') return { ...resultOf('', 0), extra: () => 0 }
        if (verb === 'ask') {
          const reply = await say({ type: 'seen', sha256: 'abc', sizeBytes: 1, kind: 'text', archive: false })
          return resultOf(String(reply.proceed), 0)
        }
        return resultOf(name, process.pid)
      },
    embed:
      async () =>
      async ({ texts }) => {
        await wait(Number(texts[0]))
        return { model: 'test', dimensions: 2, windows: [], vectors: Uint16Array.from([1, 2, 3, 65_535]) }
      },
    embedQuery:
      async () =>
      async ({ text }) => ({
        model: text,
        dimensions: 2,
        vector: Float32Array.from([0.5, -1]),
        known: 1,
      }),
    inspectModel: async () => async () => {
      throw new AppError('MODEL_FOLDER_MISSING')
    },
  },
  injectFault,
)

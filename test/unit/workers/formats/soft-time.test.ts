// Proves the soft time limit: reading stops, what was read is kept, and waiting for the engine is not its time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { resolveLimits } from '../../../../src/shared/limits'
import type { Chunk } from '../../../../src/shared/work'
import { runExtract } from '../../../../src/workers/formats/extract'

const SENTENCE = 'The heron stands in the reeds and waits for the fish that does not come. '
const PARAGRAPHS = 2_000

let folder: string
let nowMs = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'soft-time-'))
  nowMs = 0
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** Reads a long text by a clock that moves `stepMs` each time it is looked at, and `sayMs` while the engine answers. */
const read = async (stepMs: number, sayMs: number) => {
  const location = join(folder, 'long.txt')
  writeFileSync(location, `${SENTENCE.repeat(8)}\n\n`.repeat(PARAGRAPHS))
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += stepMs))
  const chunks: Chunk[] = []
  const result = await runExtract(
    {
      locator: { location, entries: [] },
      name: 'long.txt',
      limits: resolveLimits({ 'task.softTimeMs': 1_000 }),
      tempDir: join(folder, 'temp'),
      inflateBudgetBytes: null,
    },
    {
      say: async (message) => {
        if (message.type === 'chunks') chunks.push(...message.chunks)
        nowMs += sayMs
        return { proceed: true }
      },
      beat: () => undefined,
      signal: new AbortController().signal,
    },
  )
  return { result, chunks: [...chunks, ...result.lastChunks] }
}

describe('a document that takes long to read', () => {
  it('is stopped at the soft limit and keeps what was read until then', async () => {
    const { result, chunks } = await read(1, 0)
    expect(result.facts?.warnings).toEqual([{ code: 'TIME_LIMIT', details: { limit: 1, setting: 'task.softTimeMs' } }])
    expect(chunks.length).toBeGreaterThan(10)
    expect(chunks).toHaveLength(result.chunkCount)
    expect(result.chars).toBeLessThan(SENTENCE.length * 8 * PARAGRAPHS * 0.9)
    expect(result.facts?.coverage.at(-1)).toMatchObject({ state: 'truncated', reason: { code: 'TIME_LIMIT' } })
  })

  it('is not stopped for what the engine takes to store it', async () => {
    const { result } = await read(0.001, 10_000)
    expect(result.facts?.warnings).toEqual([])
    expect(result.chars).toBeGreaterThan(SENTENCE.length * 8 * PARAGRAPHS * 0.95)
  })
})

// The hosts as they are shipped (out/main), with the real readers in them and a fault beside.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveLimits } from '../../../src/shared/limits'
import type { RunOptions } from '../../../src/main/pool/pool'
import type { Chunk } from '../../../src/shared/work'
import { openPool, type TestPool } from '../../support/pool/hosts'

const built = resolve(__dirname, '../../../out/main')
const MiB = 1024 * 1024

let folder: string
let opened: TestPool

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'built-'))
})
afterEach(async () => {
  await opened.pool.close({ timeoutMs: 0 })
  rmSync(folder, { recursive: true, force: true })
})

const open = (env: Record<string, string>): void => {
  const files = { hostFile: join(built, 'host.js'), workerFile: join(built, 'worker.js') }
  opened = openPool(files, { memoryBytes: 400 * MiB, env })
}

/** Reads a real file; gives its text, or the code of what went wrong. */
const read = async (name: string, text: string, options: RunOptions<'extract'> = {}): Promise<string> => {
  const location = join(folder, name)
  writeFileSync(location, text)
  const chunks: Chunk[] = []
  const params = {
    locator: { location, entries: [] },
    name,
    limits: resolveLimits(),
    tempDir: folder,
    inflateBudgetBytes: null,
  }
  const onMessage: RunOptions<'extract'>['onMessage'] = (message) => {
    if (message.type === 'chunks') chunks.push(...message.chunks)
    return { proceed: true }
  }
  try {
    const { lastChunks } = await opened.pool.run('parse', 'extract', params, { onMessage, label: name, ...options })
    return [...chunks, ...lastChunks].map((chunk) => chunk.text).join('|')
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('the hosts as they are shipped', () => {
  it('let a document that takes 3 GB die alone, and read its neighbors', async () => {
    open({ SLUICE_FAULTS: '1' })
    const names = ['a.txt', 'fault-allocate-3gb.txt', 'b.txt']
    const texts = ['The first neighbor.', 'Never read.', 'The second neighbor.']
    const first = await Promise.all(names.map((name, index) => read(name, texts[index] ?? '')))
    const last = await Promise.all(
      first.map(async (outcome, index) =>
        outcome === 'HOST_DIED' ? read(names[index] ?? '', texts[index] ?? '', { alone: true }) : outcome,
      ),
    )
    expect(last).toEqual(['The first neighbor.', 'WORKER_MEMORY', 'The second neighbor.'])
  })

  it('know no faults unless they were asked to', async () => {
    open({})
    expect(await read('fault-exit.txt', 'Just a name.')).toBe('Just a name.')
  })
})

// Owns the test of figures over time through a real engine: what a job did is there after the engine that did it has gone.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ingest, makeTempDir, startOwner } from '../../support/engine'
import type { Engine } from '../../../src/main/engine'

const data = makeTempDir('metrics-data')
const input = makeTempDir('metrics-input')
afterAll(() => {
  data.remove()
  input.remove()
})

const sumOf = async (engine: Engine, name: string): Promise<number> => {
  const { series } = await engine.call('metrics.history', { range: 'hour' })
  const found = series.find((other) => other.name === name)
  return (found?.values ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

it('what a job did is kept when the engine ends, and is added to by the next', { timeout: 60_000 }, async () => {
  writeFileSync(join(input.path, 'one.txt'), 'The lighthouse keeper counted the ships of the evening. '.repeat(40))
  writeFileSync(join(input.path, 'two.txt'), 'A recipe for bread, with rye and a long rest overnight. '.repeat(40))
  writeFileSync(join(input.path, 'broken.pdf'), '%PDF-1.7 and nothing else')
  const first = await startOwner({ dataDir: data.path })
  const report = await ingest(first, [input.path])
  const now = await first.call('metrics.now', {})
  await first.close()
  expect(now.memory.ownerBytes).toBeGreaterThan(1_000_000)
  expect(now.disk.parts.find(({ part }) => part === 'database')?.bytes).toBeGreaterThan(0)
  expect(now.queue.deadLetters).toBe(1)

  const second = await startOwner({ dataDir: data.path })
  try {
    expect(await sumOf(second, 'documents.indexed')).toBe(2)
    expect(await sumOf(second, 'documents.failed')).toBe(1)
    expect(await sumOf(second, `failed.${report.problems[0]?.code ?? ''}`)).toBe(1)
    expect(await sumOf(second, 'chunks')).toBe(report.chunks)
    expect(await sumOf(second, 'windows.computed')).toBe(report.embeddings.computed)
    expect(await sumOf(second, 'phase.items.embed')).toBe(report.phases.embed.items)
    expect(await sumOf(second, 'phase.ms.extract')).toBeCloseTo(report.phases.extract.ms, -1)
    expect(await sumOf(second, 'disk.database')).toBeGreaterThan(0)
  } finally {
    await second.close()
  }
})

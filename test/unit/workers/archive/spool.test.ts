import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTempUse, Spool, type SpoolOptions } from '../../../../src/workers/source/spool'

const MiB = 1024 * 1024
let tempDir: string
beforeEach(() => {
  tempDir = mkdtempSync(join(tmpdir(), 'spool-'))
})
afterEach(() => rmSync(tempDir, { recursive: true, force: true }))

/** As another thread would make it: with nothing in common but the folder. */
const makeSpool = (more: Partial<SpoolOptions> = {}): Spool =>
  new Spool({ tempDir, use: createTempUse(), memoryBytes: 0, tempBytes: 10 * MiB, freeBytes: 0, ...more })

describe('temporary disk of a job', () => {
  it('is counted over all threads that write there', () => {
    const one = makeSpool()
    one.write(Buffer.alloc(6 * MiB))
    const kept = one.finish()
    const two = makeSpool()
    two.write(Buffer.alloc(3 * MiB))
    expect(() => two.write(Buffer.alloc(2 * MiB))).toThrow(
      expect.objectContaining({
        code: 'TEMP_DISK_LIMIT',
        details: { limit: 10 * MiB, actual: 11 * MiB, setting: 'job.tempBytes' },
      }) as Error,
    )
    two.discard()
    kept.close()
    expect(readdirSync(tempDir)).toEqual([])
  })

  it('does not count what a process left behind that is no more, and removes it', () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    writeFileSync(join(tempDir, String(pid * 1_000_000_000 + 1_000_001)), Buffer.alloc(9 * MiB))
    writeFileSync(join(tempDir, 'other'), Buffer.alloc(MiB))
    const spool = makeSpool()
    spool.write(Buffer.alloc(8 * MiB))
    expect(readdirSync(tempDir)).toHaveLength(2)
    expect(() => spool.write(Buffer.alloc(2 * MiB))).toThrow('temporary disk')
    spool.discard()
  })

  it('notices what others wrote meanwhile, and what they gave back', () => {
    const slow = makeSpool({ tempBytes: 30 * MiB })
    slow.write(Buffer.alloc(MiB))
    const other = makeSpool({ tempBytes: 30 * MiB })
    other.write(Buffer.alloc(18 * MiB))
    slow.write(Buffer.alloc(8 * MiB))
    expect(() => slow.write(Buffer.alloc(4 * MiB))).toThrow(
      expect.objectContaining({ code: 'TEMP_DISK_LIMIT' }) as Error,
    )
    other.discard()
    slow.write(Buffer.alloc(20 * MiB))
    slow.discard()
  })
})

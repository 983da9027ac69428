// A bounded fuzz run: damaged files of every kind end in an outcome that is accounted for. The long one is `npm run fuzz`.
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listGoodFiles } from '../../fuzz/good-files'
import { runFuzz } from '../../fuzz/run'
import { engineFiles } from '../../support/engine'

const INPUTS = 200
const SEED = 20_240_517

describe('files with bytes flipped, cut and spliced', () => {
  it('end in an outcome each, without a bug, a crash or a hang', async () => {
    const good = listGoodFiles(resolve(__dirname, '../../..'))
    const summary = await runFuzz({ inputs: INPUTS, seed: SEED, good, files: engineFiles })
    expect(summary.violations).toEqual([])
    expect(summary.inputs).toBe(INPUTS)
    // A run in which nothing is read, or nothing refused, tests nothing.
    expect(summary.codes['INDEXED']).toBeGreaterThan(INPUTS / 10)
    expect(Object.keys(summary.codes).length).toBeGreaterThan(5)
  }, 180_000)
})

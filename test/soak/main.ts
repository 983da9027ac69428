// Owns `npm run soak` behind its script: reads the words, runs, prints the slopes. Refuses to end well when anything grows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runSoak } from './run'

const USAGE = 'npm run soak -- [--hours N] [--seed S]'
const HOUR_MS = 3_600_000

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      hours: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    },
  })
  const [hours, seed] = [Number(values.hours), Number(values.seed)]
  if (!(hours > 0) || !Number.isInteger(seed)) throw new Error(USAGE)
  say(`seed ${seed}, ${hours} hours`)
  const folder = mkdtempSync(join(tmpdir(), 'sluice-soak-'))
  try {
    const { growth, work, troubles, samples } = await runSoak({ ms: hours * HOUR_MS, seed, folder, say })
    const lines = growth.map(({ name, unit, first, last, slope, error, bound, judged, grows }) =>
      [
        name.padEnd(24),
        `${first.toFixed(1)} → ${last.toFixed(1)} ${unit}`.padEnd(24),
        `${slope >= 0 ? '+' : ''}${slope.toFixed(1)} ± ${error.toFixed(1)} an hour`.padEnd(28),
        `≤ ${bound}`.padEnd(8),
        grows ? 'GROWS' : judged ? 'flat' : 'not judged in less than half an hour',
      ].join(''),
    )
    process.stdout.write(`Second half of ${samples} samples:\n${lines.join('\n')}\n${JSON.stringify(work)}\n`)
    for (const trouble of troubles) process.stdout.write(`  ${trouble}\n`)
    process.exitCode = troubles.length > 0 || growth.some(({ grows }) => grows) ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  process.exitCode = 1
})

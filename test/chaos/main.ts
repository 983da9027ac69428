// Owns `npm run chaos` behind its script: reads the words, runs, prints the figures as a table. Refuses to end well with a difference.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runChaos } from './run'

const USAGE = 'npm run chaos -- [--kills N] [--seed S] [--documents N] [--keep]'

const wholeNumber = (value: string): number => {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0) throw new Error(USAGE)
  return number
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      documents: { type: 'string', default: '600' },
      keep: { type: 'boolean', default: false },
    },
  })
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  const [kills, seed, documents] = [values.kills, values.seed, values.documents].map(wholeNumber) as [
    number,
    number,
    number,
  ]
  say(`seed ${seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'sluice-chaos-'))
  try {
    const { figures, problems } = await runChaos({ kills, seed, documents, folder, say })
    const width = Math.max(...figures.map(([name]) => name.length))
    process.stdout.write(`${figures.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`)
    for (const problem of problems) process.stdout.write(`  ${problem}\n`)
    process.exitCode = problems.length > 0 ? 1 : 0
  } finally {
    if (values.keep) say(`kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})

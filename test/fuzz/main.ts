// Owns `npm run fuzz` behind its script: reads the words, runs, prints the summary as JSON. Refuses to end well with a violation.
import { join } from 'node:path'
import { listGoodFiles } from './good-files'
import { runFuzz } from './run'

const DEFAULT_INPUTS = 5_000

const numberAfter = (words: readonly string[], name: string): number | null => {
  const at = words.indexOf(name)
  if (at < 0) return null
  const value = Number(words[at + 1])
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} needs a whole number`)
  return value
}

const main = async ([root = process.cwd(), ...words]: readonly string[]): Promise<void> => {
  const seed = numberAfter(words, '--seed') ?? Date.now() % 1_000_000_000
  process.stderr.write(`seed ${seed}\n`)
  const summary = await runFuzz({
    inputs: numberAfter(words, '--inputs') ?? DEFAULT_INPUTS,
    seed,
    only: numberAfter(words, '--only'),
    good: listGoodFiles(root),
    files: { hostFile: join(root, 'out', 'main', 'host.js'), workerFile: join(root, 'out', 'main', 'worker.js') },
  })
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
  process.exitCode = summary.violations.length > 0 ? 1 : 0
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})

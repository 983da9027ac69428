// Owns unpacking and hashing every entry of one zip with the product's code and nothing else, on one thread. Arguments: the bundle, the
// archive. Prints JSON with the milliseconds of the work alone: in the product it is done by a process that runs already.
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [bundle, file] = process.argv.slice(2)
const { runExpand, openItem, resolveLimits } = createRequire(import.meta.url)(bundle)

const limits = resolveLimits()
const signal = new AbortController().signal
const shared = {
  limits,
  tempDir: join(tmpdir(), `sluice-bench-expansion-${process.pid}`),
  inflateBudgetBytes: limits['archive.totalBytes'],
}
const locator = { location: file, entries: [] }
const entries = []
const started = performance.now()
await runExpand(
  { ...shared, locator, depth: 0, confirmed: true },
  {
    say: async (message) => {
      entries.push(...message.entries)
    },
    beat: () => undefined,
    signal,
  },
)
let bytes = 0
const all = createHash('sha256')
for (const { index, name, problem } of entries) {
  if (problem !== null) throw new Error(`${name}: ${problem.code}`)
  const asked = { ...shared, locator: { ...locator, entries: [{ index, name }] }, signal, beat: () => undefined }
  const item = await openItem(asked)
  bytes += item.sizeBytes
  all.update(item.sha256)
  await item.close()
}
const workMs = performance.now() - started
process.stdout.write(JSON.stringify({ workMs, entries: entries.length, bytes, sha256: all.digest('hex') }))
process.exit(0)

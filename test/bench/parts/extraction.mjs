// Owns reading one file with the product's extraction and nothing else, on one thread. Arguments: the bundle, the file. Prints JSON.
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const [bundle, file] = process.argv.slice(2)
const { runExtract, resolveLimits } = createRequire(import.meta.url)(bundle)

const params = {
  locator: { location: file, entries: [] },
  name: basename(file),
  limits: resolveLimits(),
  tempDir: join(tmpdir(), `sluice-bench-extraction-${process.pid}`),
  inflateBudgetBytes: null,
}
const signal = new AbortController().signal
const { facts, chars } = await runExtract(params, {
  say: async () => ({ proceed: true }),
  beat: () => undefined,
  signal,
})
process.stdout.write(JSON.stringify({ pages: facts.pages, chars }))

// Owns docs/limits.md: every limit of the product as a table for people, made from the one table in the code. `node scripts/limits-document.mjs` writes it.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const limitsDocument = join(root, 'docs', 'limits.md')

const UNITS = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
]

const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')

/** A value with its unit, as a person would say it. */
const say = (value, unit) => {
  if (unit === 'bytes') {
    const [size, name] = UNITS.find(([bytes]) => value >= bytes && value % bytes === 0) ?? [1, 'bytes']
    return `${grouped(value / size)} ${name}`
  }
  if (unit === 'ms') return value % 1_000 === 0 ? `${grouped(value / 1_000)} s` : `${value} ms`
  if (unit === 'ratio') return `${grouped(value)}:1`
  return unit === 'count' ? grouped(value) : `${grouped(value)} ${unit}`
}

/**
 * The document. @param {Record<string, { unit: string, default: number, min: number, max: number, reason: string, code: string | null }>} table
 * @param {(name: string) => string} variableOf @param {(code: string) => string} dispositionOf
 */
export const renderLimits = (table, variableOf, dispositionOf) => {
  const rows = Object.entries(table).map(
    ([name, { unit, default: value, min, max, reason, code }]) =>
      `| \`${name}\` | ${say(value, unit)} | ${say(min, unit)} – ${say(max, unit)} | ${code === null ? '' : `\`${code}\` (${dispositionOf(code)})`} | \`${variableOf(name)}\` | ${reason} |`,
  )
  return `# Limits

Nothing over a limit passes silently: what is left out stands in the report of the job with the code, the figure and the limit. A limit is raised for
one run by its environment variable (bytes, milliseconds and counts as plain numbers); values out of bounds are brought within them.
\`rejected\`, \`partial\` and the like are the outcomes that the glossary explains. This page is made from the code by \`node scripts/limits-document.mjs\`.

| limit | default | bounds | code (leads to) | variable | why |
|---|---|---|---|---|---|
${rows.join('\n')}
`
}

const main = async () => {
  const { build } = await import('esbuild')
  const outfile = join(root, '.cache', 'limits-document.cjs')
  const contents =
    "export { limitTable, variableOf } from './src/shared/limits'; export { dispositionOf } from './src/shared/errors'"
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  })
  const { limitTable, variableOf, dispositionOf } = createRequire(import.meta.url)(outfile)
  writeFileSync(limitsDocument, renderLimits(limitTable, variableOf, dispositionOf))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()

// Owns docs/features.md: what is risky, and what switches it off, made from the one table in the code.
// `node scripts/features-document.mjs` writes it.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadSource } from './setup/source.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const featuresDocument = join(root, 'docs', 'features.md')

/**
 * What the page needs of the code.
 * @typedef {import('../src/shared/features').Feature} Feature
 * @typedef {{ defaultOf: (name: string) => number, sayValue: (name: string, value: number) => string }} Speech
 */

/** What switches it off, and how it stands without a word of yours. @param {Feature} feature @param {Speech} speech @returns {[string, string]} */
const saySwitch = ({ switch: how }, { defaultOf, sayValue }) => {
  if (how.kind === 'choice') return [how.how, how.byDefault]
  if (how.kind === 'none') return [how.why, '']
  return [`\`${how.name}\` = ${sayValue(how.name, how.off)}`, defaultOf(how.name) === how.off ? 'off' : 'on']
}

/** @param {readonly Feature[]} features @param {Speech} speech */
const renderRows = (features, speech) =>
  features
    .map(
      (feature) =>
        `| ${[feature.name, feature.risk, ...saySwitch(feature, speech), feature.lost, feature.made].join(' | ')} |`,
    )
    .join('\n')

/** The page. @param {readonly Feature[]} features @param {Speech} speech */
export const renderFeatures = (features, speech) => `# What can be switched off

Everything that runs on files of others with more than a reader of text, leaves this computer, costs money, changes the system or keeps what you did; what
switches it off; what is lost by that; and what becomes of what was made with it. Settings are under Settings in the window, or \`sluice settings set NAME VALUE\`
([settings.md](settings.md)); each is in force at once, and an organization can fix it ([deployment.md](deployment.md)). Nothing here is needed to find text in
documents. This page is made from the code by \`node scripts/features-document.mjs\`.

| feature | what is risky | what switches it off | by default | what is lost | what was made with it |
|---|---|---|---|---|---|
${renderRows(features, speech)}
`

const main = async () => {
  const contents =
    "export { features } from './src/shared/features'; export { limitTable } from './src/shared/limits'; export { formatSetting } from './src/shared/setting-format'"
  const { features, limitTable, formatSetting } = await loadSource('features-document', contents)
  const defaultOf = (/** @type {string} */ name) => limitTable[name].default
  const sayValue = (/** @type {string} */ name, /** @type {number} */ value) =>
    formatSetting(value, limitTable[name].unit)
  writeFileSync(featuresDocument, renderFeatures(features, { defaultOf, sayValue }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()

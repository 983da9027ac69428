// Owns docs/policy.schema.json: what the policy of an organization may say, for editors and for who checks files before they are rolled out, made
// from the one schema in the code. `node scripts/policy-schema.mjs` writes it.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadSource } from './setup/source.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const policySchemaDocument = join(root, 'docs', 'policy.schema.json')

/**
 * What it is made of.
 * @typedef {{ schema: Record<string, any>, table: Record<string, { unit: string, default: number, min: number, max: number, reason: string }>, formatSetting: (value: number, unit: string) => string }} Parts
 */

const titles = {
  $schema: 'Where editors find this description.',
  sluicePolicy: 'Says what the file is, and how it is read.',
  organization: 'Named wherever the window says that something is set by it.',
  contact: 'Whom people ask.',
  settings: 'By name: one value fixes the setting; an object gives a default and bounds between which people choose.',
  providers: 'Which models beside the built-in one may be used: any, none, or those that are listed.',
  budgets: 'At most, for all providers together: of one job, one day, one month (UTC).',
  dataDir: 'The data folder; {user} is the name of the account, ~ its home.',
  retention: 'Days at most.',
  searchHistory: 'Searches are not kept.',
  updates: 'Where newer versions come from.',
  telemetry: 'There is none, and no later version may bring any.',
}

/** @param {Parts} parts */
export const renderPolicySchema = ({ schema, table, formatSetting }) => {
  const { properties, ...rest } = schema
  for (const [name, description] of Object.entries(titles)) properties[name].description = description
  for (const [name, row] of Object.entries(table)) {
    const say = (/** @type {number} */ value) => formatSetting(value, row.unit)
    const rule = properties.settings.properties[name]
    rule.description = `${row.reason} Without a policy: ${say(row.default)}, from ${say(row.min)} to ${say(row.max)}.`
  }
  const head = { ...rest, title: 'The policy of an organization for Sluice', properties }
  return `${JSON.stringify(head, null, 2)}\n`
}

const main = async () => {
  const contents =
    "export { limitTable as table } from './src/shared/limits'; export { policyFileSchema } from './src/shared/policy'; export { toJSONSchema } from 'zod'; export { formatSetting } from './src/shared/setting-format'"
  const { policyFileSchema, toJSONSchema, ...parts } = await loadSource('policy-schema', contents)
  writeFileSync(policySchemaDocument, renderPolicySchema({ schema: toJSONSchema(policyFileSchema), ...parts }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()

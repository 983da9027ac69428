// docs/policy.schema.json says what the code takes, and the example of docs/deployment.md is a policy.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toJSONSchema, z } from 'zod'
import { policySchemaDocument, renderPolicySchema } from '../../../scripts/policy-schema.mjs'
import { limitNames, limitTable } from '../../../src/shared/limits'
import { policyFileSchema, readPolicy } from '../../../src/shared/policy'
import { formatSetting } from '../../../src/shared/setting-format'

const read = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
const origin = { path: 'policy.json', place: 'system' } as const

it('docs/policy.schema.json is that of the code (else: node scripts/policy-schema.mjs)', () => {
  const say = (value: number, unit: string) => formatSetting(value, unit as Parameters<typeof formatSetting>[1])
  expect(read(policySchemaDocument)).toBe(
    renderPolicySchema({ schema: toJSONSchema(policyFileSchema), table: limitTable, formatSetting: say }),
  )
})

it('it names every setting and every section', () => {
  const { properties } = z
    .object({
      properties: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() })),
    })
    .parse(JSON.parse(read(policySchemaDocument)))
  expect(Object.keys(properties['settings']?.properties ?? {})).toEqual(limitNames)
  expect(Object.keys(properties).sort()).toEqual(Object.keys(policyFileSchema.shape).sort())
})

it('every example of docs/deployment.md is a policy without a fault', () => {
  const page = read(join('docs', 'deployment.md'))
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  expect(examples.length).toBeGreaterThan(0)
  for (const example of examples) {
    expect(readPolicy(example, origin).problems).toEqual([])
    expect(policyFileSchema.safeParse(JSON.parse(example)).error).toBeUndefined()
  }
})

// What docs/limits.md says is what the code does.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { limitsDocument, renderLimits } from '../../../scripts/limits-document.mjs'
import { dispositionOf, type ErrorCode } from '../../../src/shared/errors'
import { limitTable, variableOf, type LimitName } from '../../../src/shared/limits'

it('docs/limits.md tells every limit as it is in force (else: node scripts/limits-document.mjs)', () => {
  const rendered = renderLimits(
    limitTable,
    (name: string) => variableOf(name as LimitName),
    (code: string) => dispositionOf(code as ErrorCode),
  )
  expect(readFileSync(limitsDocument, 'utf8').replaceAll('\r\n', '\n')).toBe(rendered)
})

// What docs/queue.md and docs/error-handling.md say is what the code does.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  errorsDocument,
  gatherErrors,
  queueDocument,
  renderErrors,
  renderQueue,
} from '../../../scripts/queue-document.mjs'
import { defaultRetries } from '../../../src/main/jobs/retry'
import * as errors from '../../../src/shared/errors'
import { jobTransitions, listSteps, taskTransitions } from '../../../src/shared/transitions'

const read = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n')

it('docs/queue.md has every step (else: node scripts/queue-document.mjs)', () => {
  expect(read(queueDocument)).toBe(renderQueue({ tasks: listSteps(taskTransitions), jobs: listSteps(jobTransitions) }))
})

it('docs/error-handling.md has every code and wait (else: node scripts/queue-document.mjs)', () => {
  expect(read(errorsDocument)).toBe(renderErrors(gatherErrors({ ...errors, defaultRetries })))
  for (const code of errors.errorCodes) expect(read(errorsDocument)).toContain(`| \`${code}\` |`)
})

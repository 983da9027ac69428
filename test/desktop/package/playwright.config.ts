// Owns how the tests of the installed copy run: one after the other, as each builds on what the one before it left on the system.
import { defineConfig } from '@playwright/test'

const report = process.env['SLUICE_PLAYWRIGHT_JSON']

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.package.ts',
  outputDir: '../../../test-results/package',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
})

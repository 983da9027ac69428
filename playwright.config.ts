// Owns how the desktop tests run: one window at a time, on the real app.
import { defineConfig } from '@playwright/test'

const report = process.env['SLUICE_PLAYWRIGHT_JSON']

export default defineConfig({
  testDir: 'test/desktop',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/desktop',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
})

// Owns how unit, contract, fault and ingest tests run. The desktop tests are Playwright's (playwright.config.ts).
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{unit,contract,faults,ingest}/**/*.test.{ts,tsx}'],
    environment: 'node',
    // A process for each file: native modules and worker threads of one file cannot disturb another.
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2 } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/leaks.ts'],
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    coverage: {
      provider: 'v8',
      // A test that fails says nothing about what is covered.
      reportOnFailure: true,
      // Statements as the syntax tree has them: without it, comments and imports count as lines to cover.
      experimentalAstAwareRemapping: true,
      reportsDirectory: 'coverage',
      reporter: ['text-summary', 'json', 'json-summary'],
      include: ['src/**'],
      exclude: ['**/*.d.ts', 'src/renderer/**'],
    },
  },
})

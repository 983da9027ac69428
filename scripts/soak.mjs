// Owns `npm run soak [-- --hours N --seed S]`. Refuses to be green when anything grows.
import { runTestProgram } from './testing/test-program.mjs'

await runTestProgram('soak', 'test/soak/main.ts')

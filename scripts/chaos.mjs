// Owns `npm run chaos [-- --kills N --seed S --documents N]`. Refuses to be green with a difference.
import { runTestProgram } from './testing/test-program.mjs'

await runTestProgram('chaos', 'test/chaos/main.ts')

// Owns the fake provider as a process of its own, for trying by hand (`npm run dev:fake`): it says its address and then what it serves, and takes
// the name of a misbehavior on its input. Refuses: ending before its input does.
import { createInterface } from 'node:readline'
import { misbehaviors, type Misbehavior } from './misbehavior'
import { startFakeProvider } from './server'

const isMisbehavior = (word: string): word is Misbehavior => misbehaviors.some((known) => known === word)

const run = async (): Promise<void> => {
  const fake = await startFakeProvider({ dimensions: 64, port: Number(process.env['FAKE_PROVIDER_PORT'] ?? 0) })
  process.stdout.write(`${JSON.stringify({ url: fake.url })}\n`)
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const [word = '', times] = line.trim().split(/\s+/)
    if (word === 'counts') process.stdout.write(`${JSON.stringify({ ...fake.counts, spoiled: fake.spoiled })}\n`)
    else if (word === 'behave') fake.behave()
    else if (isMisbehavior(word)) fake.misbehave(word, times === undefined ? {} : { times: Number(times) })
    else process.stdout.write(`counts, behave, or [NAME [TIMES]] of: ${misbehaviors.join(', ')}\n`)
  })
  await new Promise<void>((resolve) => lines.once('close', resolve))
  await fake.close()
}

run().catch((thrown: unknown) => {
  process.stderr.write(`${String(thrown)}\n`)
  process.exitCode = 1
})

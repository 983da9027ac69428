// Owns the process that has an engine of its own and does what its parent asks, until it is closed or killed. Refuses: outliving its parent.
import type { CallName } from '../../../../src/shared/calls'
import { toErrorRecord } from '../../../../src/shared/errors'
import type { Arming } from './injector'
import { openHere, type Ask, type Reply } from './owner'

const [dataDir = '', armings = '[]'] = process.argv.slice(2)
const opening = openHere(dataDir, JSON.parse(armings) as Arming[])

const answer = async ({ name, params }: Ask): Promise<unknown> => {
  const owner = await opening
  if (name === 'arm') return owner.arm(params as Arming)
  if (name === 'disarm') return owner.disarm()
  if (name === 'pending') return owner.pending()
  if (name === 'close') return owner.close()
  return owner.call(name as CallName, params as never)
}

process.on('message', (ask: Ask) => {
  const { seq } = ask
  answer(ask)
    .then(
      (result): Reply => ({ seq, result }),
      (thrown: unknown): Reply => ({ seq, error: toErrorRecord(thrown) }),
    )
    .then((reply) => process.send?.(reply, () => (ask.name === 'close' ? process.disconnect() : undefined)))
    .catch((thrown: unknown) => {
      process.stderr.write(`${String(thrown)}\n`)
      process.exitCode = 1
    })
})
process.once('disconnect', () => process.exit())

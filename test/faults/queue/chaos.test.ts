// The show `npm run chaos` in small: kills at random moments cost time, never content.
import { afterAll, expect, it } from 'vitest'
import { runChaos } from '../../chaos/run'
import { makeTempDir } from '../../support/engine'

const temp = makeTempDir('chaos')
const KILLS = Number(process.env['SLUICE_CHAOS_KILLS'] ?? 8)
const DOCUMENTS = 70
const SEED = Number(process.env['SLUICE_CHAOS_SEED'] ?? 20_261_122)

afterAll(() => {
  temp.remove()
})

it('leaves the index that an undisturbed run leaves, whoever is killed and when', { timeout: 240_000 }, async () => {
  const lines: string[] = []
  const { figures, problems } = await runChaos({
    kills: KILLS,
    seed: SEED,
    documents: DOCUMENTS,
    folder: temp.path,
    say: (line) => lines.push(line),
  })
  expect(problems, lines.join('\n')).toEqual([])
  expect(Object.fromEntries(figures)).toMatchObject({ kills: String(KILLS), doctor: 'finds nothing' })
})

// Owns the folders of documents that are measured with: generated once from a seed, kept in the temp folder of the system, made again
// when their maker changes. Refuses to be a fixture; no test asserts what is in them.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { documentKinds } from './documents.mjs'
import { chooseTopic, makeNoun, makePlace, makeRandom } from './text.mjs'

/** Everything that is kept between runs. `SLUICE_BENCH_DIR` moves it. */
export const benchDir = process.env.SLUICE_BENCH_DIR ?? join(tmpdir(), 'sluice-bench')

/** A file or folder that is made once and kept. @param {(path: string) => unknown} make writes it at the path that it is given */
export const keepFile = async (name, make) => {
  const file = join(benchDir, name)
  if (existsSync(file)) return file
  mkdirSync(benchDir, { recursive: true })
  await make(`${file}.part`)
  renameSync(`${file}.part`, file)
  return file
}

/** Changes when what the makers write does, not when their code is only formatted. */
const makersKey = documentKinds
  .reduce((hash, { extension, make }) => {
    const random = makeRandom(1)
    chooseTopic(random)
    return hash.update(extension).update(make(random)).update(make(random))
  }, createHash('sha256'))
  .digest('hex')
  .slice(0, 12)

/**
 * A folder of `files` mixed documents, the same at every run.
 * @param {{ files: number, seed: number, kinds?: readonly string[] }} asked `kinds` are endings; all when left out
 * @returns its path and a key that names its content
 */
export const makeCorpus = ({ files, seed, kinds = documentKinds.map(({ extension }) => extension) }) => {
  const key = `${makersKey}-${seed}-${files}-${kinds.join('')}`
  const folder = join(benchDir, `corpus-${key}`)
  if (existsSync(folder)) return { folder, key }
  const random = makeRandom(seed)
  const chosen = documentKinds.filter(({ extension }) => kinds.includes(extension))
  const total = chosen.reduce((sum, { inThousand }) => sum + inThousand, 0)
  const draw = () => {
    let at = random() * total
    return chosen.find(({ inThousand }) => (at -= inThousand) < 0) ?? chosen[0]
  }
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  for (let number = 0; number < files; number += 1) {
    const { extension, make } = draw()
    chooseTopic(random)
    const place = join(unfinished, makePlace(random).toLowerCase())
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `${makeNoun(random)}-${String(number).padStart(5, '0')}.${extension}`), make(random))
  }
  renameSync(unfinished, folder)
  return { folder, key }
}

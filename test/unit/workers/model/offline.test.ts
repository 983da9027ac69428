import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildModelFolder } from './model-folders'

const library = path.dirname(createRequire(__filename).resolve('onnxruntime-node/package.json'))
const run = `
const { InferenceSession, Tensor } = require(${JSON.stringify(library)})
const main = async () => {
  const session = await InferenceSession.create(process.argv[1])
  const feeds = { ids: new Tensor('int32', Int32Array.of(7), [1, 1]), lengths: new Tensor('int32', Int32Array.of(1), [1]) }
  console.log((await session.run(feeds)).embedding.dims.join())
}
main().catch((error) => { console.error(error); process.exitCode = 1 })
`

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'sluice-offline-'))
  await mkdir(path.join(home, 'temp'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

// Releases 1.29 and 1.30 of the library collect by default: a device id and a database in the cache folder, uploads to its maker.
describe('the library that runs the model', () => {
  it('leaves nothing in the home and temp folders of a person', async () => {
    const model = path.join(await buildModelFolder('int8'), 'model.onnx')
    // Its collection is off under CI and in its own unit tests: the child gets an environment without any of that.
    const env = { HOME: home, USERPROFILE: home, TMPDIR: path.join(home, 'temp'), TEMP: path.join(home, 'temp') }
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', run, model], { env, timeout: 30_000 })
    expect(stdout.trim()).toBe('1,512')
    expect([await readdir(home), await readdir(path.join(home, 'temp'))]).toEqual([['temp'], []])
  })

  it('holds no address to send anything to', async () => {
    const [version = ''] = await readdir(path.join(library, 'bin'))
    const folder = path.join(library, 'bin', version, process.platform, process.arch)
    const own = await readdir(folder)
    expect(own.length).toBeGreaterThanOrEqual(2)
    for (const name of own) {
      expect((await readFile(path.join(folder, name))).includes('events.data.microsoft.com'), name).toBe(false)
    }
  })
})

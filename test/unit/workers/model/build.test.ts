import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runBuild } from './model-folders'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-build-model-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const FILES = ['LICENSE', 'model.json', 'model.onnx', 'vocabulary.json']

describe('building the model', () => {
  it('gives the bytes of the manifest, the licence with them, and nothing else', async () => {
    expect(await runBuild('--out', folder)).toContain('Built')
    expect((await readdir(folder)).sort()).toEqual(FILES)
    expect(await readFile(path.join(folder, 'LICENSE'), 'utf8')).toContain('Apache License')
    const card: unknown = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8'))
    expect(card).toMatchObject({ dimensions: 512, maxTokens: 128, license: { spdx: 'Apache-2.0' } })
  })

  it('does nothing the second time', async () => {
    await runBuild('--out', folder)
    const before = await stat(path.join(folder, 'model.onnx'))
    expect(await runBuild('--out', folder)).toContain('up to date')
    expect((await stat(path.join(folder, 'model.onnx'))).mtimeMs).toBe(before.mtimeMs)
  })

  it('repairs a damaged file and gives the same bytes again', async () => {
    await runBuild('--out', folder)
    const model = path.join(folder, 'model.onnx')
    const original = await readFile(model)
    await writeFile(model, original.subarray(1))
    expect(await runBuild('--out', folder)).toContain('Built')
    expect((await readFile(model)).equals(original)).toBe(true)
  })

  it('may run twice at once', async () => {
    await Promise.all([runBuild('--out', folder), runBuild('--out', folder)])
    expect((await readdir(folder)).sort()).toEqual(FILES)
    expect(await runBuild('--out', folder)).toContain('up to date')
  })
})

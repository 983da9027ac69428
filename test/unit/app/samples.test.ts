// The sample documents: copied once, whole or not at all.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareSamples } from '../../../src/main/app/samples'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-samples-'))
  mkdirSync(join(dir, 'shipped', 'garden'), { recursive: true })
  writeFileSync(join(dir, 'shipped', 'README.md'), 'Try tomatoes.')
  mkdirSync(join(dir, 'data'))
  writeFileSync(join(dir, 'shipped', 'garden', 'tomatoes.txt'), 'Water them in the morning.')
})
afterEach(() => {
  rmSync(dir, { recursive: true })
})
const prepare = (): Promise<string> => prepareSamples(join(dir, 'shipped'), join(dir, 'data'))

describe('the sample documents', () => {
  it('are copied into the data folder, once: what a person changed there stays', async () => {
    const path = await prepare()
    expect(path).toBe(join(dir, 'data', 'samples'))
    expect(readdirSync(path)).toEqual(['garden'])
    const file = join(path, 'garden', 'tomatoes.txt')
    expect(readFileSync(file, 'utf8')).toBe('Water them in the morning.')
    writeFileSync(file, 'Mine.')
    expect(await prepare()).toBe(path)
    expect(readFileSync(file, 'utf8')).toBe('Mine.')
  })

  it('asked for twice at once are there once, with nothing left beside them', async () => {
    expect(await Promise.all([prepare(), prepare(), prepare()])).toEqual(Array(3).fill(join(dir, 'data', 'samples')))
    expect(readdirSync(join(dir, 'data'))).toEqual(['samples'])
  })

  it('that did not come with the program, or find no place, are an error that says so', async () => {
    await expect(prepareSamples(join(dir, 'nowhere'), join(dir, 'data'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    writeFileSync(join(dir, 'file'), '')
    await expect(prepareSamples(join(dir, 'shipped'), join(dir, 'file'))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    })
  })
})

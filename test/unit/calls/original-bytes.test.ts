import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOriginal } from '../../../src/main/calls/original-bytes'
import { makeFolder } from '../store/bed'

const asked = (offset: number, length: number, maxBytes = 1_000) => ({ offset, length, maxBytes })

const writeOriginal = (text: string) => {
  const location = join(makeFolder(), 'a.pdf')
  writeFileSync(location, text)
  return { path: 'docs/a.pdf', location, bytes: text.length }
}

const textOf = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')

describe('the bytes of an original', () => {
  it('come in pieces that end where it ends', async () => {
    const document = writeOriginal('0123456789')
    const first = await readOriginal(document, asked(0, 4))
    const last = await readOriginal(document, asked(8, 4))
    const beyond = await readOriginal(document, asked(50, 4))
    expect([first, last, beyond].map(({ bytes }) => textOf(bytes))).toEqual(['0123', '89', ''])
    expect(first).toMatchObject({ sizeBytes: 10, changed: false })
  })

  it('tell that it changed since it was indexed', async () => {
    const document = writeOriginal('0123456789')
    writeFileSync(document.location, 'longer than before')
    expect(await readOriginal(document, asked(0, 1))).toMatchObject({ changed: true, sizeBytes: 18 })
  })

  it('are refused when it is gone, a folder, within an archive or too large', async () => {
    const document = writeOriginal('0123456789')
    const refusal = (change: object, maxBytes = 1_000) =>
      readOriginal({ ...document, ...change }, asked(0, 1, maxBytes))
    await expect(refusal({ path: 'a.zip!/a.pdf' })).rejects.toMatchObject({ code: 'ORIGINAL_INSIDE' })
    await expect(refusal({}, 5)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    rmSync(document.location)
    await expect(refusal({})).rejects.toMatchObject({ code: 'ORIGINAL_MISSING' })
    mkdirSync(document.location)
    await expect(refusal({})).rejects.toMatchObject({ code: 'NOT_A_FILE' })
  })
})

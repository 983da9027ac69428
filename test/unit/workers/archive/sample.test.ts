import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ExpandedEntry, Locator } from '../../../../src/shared/work'
import { useBench, entryOf } from '../../../support/unpack'

const sample = join(process.cwd(), 'resources', 'sample')
const SECRET = 'The key to the blue trunk is sewn into the hem of the velvet curtain in the sewing room.'

const bench = useBench()

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((item) =>
    item.isDirectory() ? listFiles(join(folder, item.name)) : [join(folder, item.name)],
  )

const find = async (parent: Locator, name: string): Promise<Locator> => {
  const { entries } = await bench().expand(parent)
  const entry = entries.find((each: ExpandedEntry) => each.name === name)
  if (entry === undefined) throw new Error(`no ${name} in ${entries.map((each) => each.name).join(', ')}`)
  return entryOf(parent, entry)
}

describe('the sample documents', () => {
  it('hold a sentence in a DOCX in a zip in a zip', async () => {
    const outer: Locator = { location: join(sample, 'archive', 'family-papers.zip'), entries: [] }
    const letter = await find(await find(outer, 'old-letters.zip'), 'grandmother.docx')
    const item = await bench().open(await find(letter, 'word/document.xml'))
    const text = (await item.read()).toString('utf8').replace(/<[^>]+>/g, '')
    await item.close()
    expect(text).toContain(SECRET)
  })

  it('hold it nowhere else, and are small', () => {
    const files = listFiles(sample)
    const bytes = files.map((file) => readFileSync(file))
    expect(files.filter((_, index) => bytes[index]?.includes('velvet'))).toEqual([])
    expect(files.length).toBeGreaterThan(30)
    expect(bytes.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1_500_000)
  })
})

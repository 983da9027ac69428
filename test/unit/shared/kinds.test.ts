import { describe, expect, it } from 'vitest'
import { documentKinds, kindOfType } from '../../../src/shared/kinds'
import { codeFormat } from '../../../src/workers/formats/code-format'
import { csvFormat } from '../../../src/workers/formats/csv-format'
import { jsonFormat } from '../../../src/workers/formats/json-format'
import { markdownFormat } from '../../../src/workers/formats/markdown-format'
import { textFormat } from '../../../src/workers/formats/text-format'

describe('the kind that a type means', () => {
  it('is that of an extension, however it is written, or the one that is named', () => {
    const types = ['txt', '.LOG', 'md', 'htm', 'tsv', 'jsonl', 'PDF', 'docx', ' py ', 'java']
    const kinds = ['text', 'log', 'markdown', 'html', 'csv', 'jsonl', 'pdf', 'docx', 'code', 'code']
    expect(types.map(kindOfType)).toEqual(kinds)
    expect(documentKinds.map(kindOfType)).toEqual([...documentKinds])
  })

  it('is none for what is never read, and for nothing', () => {
    expect(['exe', '', '.', 'constructor'].map(kindOfType)).toEqual([null, null, null, null])
  })

  it('is known for every extension that a format goes by', () => {
    for (const { kind, extensions } of [codeFormat, csvFormat, jsonFormat, markdownFormat, textFormat]) {
      expect(extensions.filter((extension) => kindOfType(extension) !== kind)).toEqual([])
    }
  })
})

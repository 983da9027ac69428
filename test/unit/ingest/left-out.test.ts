import { describe, expect, it } from 'vitest'
import { kindOfName, parseKinds, problemOfKind } from '../../../src/main/ingest/left-out'

describe('kinds that are left out', () => {
  it('are told by name where the name tells', () => {
    expect(['a/b.PDF', 'x.tgz', 'y.jpeg', 'z', 'dir.d/none', 'a.unknown'].map(kindOfName)).toEqual([
      'pdf',
      'archive',
      'image',
      null,
      null,
      null,
    ])
  })

  it('are named by kind, extension, archive or image; by nothing else', () => {
    expect(parseKinds(['PDF', 'md', 'archive', 'zip', 'png', 'image'])).toEqual(['pdf', 'markdown', 'archive', 'image'])
    expect(() => parseKinds(['colour'])).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error)
  })

  it('are a problem with the choice named', () => {
    expect(problemOfKind('pdf', ['pdf'])).toMatchObject({
      code: 'IGNORED',
      details: { rule: expect.stringContaining('"pdf"') as string },
    })
    expect(problemOfKind(null, ['pdf'])).toBeNull()
    expect(problemOfKind('docx', ['pdf'])).toBeNull()
  })
})

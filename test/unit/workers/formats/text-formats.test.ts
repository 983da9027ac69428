// Proves what is read from HTML, Markdown, CSV and JSON: every visible word, in a readable form, however odd the file.
import { describe, expect, it } from 'vitest'
import type { DocumentKind } from '../../../../src/shared/kinds'
import type { Block } from '../../../../src/shared/work'
import { plainInline } from '../../../../src/workers/formats/markdown-inline'
import { formatTable } from '../../../../src/workers/formats/table'
import { itemOf } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'

const read = async (kind: DocumentKind, content: string | Buffer, name = `a.${kind}`) => {
  const blocks: Block[] = []
  const { context, told } = makeFormatContext({ name })
  const { facts } = told
  for await (const block of formatTable[kind].extract(itemOf(content), context)) blocks.push(block)
  return { blocks, facts, texts: blocks.map((block) => block.text), kinds: blocks.map((block) => block.kind) }
}

describe('HTML', () => {
  it('leaves out scripts and styles and keeps everything else that is read', async () => {
    const { texts } = await read(
      'html',
      '<body><style>a{}</style><p>One<script>two()</script> three</p><template>four</template><img alt="A red boat"><noscript>five</noscript><textarea>six</textarea>',
    )
    expect(texts).toEqual(['One three', 'A red boat', 'five', 'six'])
  })

  it('finds title and language, and puts the title once', async () => {
    const { facts, texts } = await read(
      'html',
      '<html lang="en-GB"><title>Boats</title><title>No</title><h1>Boats</h1><p>Text.</p>',
    )
    expect(facts).toMatchObject({ title: 'Boats', language: 'en' })
    expect(texts).toEqual(['Boats', 'Text.'])
  })

  it('leaves out menus, which are links, and keeps navigation that says something', async () => {
    const menu = '<nav><ul><li><a href="/">Home</a><li><a href="/b">Boats</a></ul></nav>'
    const { texts } = await read(
      'html',
      `${menu}<p>Text.</p><footer>Open from nine to five, <a>map</a></footer><nav>You are reading part three of the guide. <a>Next</a></nav>`,
    )
    expect(texts).toEqual(['Text.', 'Open from nine to five, map', 'You are reading part three of the guide. Next'])
    expect((await read('html', menu)).texts).toEqual(['Home', 'Boats'])
  })

  it('reads tables as rows, and tables used for layout as text', async () => {
    const { texts, kinds } = await read(
      'html',
      '<table><tr><th>Name<th>Town</tr><tr><td>Ann<td><p>Rome</p></tr></table><table><tr><td><p>First.</p><p>Second.</p></td><td><ul><li>Third</ul></td></tr></table>',
    )
    expect(texts).toEqual(['Name | Town', 'Name: Ann; Town: Rome', 'First.', 'Second.', 'Third'])
    expect(kinds.slice(0, 2)).toEqual(['table-row', 'table-row'])
  })

  it('knows lists, quotes and preformatted text', async () => {
    const { blocks } = await read(
      'html',
      '<ul><li>one<li><p>two</p></ul><blockquote><p>Said.</p></blockquote><pre>\n  a\n   b</pre>',
    )
    expect(blocks.map(({ kind, text }) => [kind, text])).toEqual([
      ['list-item', 'one'],
      ['list-item', 'two'],
      ['quote', 'Said.'],
      ['code', '  a\n   b'],
    ])
  })

  it('survives a hundred thousand nested elements', async () => {
    const depth = 100_000
    expect((await read('html', `${'<div>'.repeat(depth)}deep${'</div>'.repeat(depth)}<p>after</p>`)).texts).toEqual([
      'deep',
      'after',
    ])
  })

  it('believes the declared encoding, even after a long preamble', async () => {
    const page = `<html><head>${'<meta name="x" content="filler">'.repeat(200)}<meta charset="windows-1251"></head><p>`
    const { texts, facts } = await read(
      'html',
      Buffer.concat([Buffer.from(page), Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])]),
    )
    expect(texts).toEqual(['Привет'])
    expect(facts.encoding).toBe('windows-1251')
  })
})

describe('Markdown', () => {
  it('takes the signs that close a heading from it, and no others', async () => {
    const { texts } = await read('markdown', '# a ##\n\n# b#\n\n# c # #\n\n# #\n\n#   d  ###  \n')
    expect(texts).toEqual(['a', 'b#', 'c #', '#', 'd'])
    const { facts } = await read('markdown', '---\ntitle: "A title" \n---\n\nText.\n')
    expect(facts.title).toBe('A title')
  })

  it('knows its blocks and the headings above them', async () => {
    const { blocks } = await read(
      'markdown',
      'Title\n=====\n\nText\ngoes on.\n\n## Part ##\n\n1. one\n   more\n- [x] two\n\n> said\n> again\n\n~~~js\nlet a = 1\n\n# no heading\n~~~\n\n    indented\n',
    )
    expect(blocks.map(({ kind, text, headings }) => [kind, text, headings.length])).toEqual([
      ['heading', 'Title', 0],
      ['paragraph', 'Text\ngoes on.', 1],
      ['heading', 'Part', 1],
      ['list-item', 'one\nmore', 2],
      ['list-item', 'two', 2],
      ['quote', 'said\nagain', 2],
      ['code', 'let a = 1\n\n# no heading', 2],
      ['code', '    indented', 2],
    ])
  })

  it('takes the title from front matter', async () => {
    const { facts, texts } = await read('markdown', '---\ntitle: "My trip"\ntags: [a]\n---\n# Other\n')
    expect(facts.title).toBe('My trip')
    expect(texts.join('\n')).toContain('My trip')
  })

  it('reads tables as rows with the names of their columns', async () => {
    expect(
      (await read('markdown', '| Name | Town |\n|:--|--|\n| Ann | Rome \\| Paris |\n| Bob |\n\nAfter | this')).texts,
    ).toEqual(['Name | Town', 'Name: Ann; Town: Rome | Paris', 'Name: Bob', 'After | this'])
  })

  it.each([
    ['**bold** *it* __b__ _i_ ~~gone~~', 'bold it b i gone'],
    ['snake_case_name 2 * 3 * 4', 'snake_case_name 2 * 3 * 4'],
    ['[link](https://a.b/c_(d)) and ![picture](x.png "Boat")', 'link (https://a.b/c_(d)) and picture Boat'],
    ['`**code**` stays', '**code** stays'],
    ['\\*not\\* emphasis, <b>html</b>', '*not* emphasis, <b>html</b>'],
  ])('takes the marks out of %s', (line, plain) => {
    expect(plainInline(line)).toBe(plain)
  })
})

describe('CSV', () => {
  it.each([
    ['semicolons', 'Name;Town\nAnn;Rome\nBob;Paris'],
    ['tabs', 'Name\tTown\r\nAnn\tRome\r\nBob\tParis\r\n'],
    ['a separator line', 'sep=|\nName|Town\nAnn|Rome\nBob|Paris'],
    ['quotes', '"Name","Town"\n"Ann","Rome"\nBob,"Paris"'],
  ])('reads records with %s', async (_, content) => {
    expect((await read('csv', content)).texts).toEqual([
      'Name | Town',
      'Name: Ann; Town: Rome',
      'Name: Bob; Town: Paris',
    ])
  })

  it('reads quoted line ends, doubled quotes and short records', async () => {
    const { texts } = await read('csv', 'Name,Note\nAnn,"She said ""hi"",\nthen left"\nBob\n,alone\n')
    expect(texts.slice(1)).toEqual(['Name: Ann; Note: She said "hi", then left', 'Name: Bob', 'Note: alone'])
  })

  it('does not take a first record of data for names', async () => {
    expect((await read('csv', '1,2024-01-01\n2,2024-01-02')).texts).toEqual(['1; 2024-01-01', '2; 2024-01-02'])
  })

  it('loses nothing to a quote that is never closed', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `row ${i},"value ${i}"`)
    const { texts } = await read('csv', `a,"never closed\n${rows.join('\n')}`)
    const text = texts.join('\n')
    for (const i of [0, 9_000, 19_999]) expect(text).toContain(`value ${i}`)
    // After a while it is no longer taken for a quote.
    expect(texts.length).toBeGreaterThan(1_000)
  })
})

describe('JSON', () => {
  it('gives every value its path', async () => {
    const { texts, facts } = await read(
      'json',
      '{"title":"Trip","days":[{"town":"Rome","km":3.5},{"town":"","ok":true,"no":null}]}',
    )
    expect(texts).toEqual(['title: Trip\ndays[0].town: Rome\ndays[0].km: 3.5\ndays[1].ok: true'])
    expect(facts.title).toBe('Trip')
  })

  it('reads lines of JSON, broken ones as text', async () => {
    expect((await read('json', '{"a":"one"}\n{broken\n{"a":"two"}\n', 'a.jsonl')).texts).toEqual([
      'a: one',
      '{broken',
      'a: two',
    ])
  })

  it('reads what is no valid JSON as text', async () => {
    expect((await read('json', '{\n  // a comment\n  "a": 1,\n}')).texts.join('\n')).toContain('// a comment')
  })

  it('survives a hundred thousand nested lists', async () => {
    expect((await read('json', `${'['.repeat(100_000)}"deep"${']'.repeat(100_000)}`)).texts.join('')).toContain('deep')
  })
})

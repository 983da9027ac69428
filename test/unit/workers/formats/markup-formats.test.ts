// Proves what the formats that are written as text make of documents as people have them.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/shared/errors'
import type { DocumentKind } from '../../../../src/shared/kinds'
import type { LimitName } from '../../../../src/shared/limits'
import { formatTable } from '../../../../src/workers/formats/table'
import { itemOf } from '../../../contract/formats/documents'
import { makeFormatContext, type Told } from '../../../support/formats/context'

/** Blocks as lines: kind, headings, text. */
const read = async (
  kind: DocumentKind,
  content: string,
  limits: Partial<Record<LimitName, number>> = {},
  pieceBytes = 65_536,
): Promise<{ lines: string[]; told: Told }> => {
  const { context, told } = makeFormatContext({ name: `a.${kind}`, limits })
  const lines: string[] = []
  for await (const { kind: block, headings, text } of formatTable[kind].extract(itemOf(content, pieceBytes), context))
    lines.push(`${block} [${headings.join(' > ')}] ${text}`)
  return { lines, told }
}

describe('XML', () => {
  it('gives values with their names, texts as paragraphs, titles as headings', async () => {
    const { lines } = await read(
      'xml',
      '<catalog><book id="b1"><title>The Garden</title><author>Ann Lee</author><p>Some <b>bold</b> text, <i>and</i> more.</p></book>' +
        '<server name="main"><port>80</port><host>example.org</host></server><add key="Color" value="green"/></catalog>',
    )
    expect(lines).toEqual([
      'heading [] The Garden',
      'table-row [The Garden] author: Ann Lee',
      'paragraph [The Garden] Some bold text, and more.',
      'table-row [server main] server name: main',
      'table-row [server main] port: 80\nhost: example.org',
      'table-row [] add: key: Color; green',
    ])
  })

  it('never expands entities of the document, and opens none', async () => {
    const { lines } = await read(
      'xml',
      '<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y "&x;&x;&x;"><!ENTITY f SYSTEM "file:///etc/passwd">]><a><p>1 &y; 2 &f; 3 &lt; 4</p></a>',
    )
    expect(lines).toEqual(['paragraph [] 1 &y; 2 &f; 3 < 4'])
  })

  it('refuses to nest deeper than the limit', async () => {
    const reading = read('xml', '<a>'.repeat(100_000), { 'document.xmlDepth': 50 })
    await expect(reading).rejects.toMatchObject({ code: 'DOCUMENT_BOMB', details: { setting: 'document.xmlDepth' } })
    await expect(reading).rejects.toBeInstanceOf(AppError)
  })

  it('stops at a single piece of text that is larger than a document may be, and says so', async () => {
    const { told } = await read('xml', `<a><p>first</p><!--${'x'.repeat(200_000)}--><p>last</p></a>`, {
      'document.chars': 50_000,
    })
    expect(told.warnings).toMatchObject([{ code: 'TEXT_LIMIT' }])
  })

  it('reads a text without end in parts, within bounds of memory', async () => {
    const { lines, told } = await read('xml', `<a><p>${'some words '.repeat(300_000)}</p><p>last</p></a>`, {
      'document.chars': 2_000_000,
    })
    expect(lines.join('').replace(/\s|paragraph|\[p?\]/g, '')).toBe(`${'somewords'.repeat(300_000)}last`)
    expect(told.warnings).toEqual([])
  })

  it.each([
    ['cut off', '<a><c>first</c><d>second and', ['first', 'second and']],
    [
      'with bare ampersands',
      '<a><c>Smith & Sons</c><d url="x?a=1&b=2">AT&T</d></a>',
      ['Smith & Sons', 'x?a=1&b=2', 'AT&T'],
    ],
    ['with text behind its end', '<a><c>first</c></a> tail', ['first', 'tail']],
    ['with tags that cross', '<a><b>first <i>mark</b> more</i> end</a>', ['first', 'mark', 'more', 'end']],
  ])('that is broken is read as well as can be: %s', async (_what, content, expected) => {
    for (const pieceBytes of [65_536, 1, 7]) {
      const { lines } = await read('xml', content, {}, pieceBytes)
      for (const text of expected) expect(lines.join('\n')).toContain(text)
    }
  })

  it('reads feeds with the HTML in them, outlines by their headings, and what is written in drawings', async () => {
    const feed = await read(
      'xml',
      '<rss><channel><title>News</title><item><title>Apples</title><description>&lt;p&gt;They are &lt;b&gt;ripe&lt;/b&gt;.&lt;/p&gt;</description></item>' +
        '<item><title>Pears</title><description><![CDATA[<p>Too &amp; soon.</p>]]></description></item></channel></rss>',
    )
    expect(feed.told.facts.title).toBe('News')
    expect(feed.lines).toEqual([
      'heading [] News',
      'heading [News] Apples',
      'paragraph [News > Apples] They are ripe.',
      'heading [News] Pears',
      'paragraph [News > Pears] Too & soon.',
    ])
    const outline = await read(
      'xml',
      '<opml version="2.0"><body><outline text="Fruit"><outline text="Apple"/></outline></body></opml>',
    )
    expect(outline.lines).toEqual(['table-row [body > Fruit] outline Fruit', 'table-row [body > Fruit] outline: Apple'])
    const drawing = await read(
      'xml',
      '<svg><title>Plan</title><style>.a{}</style><path d="M0 0"/><text x="1"><tspan>Hello</tspan><tspan>there</tspan></text></svg>',
    )
    expect(drawing.lines).toEqual(['heading [] Plan', 'paragraph [] Hello there'])
  })
})

describe('settings', () => {
  it('of YAML stay as they are written, under the keys that lead to them', async () => {
    const { lines, told } = await read(
      'yaml',
      '# of the garden\ntitle: "Garden"\nserver:\n  host: a # here\ntext: |\n  not: a key\nlist:\n  - name: a\n---\nnext: *alias\n',
    )
    expect(lines).toEqual([
      'code [] # of the garden\ntitle: "Garden"',
      'code [server] server:\n  host: a # here',
      'code [] text: |\n  not: a key',
      'code [list] list:\n  - name: a',
      'code [] next: *alias',
    ])
    expect(told.facts.title).toBe('Garden')
  })

  it('of TOML stand under the names of their tables; what stands in a text is no table', async () => {
    const { lines, told } = await read(
      'toml',
      'title = "Garden"\n[server]\ntext = """\n[not.a.table]\n"""\n[[fruit."red ones"]]\nname = "apple" # ripe\n',
    )
    expect(lines).toEqual([
      'code [] title = "Garden"',
      'code [server] [server]\ntext = """\n[not.a.table]\n"""',
      'code [fruit > red ones] [[fruit."red ones"]]\nname = "apple" # ripe',
    ])
    expect(told.facts.title).toBe('Garden')
  })
})

describe('a log', () => {
  it('keeps entries whole, with the lines that belong to them', async () => {
    const entries = Array.from(
      { length: 200 },
      (_, i) => `2024-01-02 10:11:12 ERROR number ${i} failed\n  at line ${i}`,
    )
    const { lines } = await read('log', entries.join('\n'))
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.map((line) => line.replace('paragraph [] ', '')).join('\n')).toBe(entries.join('\n'))
    for (const line of lines) expect(line).toMatch(/^paragraph \[\] 2024/)
  })
})

describe('subtitles', () => {
  it('become passages under the time at which they begin, without tags and numbers', async () => {
    const { lines, told } = await read(
      'vtt',
      'WEBVTT - The talk\nLanguage: en-GB\n\nSTYLE\n::cue { color: red }\n\nNOTE checked\n\nintro\n00:01.000 --> 00:04.000 align:start\n<v Ann>Hello <i>there</i> &amp; you</v>\n\n' +
        '00:05.000 --> 00:06.000\nand then\n\n01:10:00.000 --> 01:10:02.000\nlater\n',
    )
    expect(lines).toEqual([
      'heading [] 00:00:01',
      'paragraph [00:00:01] checked\nAnn: Hello there & you\nand then',
      'heading [] 01:10:00',
      'paragraph [01:10:00] later',
    ])
    expect(told.facts).toMatchObject({ title: 'The talk', language: 'en' })
  })

  it('say what rolls over several cues once', async () => {
    const { lines } = await read(
      'srt',
      '1\n00:00:01,000 --> 00:00:02,000\nfirst line\n\n2\n00:00:02,000 --> 00:00:03,000\nfirst line\nsecond line\n\n3\n00:00:03,000 --> 00:00:04,000\nsecond line\n12\n',
    )
    expect(lines).toEqual(['heading [] 00:00:01', 'paragraph [00:00:01] first line\nsecond line\n12'])
  })

  it('of an hour become passages of some sentences', async () => {
    const cues = Array.from({ length: 900 }, (_, i) => {
      const time = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(11, 19)
      return `${i + 1}\n${time(i * 4)},000 --> ${time(i * 4 + 3)},000\nThis is what is said in cue number ${i}.\n`
    })
    const { lines } = await read('srt', cues.join('\n'))
    const passages = lines.filter((line) => line.startsWith('paragraph'))
    expect(passages.length).toBeGreaterThan(40)
    expect(passages.length).toBeLessThan(70)
    expect(passages.join('\n')).toContain('cue number 899.')
  })
})

describe('reStructuredText', () => {
  it('knows sections by the order of their marks, lists, literal blocks, directives', async () => {
    const { lines, told } = await read(
      'rst',
      '======\nGarden\n======\n\nIntro with **bold**, ``code`` and `a link <http://x>`_.\n\nTrees\n-----\n\n* one\n  goes on\n* two\n\nCode::\n\n    x = 1\n\n    y = 2\n\n' +
        '.. note:: Take care\n   of it.\n\n.. code-block:: python\n   :linenos:\n\n   print(1)\n\n.. image:: a.png\n   :alt: A tree\n\nSea\n---\n\nEnd.\n',
    )
    expect(told.facts.title).toBe('Garden')
    expect(lines).toEqual([
      'heading [] Garden',
      'paragraph [Garden] Intro with bold, code and a link (http://x).',
      'heading [Garden] Trees',
      'list-item [Garden > Trees] one\ngoes on',
      'list-item [Garden > Trees] two',
      'paragraph [Garden > Trees] Code:',
      'code [Garden > Trees]     x = 1\n\n    y = 2',
      'paragraph [Garden > Trees] Take care\nof it.',
      'code [Garden > Trees]    print(1)',
      'paragraph [Garden > Trees] a.png\nalt: A tree',
      'heading [Garden] Sea',
      'paragraph [Garden > Sea] End.',
    ])
  })

  it('reads both kinds of tables as rows with the names of their columns', async () => {
    const { lines } = await read(
      'rst',
      '=====  =====\nName   Town\n=====  =====\nAnn    Rome\nBob    Oslo\n=====  =====\n\n+-----+-----+\n| A   | B   |\n+=====+=====+\n| 1   | 2   |\n|     | 3   |\n+-----+-----+\n\nEnd.\n',
    )
    expect(lines).toEqual([
      'table-row [] Name | Town',
      'table-row [] Name: Ann; Town: Rome',
      'table-row [] Name: Bob; Town: Oslo',
      'table-row [] A | B',
      'table-row [] A: 1; B: 2 3',
      'paragraph [] End.',
    ])
  })
})

describe('Org', () => {
  it('knows headlines, lists, blocks, tables and links', async () => {
    const { lines, told } = await read(
      'org',
      '#+TITLE: Garden\n#+STARTUP: overview\n\n* TODO Trees :work:\n:PROPERTIES:\n:ID: 12\n:END:\nSome *bold* and [[http://x][a link]].\n- one\n  more\n- [ ] two\n** Sub\n#+BEGIN_SRC python\nprint(1)\n\nprint(2)\n#+END_SRC\n' +
        '| Name | Town |\n|------+------|\n| Ann  | Rome |\n\n| a | b |\n| c | d |\n',
    )
    expect(told.facts.title).toBe('Garden')
    expect(lines).toEqual([
      'heading [] Garden',
      'heading [] TODO Trees',
      'paragraph [TODO Trees] work',
      'list-item [TODO Trees] ID: 12',
      'paragraph [TODO Trees] Some bold and a link (http://x).',
      'list-item [TODO Trees] one\nmore',
      'list-item [TODO Trees] two',
      'heading [TODO Trees] Sub',
      'code [TODO Trees > Sub] print(1)\n\nprint(2)',
      'table-row [TODO Trees > Sub] Name | Town',
      'table-row [TODO Trees > Sub] Name: Ann; Town: Rome',
      'table-row [TODO Trees > Sub] a; b',
      'table-row [TODO Trees > Sub] c; d',
    ])
  })
})

describe('a notebook', () => {
  it('gives its cells and what they printed, under the headings before them', async () => {
    const { lines, told } = await read(
      'ipynb',
      JSON.stringify({
        nbformat: 4,
        cells: [
          { cell_type: 'markdown', source: ['# Study\n', 'Some **text**.'] },
          {
            cell_type: 'code',
            source: ['x = 1\n', 'x'],
            outputs: [
              { output_type: 'stream', text: ['\u001b[31mprinted\u001b[0m\n'] },
              { output_type: 'execute_result', data: { 'text/plain': '1', 'image/png': 'AAAA' } },
              { output_type: 'error', ename: 'ValueError', evalue: 'bad' },
            ],
          },
          { cell_type: 'raw', source: 'As it is.' },
        ],
      }),
    )
    expect(told.facts.title).toBe('Study')
    expect(lines).toEqual([
      'heading [] Study',
      'paragraph [Study] Some text.',
      'code [Study] x = 1\nx',
      'code [Study] printed',
      'code [Study] 1',
      'code [Study] ValueError: bad',
      'paragraph [Study] As it is.',
    ])
  })

  it('of the third version is read, and one that is cut off as it is written', async () => {
    const old = {
      nbformat: 3,
      worksheets: [
        {
          cells: [
            { cell_type: 'heading', level: 2, source: 'Old' },
            { cell_type: 'code', input: 'y = 2' },
          ],
        },
      ],
    }
    expect((await read('ipynb', JSON.stringify(old))).lines).toEqual(['heading [] Old', 'code [Old] y = 2'])
    expect((await read('ipynb', '{"cells": [{"source": "needle')).lines.join('\n')).toContain('needle')
  })
})

describe('JSON Lines', () => {
  it('gives every record its lines, and keeps what is none', async () => {
    const { lines } = await read('jsonl', '{"a": 1, "b": {"c": "x"}}\nnot json\n\n{"a": 2}\n')
    expect(lines).toEqual(['table-row [] a: 1\nb.c: x', 'paragraph [] not json', 'table-row [] a: 2'])
  })
})

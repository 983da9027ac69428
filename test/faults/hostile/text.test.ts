// Texts that were made to hurt: binary, mixed, endless, nested, charged with formulas or with addresses.
import { createHash } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describeHostile } from '../../support/hostile/suite'
import type { HostileCase, Place } from '../../support/hostile/yard'

const MiB = 1024 * 1024

/** Bytes that look like noise and are the same every time. */
const noise = (sizeBytes: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(sizeBytes / 64) }, (_, n) => createHash('sha512').update(String(n)).digest()),
  ).subarray(0, sizeBytes)

const file =
  (name: string, bytes: Buffer | string) =>
  ({ write }: Place): void =>
    write(name, bytes)

const writePieces = (path: string, piece: Buffer, count: number): void => {
  const handle = openSync(path, 'w')
  for (let i = 0; i < count; i += 1) writeSync(handle, piece)
  closeSync(handle)
}

const cases: HostileCase[] = [
  { name: 'an empty file', make: file('a.txt', ''), fates: { 'a.txt': 'skipped FILE_EMPTY' } },
  { name: 'noise that is named a text', make: file('a.txt', noise(50_000)), fates: { 'a.txt': 'skipped BINARY_FILE' } },
  {
    name: 'zeros that are named a text',
    make: file('a.txt', Buffer.alloc(100_000)),
    fates: { 'a.txt': 'skipped BINARY_FILE' },
  },
  {
    name: 'white space and nothing else',
    make: file('a.txt', ' \t\n'.repeat(300_000)),
    fates: { 'a.txt': 'skipped DOCUMENT_NO_TEXT' },
  },
  {
    name: 'UTF-8 with broken sequences in it',
    make: file(
      'a.txt',
      Buffer.concat([
        Buffer.from('größer, schöner, müde, naïve, café. '.repeat(20)),
        Buffer.from([0xc3, 0x28, 0xf8, 0xa1]),
        Buffer.from(' and so on'),
      ]),
    ),
    fates: { 'a.txt': 'partial TEXT_UNDECODABLE' },
    present: { 'a.txt': 'größer' },
  },
  {
    name: 'overlong UTF-8 and encoded surrogates',
    make: file(
      'a.txt',
      Buffer.concat([
        Buffer.from('Zoë räumt die Küche auf. '.repeat(20)),
        Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80]),
        Buffer.from('.'),
      ]),
    ),
    fates: { 'a.txt': 'partial TEXT_UNDECODABLE' },
  },
  {
    name: 'UTF-16 that ends in the middle of a character',
    make: file(
      'a.txt',
      Buffer.concat([Buffer.from('\ufeffThe osprey dives for a trout.', 'utf16le'), Buffer.from([0x41])]),
    ),
    fates: { 'a.txt': ['indexed', 'partial TEXT_UNDECODABLE'] },
    present: { 'a.txt': 'osprey' },
  },
  {
    name: 'UTF-16 with lone surrogates',
    make: file(
      'a.txt',
      Buffer.concat([
        Buffer.from('\ufeffThe osprey dives', 'utf16le'),
        Buffer.from([0x00, 0xd8, 0x20, 0x00]),
        Buffer.from(' for a trout.', 'utf16le'),
      ]),
    ),
    fates: { 'a.txt': ['indexed', 'partial TEXT_UNDECODABLE'] },
    present: { 'a.txt': 'osprey' },
  },
  {
    name: 'a file of one terabyte that takes no room on disk',
    make: ({ folder }) => {
      const handle = openSync(join(folder, 'huge.txt'), 'w')
      ftruncateSync(handle, 1024 * 1024 * MiB)
      closeSync(handle)
    },
    fates: { 'huge.txt': 'rejected FILE_TOO_LARGE' },
    maxMs: 10_000,
  },
  {
    name: 'a line of 200 MB',
    make: ({ folder }) => writePieces(join(folder, 'a.txt'), Buffer.from('endlessly long '.repeat(70_000)), 200),
    fates: { 'a.txt': 'partial TEXT_LIMIT' },
    maxMs: 60_000,
  },
  {
    name: 'a word of 50 MB',
    make: ({ folder }) => writePieces(join(folder, 'a.txt'), Buffer.alloc(MiB, 'a'), 50),
    fates: { 'a.txt': 'partial TEXT_LIMIT' },
    maxMs: 60_000,
  },
  {
    name: 'five million empty lines',
    make: ({ folder }) => writePieces(join(folder, 'a.txt'), Buffer.alloc(MiB, '\n'), 5),
    fates: { 'a.txt': 'skipped DOCUMENT_NO_TEXT' },
    maxMs: 40_000,
  },
  {
    name: 'a letter with sixteen thousand accents',
    make: file('a.txt', `The letter z${'\u0301\u0316'.repeat(8_000)} looks odd.`),
    fates: { 'a.txt': 'indexed' },
  },
  {
    name: 'text that turns its direction around and hides characters',
    make: file('a.txt', 'Pay \u202e001\u202c coins to the \u200b\u2066harbor\u2069 master.'),
    fates: { 'a.txt': 'indexed' },
    present: { 'a.txt': 'harbor' },
  },
  {
    name: 'escape sequences that would rule a terminal',
    make: ({ write }) => {
      write('a.log', '\u001b]0;owned\u001b\\\u001b[2J\u001b[31mThe pump failed at night.\u001b[0m\n'.repeat(20))
      write('b.log', '\u001b]0;owned\u0007\u0007\u001b[31mThe lamp failed at dawn.\u0007\u001b[0m\n'.repeat(20))
    },
    fates: { '*': 'indexed' },
    present: { 'a.log': 'pump failed', 'b.log': 'lamp failed' },
    items: 2,
  },
  {
    name: 'a table whose cells are formulas for a spreadsheet',
    make: ({ write, remote }) =>
      write(
        'a.csv',
        `name,amount\n"=cmd|' /C calc'!A0",1\n@SUM(1+1)*cmd,2\n"=HYPERLINK(""${remote('csv')}"",""click"")",3\n+1+2,4\n`,
      ),
    fates: { 'a.csv': 'indexed' },
    present: { 'a.csv': "=cmd|' /C calc'!A0" },
  },
  {
    name: 'a table with a quote that never closes',
    make: file('a.csv', `a,b\n"${'never closed, '.repeat(10_000)}`),
    fates: { 'a.csv': ['indexed', 'partial TEXT_LIMIT'] },
  },
  {
    name: 'a table with a row of a million cells',
    make: file('a.csv', `${'x,'.repeat(1_000_000)}y\n1,2,3\n`),
    fates: { 'a.csv': ['indexed', 'partial TEXT_LIMIT'] },
    maxMs: 40_000,
  },
  {
    name: 'JSON nested a million levels deep',
    make: file('a.json', '['.repeat(1_000_000) + '"deep"' + ']'.repeat(1_000_000)),
    fates: { 'a.json': ['indexed', 'partial TEXT_LIMIT', 'failed DOCUMENT_CORRUPT', 'rejected DOCUMENT_BOMB'] },
  },
  {
    name: 'JSON that is cut off',
    make: file('a.json', '{"title": "Tides", "places": ["harbor", "qu'),
    fates: { 'a.json': 'indexed' },
    present: { 'a.json': 'harbor' },
  },
  {
    name: 'JSON whose keys are the insides of objects',
    make: file(
      'a.json',
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "toString": "marmot"}',
    ),
    fates: { 'a.json': 'indexed' },
    present: { 'a.json': 'marmot' },
  },
  {
    name: 'JSON Lines of which every other line is broken',
    make: file('a.jsonl', '{"bird":"plover"}\n{"bird":\n'.repeat(200)),
    fates: { 'a.jsonl': ['indexed', 'partial DOCUMENT_PART_UNREADABLE'] },
    present: { 'a.jsonl': 'plover' },
  },
  {
    name: 'YAML whose aliases double ten times over',
    make: file(
      'a.yaml',
      `a0: &a0 [lol, lol]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]\n`).join('')}`,
    ),
    fates: { 'a.yaml': ['indexed', 'rejected DOCUMENT_BOMB'] },
  },
  {
    name: 'Markdown of a hundred thousand nested quotes',
    make: file('a.md', `${'>'.repeat(100_000)} The innermost quote.\n`),
    fates: { 'a.md': 'partial TEXT_LIMIT' },
  },
  {
    name: 'Markdown of half a million open brackets and stars',
    make: file('a.md', `# Brackets\n\n${'['.repeat(250_000)}\n\n${'*a '.repeat(100_000)}\n\n${'![]('.repeat(60_000)}`),
    fates: { 'a.md': ['indexed', 'partial TEXT_LIMIT'] },
    maxMs: 30_000,
  },
  {
    name: 'a page with a hundred thousand nested tags',
    make: file(
      'a.html',
      `<html><body><p>Before the pit.</p>${'<div>'.repeat(100_000)}The bottom.${'</div>'.repeat(100_000)}</body></html>`,
    ),
    fates: { 'a.html': ['indexed', 'rejected DOCUMENT_BOMB'] },
  },
  {
    name: 'a page of nested tables and lists that never close',
    make: file('a.html', `<p>Before the pit.</p>${'<table><tr><td><ul><li>'.repeat(20_000)}`),
    fates: { 'a.html': ['indexed', 'rejected DOCUMENT_BOMB'] },
  },
  {
    name: 'a page with a tag of a million attributes',
    make: file('a.html', `<p ${'a=b '.repeat(1_000_000)}>The tag ends here after all.</p>`),
    fates: { 'a.html': 'indexed' },
    present: { 'a.html': 'ends here' },
    maxMs: 30_000,
  },
  {
    name: 'a page that asks for pictures, styles, scripts, frames and fonts from the network',
    make: ({ write, remote }) =>
      write(
        'a.html',
        `<html><head><base href="${remote('base/')}"><link rel="stylesheet" href="${remote('a.css')}"><link rel="preload" href="${remote('f.woff')}" as="font"><script src="${remote('a.js')}"></script><style>@import url("${remote('b.css')}");</style><meta http-equiv="refresh" content="0;url=${remote('refresh')}"></head><body background="${remote('bg.png')}"><p>The lighthouse keeper writes home.</p><img src="${remote('a.png')}" srcset="${remote('b.png')} 2x"><iframe src="${remote('frame')}"></iframe><object data="${remote('object')}"></object><video src="${remote('video')}"></video><script>fetch("${remote('fetch')}")</script></body></html>`,
      ),
    fates: { 'a.html': 'indexed' },
    present: { 'a.html': 'lighthouse keeper' },
    absent: ['fetch('],
  },
  {
    name: 'a page that is one comment without an end',
    make: file('a.html', `<p>Seen before the comment.</p><!--${' never closed '.repeat(100_000)}`),
    fates: { 'a.html': 'indexed' },
    present: { 'a.html': 'Seen before' },
  },
  {
    name: 'a million character references, half of them to no character',
    make: file('a.html', `<p>References: ${'&amp;&#x110000;&nosuch;&#0;'.repeat(100_000)}</p>`),
    fates: { 'a.html': ['indexed', 'partial TEXT_LIMIT'] },
  },
  {
    name: 'a program for Windows that is named a text',
    make: file('a.txt', Buffer.concat([Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1'), noise(4_000)])),
    fates: { 'a.txt': ['skipped UNSUPPORTED_FORMAT', 'skipped BINARY_FILE', 'rejected EXECUTABLE_FILE'] },
  },
  {
    name: 'a program for Linux that is named a PDF',
    make: file('a.pdf', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01\x00', 'latin1'), noise(4_000)])),
    fates: { 'a.pdf': 'rejected EXECUTABLE_FILE' },
  },
  {
    name: 'a text that is named a picture, and a text without any name',
    make: ({ write }) => {
      write('a.png', 'This is plainly a text about herons, whatever its name says. It goes on for a while.')
      write('…', 'A text in a file that has no letters in its name.')
    },
    fates: { 'a.png': 'indexed', '…': 'indexed' },
  },
]

describeHostile('hostile text', cases, { 'document.chars': 20_000 })

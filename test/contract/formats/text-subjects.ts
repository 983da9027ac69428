/**
 * Owns the documents that the formats written as text are proved with. Refuses: judging what comes out.
 */
import type { DocumentKind } from '../../../src/shared/kinds'

export type TextKind = Extract<
  DocumentKind,
  'xml' | 'yaml' | 'toml' | 'jsonl' | 'ipynb' | 'rst' | 'org' | 'log' | 'vtt' | 'srt'
>

type TextSubject = { name: string; good: Buffer; needle: string; heading: string | null; long: () => Buffer }

const clock = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(11, 19)

/** @param many Gives so many different sentences */
export const textSubjects = (many: (count: number) => string[]): Readonly<Record<TextKind, TextSubject>> => {
  const lines = (make: (text: string, i: number) => string): Buffer => Buffer.from(many(5_000).map(make).join('\n'))
  return {
    xml: {
      name: 'catalog.xml',
      good: Buffer.from(
        '<?xml version="1.0"?><garden><section><title>Garden</title><p>The <b>needle</b> is here. </p></section></garden>',
      ),
      needle: 'The needle is here.',
      heading: 'Garden',
      long: () =>
        Buffer.from(
          `<all>${many(5_000)
            .map((text) => `<p>${text}</p>`)
            .join('\n')}</all>`,
        ),
    },
    yaml: {
      name: 'settings.yaml',
      good: Buffer.from('# all settings  \nneedle: here\nserver:\n  port: 80\n'),
      needle: 'needle: here',
      heading: null,
      long: () => lines((text, i) => `key${i}: ${text}`),
    },
    toml: {
      name: 'settings.toml',
      good: Buffer.from('needle = "here"  \n[server]\nport = 80\n'),
      needle: 'needle = "here"',
      heading: null,
      long: () => lines((text, i) => `key${i} = "${text}"`),
    },
    jsonl: {
      name: 'records.jsonl',
      good: Buffer.from('{"place": {"what": "needle "}}\n{"place": {"what": "hay"}}\n'),
      needle: 'place.what: needle',
      heading: null,
      long: () => lines((text) => JSON.stringify({ text })),
    },
    ipynb: {
      name: 'study.ipynb',
      good: Buffer.from(
        JSON.stringify({
          nbformat: 4,
          cells: [
            { cell_type: 'markdown', source: ['# Garden\n', 'The **needle** is here.'] },
            { cell_type: 'code', source: 'print(1)  ', outputs: [{ output_type: 'stream', text: ['1\n'] }] },
          ],
        }),
      ),
      needle: 'The needle is here.',
      heading: 'Garden',
      long: () =>
        Buffer.from(
          JSON.stringify({ nbformat: 4, cells: many(5_000).map((text) => ({ cell_type: 'markdown', source: text })) }),
        ),
    },
    rst: {
      name: 'guide.rst',
      good: Buffer.from('Garden\n======\n\nThe **needle** is here.  \n\n* one\n* two\n'),
      needle: 'The needle is here.',
      heading: 'Garden',
      long: () => lines((text) => `${text}\n`),
    },
    org: {
      name: 'notes.org',
      good: Buffer.from('* Garden\nThe *needle* is here.  \n- one\n- two\n'),
      needle: 'The needle is here.',
      heading: 'Garden',
      long: () => lines((text) => `${text}\n`),
    },
    log: {
      name: 'server.log',
      good: Buffer.from('2024-05-01 10:00:00 INFO the needle is here  \n2024-05-01 10:00:01 INFO done\n'),
      needle: '2024-05-01 10:00:00 INFO the needle is here',
      heading: null,
      long: () => lines((text) => `2024-05-01 10:00:00 INFO ${text}`),
    },
    vtt: {
      name: 'talk.vtt',
      good: Buffer.from('WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann>The <i>needle</i> is here.  \n'),
      needle: 'Ann: The needle is here.',
      heading: '00:00:01',
      long: () =>
        Buffer.from(
          `WEBVTT\n\n${many(5_000)
            .map((text, i) => `${clock(i)}.000 --> ${clock(i + 1)}.000\n${text}\n`)
            .join('\n')}`,
        ),
    },
    srt: {
      name: 'film.srt',
      good: Buffer.from('1\r\n00:00:01,000 --> 00:00:04,000\r\n<i>The needle</i> is here.  \r\n'),
      needle: 'The needle is here.',
      heading: '00:00:01',
      long: () => lines((text, i) => `${i + 1}\n${clock(i)},000 --> ${clock(i + 1)},000\n${text}\n`),
    },
  }
}

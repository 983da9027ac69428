// Proves that what is attached to mails goes the way of everything else: found under its path, unchanged the second time.
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { outcomes, type JobReport } from '../../src/shared/domain'
import { makeDocx, para } from '../contract/formats/documents'
import { ingest, makeTempDir, startOwner } from '../support/engine'
import { filePart, groupPart, makeMail, makeMailbox, makeOutlook, textPart } from '../support/mail/mail-maker'
import { forgeZip } from '../support/zip-forge'

const temp = makeTempDir('mail')
let engine: Engine
const paths: string[] = []

const write = (name: string, bytes: Buffer): void => {
  const path = join(temp.path, name)
  writeFileSync(path, bytes)
  // What was written a moment ago may change again unseen, and is read again for that reason alone.
  utimesSync(path, 1_600_000_000, 1_600_000_000)
  paths.push(path)
}

const mailWith = (subject: string, text: string, ...files: { name: string; bytes: Buffer }[]): Buffer =>
  makeMail(subject, groupPart('mixed', 'b', [textPart(text), ...files.map(({ name, bytes }) => filePart(name, bytes))]))

const textFile = (name: string, text: string): { name: string; bytes: Buffer } => ({ name, bytes: Buffer.from(text) })
const docx = (text: string): Buffer => makeDocx({ body: para(text) })

const pathsOf = async (query: string): Promise<string[]> =>
  (await engine.call('search', { query, mode: 'keyword', collections: [] })).results.map(({ path }) => path)

const adds = ({ documents }: JobReport): number => outcomes.reduce((sum, outcome) => sum + documents[outcome], 0)

beforeAll(async () => {
  const zip = forgeZip([{ name: 'plans/harbor.docx', data: docx('The cormorant dries its wings on the harbor wall.') }])
  write(
    'letter.eml',
    mailWith('Harbor plans', 'The sandpiper runs along the shore.', { name: 'plans.zip', bytes: zip }),
  )
  const inner = mailWith(
    'Lighthouse',
    'The kittiwake nests on the cliff.',
    textFile('note.txt', 'A razorbill dives deep.'),
  )
  write('box.zip', forgeZip([{ name: 'mails/inner.eml', data: inner }]))
  write(
    'folder.mbox',
    makeMailbox([
      mailWith('First', 'The dunlin feeds at low tide.', textFile('a.txt', 'The whimbrel calls seven times.')),
      mailWith('Second', 'The turnstone turns stones.', { name: 'b.docx', bytes: docx('The knot flies in clouds.') }),
    ]),
  )
  write(
    'outlook.msg',
    makeOutlook({
      subject: 'Minutes',
      text: 'The godwit probes the mud.',
      attachments: [
        {
          name: 'Forwarded',
          mail: {
            subject: 'Forwarded',
            text: 'The avocet sweeps its bill.',
            attachments: [textFile('c.txt', 'The oystercatcher opens mussels.')],
          },
        },
      ],
    }),
  )
  engine = await startOwner({ dataDir: join(temp.path, 'data') })
})

afterAll(async () => {
  await engine.close()
  temp.remove()
})

const found = [
  ['sandpiper', 'letter.eml'],
  ['cormorant', 'letter.eml!/plans.zip!/plans/harbor.docx'],
  ['kittiwake', 'box.zip!/mails/inner.eml'],
  ['razorbill', 'box.zip!/mails/inner.eml!/note.txt'],
  ['dunlin', 'folder.mbox!/0001 First.eml'],
  ['whimbrel', 'folder.mbox!/0001 First.eml!/a.txt'],
  ['turnstone', 'folder.mbox!/0002 Second.eml'],
  ['knot', 'folder.mbox!/0002 Second.eml!/b.docx'],
  ['godwit', 'outlook.msg'],
  ['avocet', 'outlook.msg!/Forwarded.msg'],
  ['oystercatcher', 'outlook.msg!/Forwarded.msg!/c.txt'],
] as const

describe('archives in mail and mail in archives', () => {
  it('are found by what is in them, under their paths', async () => {
    const report = await ingest(engine, paths)
    expect(report.problems).toEqual([])
    expect(report.documents).toMatchObject({ total: found.length, indexed: found.length })
    expect(adds(report)).toBe(report.documents.total)
    for (const [word, path] of found) expect([word, await pathsOf(word)]).toEqual([word, [path]])
  })

  it('are unchanged the second time, all of them', async () => {
    const report = await ingest(engine, paths)
    expect(report.problems).toEqual([])
    expect(report.documents).toMatchObject({ total: found.length, unchanged: found.length })
  })

  it('are refused one by one where mails are nested deeper than allowed', async () => {
    const deepest = mailWith('Level 0', 'The innermost gannet.', textFile('deep.txt', 'The deepest guillemot.'))
    let mail = deepest
    for (let level = 1; level <= 6; level += 1) {
      mail = mailWith(`Level ${level}`, `The gannet of level ${level}.`, { name: `${level - 1}.eml`, bytes: mail })
    }
    const path = join(temp.path, 'deep.eml')
    writeFileSync(path, mail)
    const report = await ingest(engine, [path])
    expect(report.documents).toMatchObject({ total: 7, indexed: 6, rejected: 1 })
    expect(report.problems.map(({ path: at, code }) => [at.split('!/').length, code])).toEqual([
      [7, 'ARCHIVE_DEPTH_LIMIT'],
    ])
  })
})

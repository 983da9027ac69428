// Proves what a person's shell sees of commands over documents.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callTable } from '../../../src/shared/calls'
import { removalSchema, type JobReport, type Removal } from '../../../src/shared/domain'
import { openSession, closeSession } from '../../../src/main/store/session'
import { run, runJson } from './support/command'

type Listed = { documents: { id: string; path: string }[]; total: number }
type Fault = { error: { code: string } }
type Removals = { removals: Removal[]; total: number }

let root = ''
let dataDir = ''

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cli-documents-'))
  dataDir = join(root, 'data')
  const papers = join(root, 'papers')
  mkdirSync(papers)
  writeFileSync(join(papers, 'oak.txt'), 'The chest lies below the oak.')
  writeFileSync(join(papers, 'elm.md'), '# =SUM(1) Elm\n\nThe elm was felled in a storm, after two hundred years.')
  writeFileSync(join(papers, '=ash.txt'), 'An ash, "the tall one", stands at the gate.')
  writeFileSync(join(papers, 'fir.json'), '{"title":"Fir","note":"planted by the children"}')
  writeFileSync(
    join(papers, '-picture, "old".heic'),
    Buffer.from('000000186674797068656963000000006865696d6d696631', 'hex'),
  )
  const { code, value } = await runJson<JobReport>(dataDir, ['ingest', papers])
  expect([code, value.documents.indexed]).toEqual([0, 4])
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const idOf = async (part: string): Promise<string> =>
  (await runJson<Listed>(dataDir, ['documents', 'list', '--contains', part])).value.documents[0]?.id ?? ''

/** As a spreadsheet reads it; no cell in these tests has a line end. */
const parseCsv = (text: string): string[][] =>
  text
    .split('\r\n')
    .slice(0, -1)
    .map((record) =>
      [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    )

describe('sluice documents list', () => {
  const names = (value: Listed): string[] => value.documents.map(({ path }) => path.replace('papers/', ''))
  const list = async (...words: string[]): Promise<string[]> =>
    names((await runJson<Listed>(dataDir, ['documents', 'list', ...words])).value)

  it('puts them in order, and narrows them by kind and language', async () => {
    expect(await list()).toEqual(['=ash.txt', 'elm.md', 'fir.json', 'oak.txt'])
    expect(await list('--descending')).toEqual(['oak.txt', 'fir.json', 'elm.md', '=ash.txt'])
    expect(await list('--order', 'size')).toEqual(['oak.txt', '=ash.txt', 'fir.json', 'elm.md'])
    expect(await list('--order', 'size', '--descending', '--limit', '1')).toEqual(['elm.md'])
    expect(await list('--kind', 'markdown', '--kind', 'json')).toEqual(['elm.md', 'fir.json'])
    expect(await list('--language', 'xx')).toEqual([])
    const wrong = await run(dataDir, ['documents', 'list', '--order', 'color'])
    expect([wrong.code, wrong.stdout]).toEqual([1, ''])
  })

  it('prints all of them as a table for a spreadsheet, which calculates none of it', async () => {
    const { code, stdout } = await run(dataDir, ['documents', 'list', '--format', 'csv'])
    expect([code, stdout.split('\r\n').length]).toEqual([0, 6])
    const [head = [], ...rows] = parseCsv(stdout)
    expect(head.slice(0, 5)).toEqual(['id', 'path', 'location', 'collection', 'state'])
    const titles = rows.map((row) => row[head.indexOf('title')])
    expect(titles[0]).toContain('An ash, "the tall one"')
    expect(titles[1]).toBe("'=SUM(1) Elm")
    expect(rows.map((row) => row[head.indexOf('kind')])).toEqual(['text', 'markdown', 'json', 'text'])
    expect(rows.flat().filter((cell) => /^[=+@]/.test(cell))).toEqual([])
    const some = await run(dataDir, ['documents', 'list', '--format', 'csv', '--limit', '2', '--offset', '1'])
    expect(parseCsv(some.stdout).map((row) => row[1])).toEqual(['path', 'papers/elm.md', 'papers/fir.json'])
    const none = await run(dataDir, ['documents', 'list', '--format', 'csv', '--kind', 'pdf'])
    expect(parseCsv(none.stdout)).toEqual([head])
  })

  it('prints all of them as one document of JSON', async () => {
    const { code, stdout } = await run(dataDir, ['documents', 'list', '--format', 'json', '--order', 'size'])
    const value = JSON.parse(stdout) as Listed
    expect([code, value.total, names(value)]).toEqual([0, 4, ['oak.txt', '=ash.txt', 'fir.json', 'elm.md']])
    expect(callTable['documents.list'].result.parse(value)).toEqual(value)
    const none = await run(dataDir, ['documents', 'list', '--format', 'json', '--kind', 'pdf'])
    expect(JSON.parse(none.stdout)).toEqual({ documents: [], total: 0 })
    const both = await runJson<Fault>(dataDir, ['documents', 'list', '--format', 'csv'])
    expect([both.code, both.value.error.code]).toEqual([1, 'USAGE'])
  })
})

describe('sluice jobs report', () => {
  it('prints the problems of a job as a table, and the report as JSON', async () => {
    const { stdout } = await run(dataDir, ['jobs', 'report', '1', '--format', 'csv'])
    const [head, ...rows] = parseCsv(stdout)
    expect(head).toEqual(['path', 'documentId', 'outcome', 'phase', 'code', 'message', 'attempts', 'warnings'])
    expect(rows.map(([path, , outcome, , code]) => [path, outcome, code])).toEqual([
      ['papers/-picture, "old".heic', 'skipped', 'UNSUPPORTED_FORMAT'],
    ])
    const shown = await runJson<JobReport>(dataDir, ['jobs', 'show', '1'])
    const told = await run(dataDir, ['jobs', 'report', '1', '--format', 'json'])
    expect(JSON.parse(told.stdout)).toEqual(shown.value)
    expect((await run(dataDir, ['jobs', 'report', '1'])).stdout).toContain('4 indexed')
    const missing = await run(dataDir, ['jobs', 'report', '999', '--format', 'csv'])
    expect([missing.code, missing.stdout]).toEqual([1, ''])
  })
})

describe('sluice documents read-again', () => {
  it('queues those that are named, or all that were read in part', async () => {
    const id = await idOf('elm')
    const { code, value } = await runJson(dataDir, ['documents', 'read-again', id])
    expect([code, value]).toMatchObject([0, { documents: 1, jobs: [{ label: '1 document read again' }] }])
    expect((await run(dataDir, ['run'])).code).toBe(0)
    const partial = await run(dataDir, ['documents', 'read-again', '--partial'])
    expect([partial.code, partial.stdout]).toEqual([0, 'No document was read in part.\n'])
    for (const words of [[], [id, '--partial'], [id, '--collection', 'default']])
      expect((await runJson<Fault>(dataDir, ['documents', 'read-again', ...words])).value.error.code).toBe('USAGE')
    const nobody = await runJson<Fault>(dataDir, ['documents', 'read-again', '999999'])
    expect([nobody.code, nobody.value.error.code]).toEqual([1, 'NOT_FOUND'])
  })
})

describe('removing documents with proof', () => {
  it('is told with its proof, at once and later', async () => {
    expect((await run(dataDir, ['documents', 'removals'])).stdout).toBe('Nothing was removed with proof.\n')
    const { code, value } = await runJson(dataDir, ['documents', 'remove', await idOf('oak'), '--prove'])
    expect([code, value]).toMatchObject([
      0,
      { removed: 1, proof: { proven: true, removed: { texts: 1 }, searched: 1 } },
    ])
    const told = await runJson<Removals>(dataDir, ['documents', 'removals'])
    expect([told.code, told.value.total]).toEqual([0, 1])
    const [removal] = told.value.removals
    expect(removalSchema.strict().parse(removal)).toMatchObject({ documents: 1, texts: 1, proof: { proven: true } })
    expect((await run(dataDir, ['documents', 'removals'])).stdout).toMatch(/^ASKED .*\n.* 1 document .*Proven: 1 text/)
  })

  it('is ended and proven after its process died, and gone at the next start', async () => {
    const id = await idOf('elm')
    const session = openSession(dataDir, 'writer')
    session.db.run(
      `INSERT INTO erasures (begun_at, document_ids, content_ids, passages)
        SELECT '2026-01-01T00:00:00.000Z', json_array(id), json_array(content_id), 1 FROM documents WHERE id = ?`,
      Number(id),
    )
    closeSession(session)
    expect((await runJson<Listed>(dataDir, ['documents', 'list', '--contains', 'elm'])).value.total).toBe(0)
    const { code, value } = await runJson<Removals>(dataDir, ['documents', 'removals'])
    expect([code, value.removals.length]).toEqual([0, 2])
    expect(value.removals[0]).toMatchObject({
      documents: 1,
      texts: 1,
      proof: { proven: true, removed: { passages: 1 } },
    })
  })
})

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  collectionSchema,
  doctorSchema,
  documentSchema,
  extractLineSchema,
  jobReportSchema,
  outcomes,
  searchResultSchema,
  type JobReport,
  type SearchResult,
} from '../../../src/shared/domain'
import { forgeZip } from '../../support/zip-forge'
import { run, runJson, runShell } from './support/command'

type Fault = { error: { code: string; message: string } }

let root = ''
let dataDir = ''
let papers = ''

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cli-'))
  dataDir = join(root, 'data')
  papers = join(root, 'papers')
  mkdirSync(papers)
  writeFileSync(join(papers, 'boiler.md'), '# Boiler\n\nThe plumber checks the pressure valve every October.\n')
  writeFileSync(join(papers, 'picture.heic'), Buffer.from('000000186674797068656963000000006865696d6d696631', 'hex'))
  const inner = forgeZip([
    { name: 'letter.txt', data: Buffer.from('The lighthouse keeper painted the stairs vermilion.') },
  ])
  writeFileSync(join(papers, 'outer.zip'), forgeZip([{ name: 'inner.zip', data: inner }]))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const sum = ({ documents }: JobReport): number => outcomes.reduce((total, outcome) => total + documents[outcome], 0)

describe('sluice ingest', () => {
  it('prints the job report as one JSON document, in which every document is counted once', async () => {
    const { code, value } = await runJson<JobReport>(dataDir, ['ingest', papers, '--collection', 'demo'])
    expect(code).toBe(0)
    expect(jobReportSchema.strict().parse(value)).toEqual(value)
    expect(value.job).toMatchObject({ state: 'completed', collection: 'demo', key: null, progress: 1 })
    expect(value.documents).toMatchObject({ total: 3, indexed: 2, skipped: 1 })
    expect(sum(value)).toBe(value.documents.total)
    expect(value.problems).toMatchObject([{ path: 'papers/picture.heic', outcome: 'skipped' }])
    expect(value.archives).toMatchObject([{ path: 'papers/outer.zip', nested: 1 }])
  })

  it('computes nothing for what is unchanged', async () => {
    const { code, value } = await runJson<JobReport>(dataDir, ['ingest', papers, '--collection', 'demo'])
    expect(code).toBe(0)
    expect(value.documents).toMatchObject({ total: 3, unchanged: 2, skipped: 1 })
    expect(value.embeddings.computed).toBe(0)
  })

  it('indexes the rest, names the missing path and exits with 2', async () => {
    const { code, stdout, stderr } = await run(dataDir, ['ingest', 'papers/boiler.md', 'nowhere.txt'], { cwd: root })
    expect(code).toBe(2)
    expect(stdout).toContain('2 documents: 1 indexed, 1 failed')
    expect(stdout).toContain(`"${join(root, 'nowhere.txt')}" does not exist. Check the path. (PATH_MISSING)`)
    expect(stderr).toBe('')
  })

  it('takes the same job for the same key', async () => {
    const words = ['ingest', join(papers, 'boiler.md'), '--job-key', 'nightly', '--collection', 'keyed']
    const first = await runJson<JobReport>(dataDir, words)
    const second = await runJson<JobReport>(dataDir, words)
    expect(first.value.job.key).toBe('nightly')
    expect(second.value.job.id).toBe(first.value.job.id)
  })

  it('reads only what the patterns leave', async () => {
    const words = [
      'ingest',
      papers,
      '--glob',
      '**/*.md',
      '--glob',
      '**/*.png',
      '--ignore',
      '*.png',
      '--collection',
      'globs',
    ]
    const { value } = await runJson<JobReport>(dataDir, words)
    expect(value.documents.indexed).toBe(1)
  })

  it.runIf(process.platform === 'linux')('reads a file whose name is not Unicode', async () => {
    const line = `printf 'a name in Latin-1' > "$(printf 'caf\\351.txt')" && $SLUICE ingest "$(printf 'caf\\351.txt')" --json`
    const { code, stdout } = await runShell(dataDir, line, papers)
    const report = JSON.parse(stdout) as JobReport
    expect(code).toBe(0)
    expect(report.documents).toMatchObject({ total: 1, indexed: 1 })
    const found = await runJson<SearchResult>(dataDir, ['search', 'Latin-1', '--mode', 'keyword'])
    expect(found.value.results[0]?.path).toBe('caf%E9.txt')
  })
})

describe('sluice search', () => {
  it('finds a sentence in a zip in a zip, with the path to it', async () => {
    const { code, value } = await runJson<SearchResult>(dataDir, ['search', 'vermilion stairs'])
    expect(code).toBe(0)
    expect(searchResultSchema.strict().parse(value)).toEqual(value)
    expect(value.results[0]?.path).toBe('papers/outer.zip!/inner.zip!/letter.txt')
    expect(value.results[0]?.snippet).toContain('[[')
  })

  it('answers a file of queries in order, one line each, whatever becomes of one of them', async () => {
    const file = join(root, 'queries.txt')
    writeFileSync(file, 'plumber\n???\nlighthouse\n')
    const { code, stdout } = await run(dataDir, ['search', '--queries-file', file, '--ndjson', '--mode', 'keyword'])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as SearchResult & Partial<Fault>)
    expect(lines.map(({ query }) => query)).toEqual(['plumber', '???', 'lighthouse'])
    expect(lines[0]?.results[0]?.path).toContain('boiler.md')
    expect(lines[1]?.error?.code).toBe('SEARCH_QUERY_EMPTY')
    expect(lines[2]?.results[0]?.path).toContain('letter.txt')
    expect(code).toBe(2)
  })

  it('takes queries from stdin', async () => {
    const words = ['search', '--queries-file', '-', '--ndjson', '--limit', '1']
    const { stdout } = await run(dataDir, words, { input: 'plumber\nlighthouse' })
    expect(stdout.trim().split('\n')).toHaveLength(2)
  })

  it('prints for people what was found and where', async () => {
    const { code, stdout } = await run(dataDir, ['search', 'plumber', '--collection', 'demo'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ 1 papers\/boiler\.md {2}Boiler\n/)
    expect(stdout).toContain('[[plumber]]')
    expect(stdout).toMatch(/\n\d+ passages? in \d/)
  })

  it('says so when nothing was found, and that is no failure', async () => {
    const { code, stdout } = await run(dataDir, ['search', 'zyzzyva', '--mode', 'keyword'])
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing found for "zyzzyva".')
  })

  it('names a collection that does not exist', async () => {
    const { code, value } = await runJson<Fault>(dataDir, ['search', 'x', '--collection', 'nope'])
    expect(code).toBe(1)
    expect(value.error).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('sluice collections, documents and jobs', () => {
  it('make, show, rename and remove a collection', async () => {
    const made = await runJson(dataDir, ['collections', 'create', 'plans'])
    expect(collectionSchema.strict().parse(made.value).name).toBe('plans')
    const again = await runJson<Fault>(dataDir, ['collections', 'create', 'plans'])
    expect([again.code, again.value.error.code]).toEqual([1, 'COLLECTION_EXISTS'])
    expect((await runJson(dataDir, ['collections', 'rename', 'plans', 'ideas'])).value['name']).toBe('ideas')
    expect((await runJson(dataDir, ['collections', 'show', 'ideas'])).value['documents']).toBe(0)
    const listed = await runJson<{ collections: { name: string }[]; total: number }>(dataDir, ['collections', 'list'])
    expect(listed.value.collections.map(({ name }) => name)).toContain('ideas')
    expect(listed.value.total).toBe(listed.value.collections.length)
    expect((await run(dataDir, ['collections', 'list'])).stdout).toMatch(/^NAME +DOCUMENTS +PASSAGES/)
    expect((await runJson(dataDir, ['collections', 'remove', 'ideas'])).value).toEqual({ documents: 0 })
    expect((await runJson<Fault>(dataDir, ['collections', 'show', 'ideas'])).value.error.code).toBe('NOT_FOUND')
  })

  it('carry the settings of a collection to another one as a file', async () => {
    const made = await runJson(dataDir, ['collections', 'create', 'ideas', '--color', 'teal'])
    expect(made.value['color']).toBe('teal')
    const file = join(root, 'ideas.json')
    const written = await runJson(dataDir, ['collections', 'export', 'ideas', '--out', file])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(written.value)
    const copied = await runJson(dataDir, ['collections', 'import', file, '--name', 'copy'])
    expect(copied.value).toMatchObject({ name: 'copy', color: 'teal', documents: 0 })
    writeFileSync(file, '{"sluiceCollection": 9}')
    const newer = await runJson<Fault>(dataDir, ['collections', 'import', file])
    expect(newer).toMatchObject({ code: 1, value: { error: { code: 'COLLECTION_FILE_NEWER' } } })
  })

  it('list, show, print and remove documents', async () => {
    const words = ['documents', 'list', '--collection', 'demo', '--contains', 'boiler']
    const { value } = await runJson<{ documents: { id: string }[]; total: number }>(dataDir, words)
    expect(value.total).toBe(1)
    const [document] = value.documents
    const id = document?.id ?? ''
    expect(documentSchema.strict().parse(document)).toMatchObject({ path: 'papers/boiler.md', state: 'indexed' })
    const shown = await run(dataDir, ['documents', 'show', id])
    expect(shown.stdout).toContain(`Location    ${join(papers, 'boiler.md')}`)
    const text = await run(dataDir, ['documents', 'show', id, '--text'])
    expect(text.stdout).toContain('The plumber checks the pressure valve every October.')
    expect((await runJson(dataDir, ['documents', 'remove', id])).value).toEqual({ removed: 1 })
    expect((await runJson(dataDir, words)).value['total']).toBe(0)
    const found = await runJson<SearchResult>(dataDir, [
      'search',
      'plumber',
      '--collection',
      'demo',
      '--mode',
      'keyword',
    ])
    expect(found.value.results).toEqual([])
    expect(existsSync(join(papers, 'boiler.md'))).toBe(true)
  })

  it('list, show and retry jobs', async () => {
    const { value } = await runJson<{ jobs: JobReport['job'][]; total: number }>(dataDir, [
      'jobs',
      'list',
      '--limit',
      '2',
    ])
    expect(value.jobs).toHaveLength(2)
    expect(value.total).toBeGreaterThan(2)
    const shown = await runJson<JobReport>(dataDir, ['jobs', 'show', '1'])
    expect(shown.value.documents.total).toBe(3)
    expect((await runJson<Fault>(dataDir, ['jobs', 'show', '999'])).value.error.code).toBe('NOT_FOUND')
    const cancelled = await runJson<Fault>(dataDir, ['jobs', 'cancel', '1'])
    expect([cancelled.code, cancelled.value.error.code]).toEqual([1, 'JOB_STATE'])
    const nobody = await run(dataDir, ['jobs', 'cancel', '--all'])
    expect([nobody.code, nobody.stdout]).toEqual([0, 'There is no such job.\n'])
    const [neither, both] = [await run(dataDir, ['jobs', 'retry']), await run(dataDir, ['jobs', 'retry', '1', '--all'])]
    expect([neither.code, both.code]).toEqual([1, 1])
  })
})

describe('sluice extract', () => {
  it('prints one JSON line a document and makes no data folder', async () => {
    const elsewhere = join(root, 'untouched')
    const { code, stdout } = await run(elsewhere, ['extract', papers, '--ndjson'])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => extractLineSchema.strict().parse(JSON.parse(line)))
    expect(lines.map(({ path }) => path)).toContain('papers/outer.zip!/inner.zip!/letter.txt')
    expect(lines.find(({ path }) => path === 'papers/boiler.md')).toMatchObject({
      outcome: 'indexed',
      kind: 'markdown',
    })
    expect(lines.find(({ path }) => path.endsWith('letter.txt'))?.text).toContain('vermilion')
    expect(code).toBe(0)
    expect(existsSync(elsewhere)).toBe(false)
  })

  it('prints one JSON document with --json, and lines for people without', async () => {
    const elsewhere = join(root, 'untouched')
    const { value, code } = await runJson<{ documents: unknown[]; total: number }>(elsewhere, [
      'extract',
      papers,
      'nowhere',
    ])
    expect(value.total).toBe(value.documents.length)
    expect(code).toBe(2)
    const { stdout } = await run(elsewhere, ['extract', join(papers, 'boiler.md'), '--text'])
    expect(stdout).toMatch(/^indexed {3}boiler\.md {2}markdown/)
    expect(stdout).toContain('The plumber checks')
  })
})

describe('sluice', () => {
  it('finds itself in order', async () => {
    const { code, value } = await runJson(dataDir, ['doctor'])
    expect(doctorSchema.strict().parse(value).ok).toBe(true)
    expect(code).toBe(0)
  })

  it('has nothing to do when nothing is queued', async () => {
    const { code, value } = await runJson(dataDir, ['run'])
    expect(value).toEqual({ jobs: [], total: 0, waiting: [], blocked: null })
    expect(code).toBe(0)
  })

  it.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['search', 'x', '--frobnicate']],
    ['a missing argument', ['ingest']],
    ['an impossible number', ['search', 'x', '--limit', 'many']],
    ['an impossible date', ['search', 'x', '--since', 'yesterday']],
    ['a query and a file of them', ['search', 'x', '--queries-file', 'y']],
  ])('exits with 1 and says what is wrong for %s', async (_what, words) => {
    const { code, stdout, stderr } = await run(dataDir, words)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.length).toBeGreaterThan(10)
    const asJson = await runJson<Fault>(dataDir, words)
    expect([asJson.code, asJson.value.error.code]).toEqual([1, 'USAGE'])
  })

  it('explains every command without touching a data folder', async () => {
    const elsewhere = join(root, 'untouched')
    const help = await run(elsewhere, ['--help'])
    for (const words of [
      ['ingest'],
      ['extract'],
      ['search'],
      ['run'],
      ['doctor'],
      ['jobs', 'retry'],
      ['documents', 'show'],
    ]) {
      expect(help.stdout).toContain(words[0])
      const { code, stdout } = await run(elsewhere, [...words, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain(`Usage: sluice ${words.join(' ')}`)
      expect(stdout).toContain('--json')
    }
    expect(existsSync(elsewhere)).toBe(false)
  })

  it('says in a sentence why a data folder cannot be used', async () => {
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    const { code, value } = await runJson<Fault>(dataDir, ['collections', 'list', '--data-dir', join(file, 'data')])
    expect(code).toBe(1)
    expect(value.error.code).toBe('DATA_DIR_UNWRITABLE')
    expect(value.error.message).toContain(file)
  })

  it('logs to its file, and with --verbose to stderr, never to stdout', async () => {
    const { stdout, stderr } = await run(dataDir, ['collections', 'list', '--verbose', '--json'])
    expect(() => JSON.parse(stdout) as unknown).not.toThrow()
    expect(stderr).toContain('"event":"owner-started"')
    const file = readFileSync(join(dataDir, 'logs', 'sluice.log'), 'utf8')
    for (const line of file.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
    expect(file).not.toContain('vermilion')
  })

  it('ends quietly when the reader of its output goes away', async () => {
    const line = `yes plumber | head -300 | $SLUICE search --queries-file - --ndjson --mode keyword | head -1 | wc -l`
    const { stdout, stderr } = await runShell(dataDir, line, root)
    expect(stdout.trim()).toBe('1')
    expect(stderr).toBe('')
  })

  it('leaves only its own files in the data folder', () => {
    expect(readdirSync(resolve(dataDir)).filter((name) => /sock|tmp/.test(name))).toEqual([])
  })
})

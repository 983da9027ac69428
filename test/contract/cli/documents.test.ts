// Proves what a person's shell sees of commands over documents.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removalSchema, type JobReport, type Removal } from '../../../src/shared/domain'
import { openSession, closeSession } from '../../../src/main/store/session'
import { run, runJson } from './support/command'

type Listed = { documents: { id: string; path: string }[]; total: number }
type Removals = { removals: Removal[]; total: number }

let root = ''
let dataDir = ''

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cli-documents-'))
  dataDir = join(root, 'data')
  const papers = join(root, 'papers')
  mkdirSync(papers)
  writeFileSync(join(papers, 'oak.txt'), 'The chest lies below the oak.')
  writeFileSync(join(papers, 'elm.md'), '# Elm\n\nThe elm was felled in a storm, after two hundred years.')
  writeFileSync(join(papers, '=ash.txt'), 'An ash, "the tall one", stands at the gate.')
  writeFileSync(join(papers, 'fir.json'), '{"title":"Fir","note":"planted by the children"}')
  const { code, value } = await runJson<JobReport>(dataDir, ['ingest', papers])
  expect([code, value.documents.indexed]).toEqual([0, 4])
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const idOf = async (part: string): Promise<string> =>
  (await runJson<Listed>(dataDir, ['documents', 'list', '--contains', part])).value.documents[0]?.id ?? ''

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

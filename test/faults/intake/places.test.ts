// The usual data folder in a home of any name, and one folder under two names, as on a disk where capitals are the same.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { JobReport } from '../../../src/shared/domain'
import { makeTempDir } from '../../support/engine'
import { runJson } from '../../support/faults/command'
import { openSmallDisk } from '../../support/faults/rights'

const temp = makeTempDir('places')
const paper = join(temp.path, 'paper.txt')
beforeAll(() => {
  writeFileSync(paper, 'Herons stand in the shallow water.')
})
afterAll(() => {
  temp.remove()
})

it.each([
  ['with spaces and umlauts', 'Jörg Müller geb. Weiß'],
  ['with umlauts of two characters each', 'Jörg Müller'.normalize('NFD')],
])('a home %s holds the data folder', { timeout: 60_000 }, (_what, name) => {
  const home = join(temp.path, name)
  mkdirSync(home)
  const env = {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: home,
    APPDATA: home,
    SLUICE_DATA_DIR: '',
    npm_lifecycle_event: '',
  }
  const command = (...words: string[]): string => {
    const all = [resolve('out/main/cli.js'), ...words]
    const { stdout, stderr, status } = spawnSync(process.execPath, all, { env, encoding: 'utf8', timeout: 50_000 })
    expect(status, stderr).toBe(0)
    return stdout
  }
  command('ingest', paper)
  expect(command('search', 'herons', '--mode', 'keyword')).toContain('paper.txt')
  const usual = process.platform === 'darwin' ? join('Library', 'Application Support', 'Sluice') : 'sluice'
  expect(existsSync(join(home, usual, 'sluice.db'))).toBe(true)
})

it.runIf(process.platform === 'linux')(
  'a folder that has two names is one folder, and is not read as documents under the other',
  { timeout: 60_000 },
  async () => {
    const folder = join(temp.path, 'disk')
    const disk = await openSmallDisk(folder, 24 * 1024 * 1024)
    try {
      const [program = '', ...args] = disk.prefix
      const within = (...words: string[]): string => execFileSync(program, [...args, ...words], { encoding: 'utf8' })
      const [one, other] = [join(folder, 'Data'), join(folder, 'DATA')]
      within('mkdir', one, other)
      within('mount', '--bind', one, other)
      const { prefix } = disk
      expect((await runJson<JobReport>(['ingest', paper], { dataDir: one, prefix })).documents.indexed).toBe(1)
      const { documents } = await runJson<{ documents: unknown[] }>(['documents', 'list'], { dataDir: other, prefix })
      expect(documents).toHaveLength(1)
      const report = await runJson<JobReport>(['ingest', folder], { dataDir: one, prefix })
      expect(report.documents.indexed).toBe(0)
      expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['OWN_DATA_FOLDER']))
    } finally {
      await disk.close()
    }
  },
)

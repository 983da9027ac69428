import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { findDataDirArgument, prepareProfileFolder, prepareWindowFolder } from '../../../src/main/app/data-folder'
import { describeOriginal } from '../../../src/main/app/original'
import { createTranslate } from '../../../src/shared/translate'
import {
  defaultPreferences,
  type Preferences,
  readPreferences,
  writePreferences,
} from '../../../src/main/app/preferences'
import { exportReport } from '../../../src/main/app/report-file'
import type { Caller } from '../../../src/shared/calls'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-app-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const reportCaller =
  (problems: number): Caller =>
  async (name, params) => {
    if (name === 'jobs.show')
      return { report: { job: { id: '1', label: 'x' }, problems: [] }, problemsTotal: problems } as never
    const { offset = 0, limit = 100 } = params as { offset?: number; limit?: number }
    if (offset >= 600) throw new AppError('OWNER_LOST')
    const rows = Array.from({ length: Math.max(0, Math.min(limit, problems - offset)) }, (_, at) => ({
      path: `p${offset + at}`,
    }))
    return { problems: rows, total: problems } as never
  }

const t = createTranslate('en')

describe('an exported report', () => {
  it.each([0, 1, 499, 500, 501])('is valid JSON with all of %i problems', async (count) => {
    const file = join(folder, 'report.json')
    await exportReport(reportCaller(count), '1', file)
    const report = JSON.parse(readFileSync(file, 'utf8')) as { job: unknown; problems: { path: string }[] }
    expect(report.job).toEqual({ id: '1', label: 'x' })
    expect(report.problems.map(({ path }) => path)).toEqual(Array.from({ length: count }, (_, at) => `p${at}`))
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  it('is written whole or not at all', async () => {
    const failing: Caller = async (name, params) => {
      if (name === 'jobs.problems') throw new AppError('OWNER_LOST')
      return reportCaller(0)(name, params)
    }
    await expect(exportReport(failing, '1', join(folder, 'report.json'))).rejects.toMatchObject({ code: 'OWNER_LOST' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('says when its place cannot be written', async () => {
    await expect(exportReport(reportCaller(0), '1', join(folder, 'no', 'report.json'))).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    })
  })
})

describe('preferences', () => {
  it('come back as they were written', async () => {
    const file = join(folder, 'window', 'preferences.json')
    const chosen: Preferences = {
      theme: 'dark',
      language: 'de',
      width: 900,
      height: 700,
      x: -40,
      y: 12,
      maximized: true,
      toldTray: true,
      shortcut: null,
    }
    await writePreferences(file, chosen)
    expect(await readPreferences(file, () => undefined)).toEqual(chosen)
  })

  it('are the defaults where they are damaged, part by part, and that is told', async () => {
    const file = join(folder, 'preferences.json')
    const failures: unknown[] = []
    expect(await readPreferences(file, (error) => failures.push(error))).toEqual(defaultPreferences)
    expect(failures).toHaveLength(0)
    writeFileSync(file, '{ broken')
    expect(await readPreferences(file, (error) => failures.push(error))).toEqual(defaultPreferences)
    expect(failures).toHaveLength(1)
    writeFileSync(file, JSON.stringify({ theme: 'pink', width: 900 }))
    expect(await readPreferences(file, () => undefined)).toEqual({ ...defaultPreferences, width: 900 })
  })
})

describe('the data folder of the app', () => {
  it('is named on the command line in either way', () => {
    expect(findDataDirArgument(['electron', '.', '--data-dir', '/a/b'])).toBe('/a/b')
    expect(findDataDirArgument(['electron', '.', '--data-dir=/a/c'])).toBe('/a/c')
    expect(findDataDirArgument(['electron', '.', '--data-dir'])).toBeNull()
    expect(findDataDirArgument(['electron', '.'])).toBeNull()
  })

  it('gives the window a temporary folder where it cannot be written, so that the window can say so', () => {
    writeFileSync(join(folder, 'file'), '')
    const inside = prepareWindowFolder(join(folder, 'data'))
    expect(inside).toBe(join(folder, 'data', 'window'))
    const elsewhere = prepareWindowFolder(join(folder, 'file', 'data'), folder)
    expect(elsewhere.startsWith(join(folder, 'sluice-window-'))).toBe(true)
  })

  it('gives Chromium a temporary folder where the disk holds no links, which it would take for a Sluice that is open', () => {
    const refuse = (): never => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' })
    }
    const made: string[] = []
    const make = (_: string, path: string): void => {
      made.push(path)
      writeFileSync(path, '')
    }
    const inside = prepareWindowFolder(join(folder, 'data'))
    expect(prepareProfileFolder(inside, folder, make, 'linux')).toBe(inside)
    expect(made).toHaveLength(1)
    expect(readdirSync(inside)).toEqual([])
    expect(prepareProfileFolder(inside, folder, refuse, 'win32')).toBe(inside)
    for (const platform of ['linux', 'darwin'] as const)
      expect(prepareProfileFolder(inside, folder, refuse, platform).startsWith(join(folder, 'sluice-window-'))).toBe(
        true,
      )
  })

  it('removes the temporary folders of earlier starts after a day', () => {
    writeFileSync(join(folder, 'file'), '')
    const unusable = join(folder, 'file', 'data')
    const old = prepareWindowFolder(unusable, folder)
    const recent = prepareWindowFolder(unusable, folder)
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000)
    utimesSync(old, twoDaysAgo, twoDaysAgo)
    const fresh = prepareWindowFolder(unusable, folder)
    expect([old, recent, fresh].map((path) => existsSync(path))).toEqual([false, true, true])
  })
})

describe('opening an original', () => {
  it('opens documents, and shows archives and what could run as a program', () => {
    expect(describeOriginal({ path: 'a/b.PDF', location: '/x/a/b.PDF' }, t)).toEqual({
      shown: 'document',
      message: null,
    })
    expect(describeOriginal({ path: 'a.zip!/b.pdf', location: '/x/a.zip' }, t)).toMatchObject({ shown: 'copy' })
    for (const name of ['b.sh', 'b.html', 'b.doc', 'b.pdf.exe', 'b'])
      expect(describeOriginal({ path: `a.zip!/${name}`, location: '/x/a.zip' }, t), name).toMatchObject({
        shown: 'archive',
      })
    for (const name of ['run.sh', 'run.bat', 'macro.js', 'tool.py', 'noextension']) {
      const { shown, message } = describeOriginal({ path: name, location: `/x/${name}` }, t)
      expect(shown).toBe('folder')
      expect(message).toContain(name)
    }
  })
})

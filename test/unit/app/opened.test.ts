// What the app is opened with: which words are paths, what crosses to the Sluice that is open already, and what the page gets.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readFileUri } from '../../../src/main/app/file-uri'
import { OpenedPaths } from '../../../src/main/app/opened-paths'
import { findHanded, handOver, needsHandOver, takeHanded } from '../../../src/main/app/handed-request'
import { parseStartMessage } from '../../../src/main/app/start-message'
import { readStartRequest, wordsWithoutRequest } from '../../../src/main/app/start-words'
import { AppError } from '../../../src/shared/errors'

const CWD = resolve('/home/me')
const at = (...parts: string[]): { path: string } => ({ path: resolve(CWD, ...parts) })
const installed = (...words: string[]) =>
  readStartRequest({ argv: ['/opt/sluice/sluice-app', ...words], appPath: null, cwd: CWD })

describe('words of a start', () => {
  test('paths are those that are no options, from where the person stands', () => {
    expect(installed('notes.txt', 'papers/', '/srv/a.zip')).toEqual({
      links: [],
      paths: [at('notes.txt'), at('papers'), { path: resolve('/srv/a.zip') }],
      handed: null,
    })
  })

  test('options of Sluice, Electron and Chromium and their values are none', () => {
    const { paths } = installed('--data-dir', '/data', '--data-dir=/other', '--no-sandbox', '-psn_0_1234', 'a.txt', '')
    expect(paths).toEqual([at('a.txt')])
  })

  test('behind two dashes everything is a path', () => {
    expect(installed('--no-sandbox', '--', '-odd.txt').paths).toEqual([at('-odd.txt')])
  })

  test('links are links, other addresses nothing', () => {
    expect(installed('sluice://search?q=a', 'https://example.com/a.txt', 'mailto:a@example.com')).toEqual({
      links: ['sluice://search?q=a'],
      paths: [],
      handed: null,
    })
  })

  test('before it is installed the words begin behind the folder of the app', () => {
    const argv = [
      '/electron',
      '-r',
      '/tool/loader.js',
      '--inspect=0',
      '--no-sandbox',
      '/src/app',
      '--data-dir',
      '/d',
      'x',
    ]
    expect(readStartRequest({ argv, appPath: resolve('/src/app'), cwd: CWD }).paths).toEqual([at('x')])
    expect(readStartRequest({ argv, appPath: resolve('/elsewhere'), cwd: CWD }).paths).toEqual([])
  })

  test('what another process sends is believed only in this shape', () => {
    const request = installed('a.txt')
    expect(parseStartMessage(JSON.parse(JSON.stringify(request)))).toEqual(request)
    for (const odd of [null, undefined, 'a.txt', { paths: ['a.txt'], links: [] }, { links: [], paths: [{ path: 1 }] }])
      expect(parseStartMessage(odd)).toEqual({ links: [], paths: [], handed: null })
  })
})

describe('a long request', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-handed-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('is handed over in a file, once; the other start has only the options', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `${index}-${'long '.repeat(20)}.txt`)
    const place = { argv: ['/sluice', '--no-sandbox', '--data-dir', '/d', ...names], appPath: null, cwd: CWD }
    const request = readStartRequest(place)
    expect(needsHandOver(place.argv, request)).toBe(true)
    expect(needsHandOver(['/sluice', 'a.txt'], installed('a.txt'))).toBe(false)
    const words = [...wordsWithoutRequest(place), handOver(folder, request)]
    expect(words.slice(0, -1)).toEqual(['--no-sandbox', '--data-dir', '/d'])
    const other = installed(...words)
    expect(other.paths).toEqual([])
    const handed = { ...other, handed: findHanded(words) }
    expect(needsHandOver(words, handed)).toBe(false)
    expect((await takeHanded(folder, handed)).paths).toEqual(request.paths)
    await expect(takeHanded(folder, handed)).rejects.toThrow('ENOENT')
  })

  test('is handed over once, however many words look like options', () => {
    const odd = Array.from({ length: 2_000 }, (_, index) => `--odd-${index}`)
    const place = { argv: ['/sluice', '--no-sandbox', ...odd, 'a.txt'], appPath: null, cwd: CWD }
    const request = readStartRequest(place)
    expect(needsHandOver(place.argv, request)).toBe(true)
    expect(wordsWithoutRequest(place)).toEqual(['--no-sandbox'])
    const again = { ...request, handed: findHanded(['--opened=opened-0123456789abcdef.json']) }
    expect(needsHandOver(place.argv, again)).toBe(false)
  })

  test('may be of any number of paths and of links of any length; one that is no list is told, and goes', async () => {
    const request = {
      links: [`sluice://search?q=${'a'.repeat(3_000)}`],
      paths: Array.from({ length: 60_000 }, (_, index) => ({ path: `/p/${index}` })),
      handed: null,
    }
    const handed = (): string | null => findHanded([handOver(folder, request)])
    const none = { links: [], paths: [] }
    expect(await takeHanded(folder, { ...none, handed: handed() })).toEqual(request)
    const name = handed()
    await writeFile(join(folder, name ?? ''), '{"links":[],"paths":[1]}')
    await expect(takeHanded(folder, { ...none, handed: name })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(await readdir(folder)).toEqual([])
  })

  test('is no other file', async () => {
    expect(findHanded(['--opened=../preferences.json', '--opened'])).toBeNull()
    const other = { links: [], paths: [], handed: '../preferences.json' }
    expect(await takeHanded(folder, other)).toBe(other)
  })
})

describe('addresses of files', () => {
  test('a file of this computer is its path', () => {
    expect(readFileUri('file:///home/me/a%20%C3%BC.txt', 'linux')).toEqual({ path: '/home/me/a ü.txt' })
    expect(readFileUri('file://localhost/srv/../etc/x', 'linux')).toEqual({ path: '/etc/x' })
  })

  test('a name that is not Unicode keeps its bytes', () => {
    expect(readFileUri('file:///caf%E9', 'linux')).toEqual({
      path: '/caf\uFFFD',
      bytes: Buffer.from('/caf\xe9', 'latin1').toString('base64'),
    })
  })

  test.each([
    'file://evil.example/share/a.txt',
    'https://example.com/a',
    'file:///a%00b',
    'file',
    `file:///${'a'.repeat(40_000)}`,
  ])('nothing is looked for at %.40s', (uri) => {
    expect(readFileUri(uri, 'linux')).toBeNull()
    expect(readFileUri(uri, 'win32')).toBeNull()
  })
})

describe('what was opened', () => {
  let folder: string
  let told = 0
  let opened: OpenedPaths

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-opened-'))
    told = 0
    opened = new OpenedPaths(() => {
      told += 1
    })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('is given once; what is not there is named', async () => {
    await writeFile(join(folder, 'a.txt'), 'a')
    await opened.add([{ path: join(folder, 'a.txt') }, { path: folder }, { path: join(folder, 'gone.txt') }])
    expect(told).toBe(1)
    expect(opened.take()).toEqual({
      paths: [{ path: join(folder, 'a.txt') }, { path: folder }],
      missing: ['gone.txt'],
      missingCount: 1,
      more: false,
    })
    expect(opened.take()).toEqual({ paths: [], missing: [], missingCount: 0, more: false })
  })

  test('a start without paths tells nothing', async () => {
    await opened.add([])
    expect(told).toBe(0)
  })

  test('comes in pieces that fit a message, and whole', async () => {
    const path = `${folder}${'/.'.repeat(1_000)}`
    const paths = Array.from({ length: 400 }, () => ({ path }))
    await opened.add(paths)
    const taken: unknown[] = []
    let rounds = 0
    for (let more = true; more; rounds += 1) {
      const piece = opened.take()
      taken.push(...piece.paths)
      more = piece.more
    }
    expect(taken).toHaveLength(400)
    expect(rounds).toBeGreaterThan(2)
  })

  test('what could not be taken in is thrown, once', () => {
    opened.fail(new AppError('NOT_FOUND', { what: 'text', id: 'clipboard' }))
    expect(() => opened.take()).toThrow(AppError)
    expect(opened.take().paths).toEqual([])
  })

  test('what could not be taken in keeps nothing else: it is hinted at again', async () => {
    await opened.add([{ path: folder }])
    opened.fail(new AppError('NOT_FOUND', { what: 'text', id: 'clipboard' }))
    expect(() => opened.take()).toThrow(AppError)
    expect(told).toBe(3)
    expect(opened.take().paths).toEqual([{ path: folder }])
  })

  test('may be very many', async () => {
    await opened.add(Array.from({ length: 200_000 }, () => ({ path: '\0' })))
    expect(opened.take().missingCount).toBe(200_000)
  })
})

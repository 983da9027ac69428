import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, chmodSync, realpathSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asNobody, openTo } from '../../support/nobody'
import { walk } from '../../../src/main/ingest/walk'
import type { WalkedItem, WalkOptions } from '../../../src/main/ingest/walk'
import { problemOfError } from '../../../src/main/ingest/walk-stat'
import { decodeName, displayPath, joinArchivePath } from '../../../src/main/ingest/paths'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'walk-')))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const write = (path: string, text = 'text'): string => {
  const full = join(root, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, text)
  return full
}

const collect = async (path: string, more: Partial<WalkOptions> = {}): Promise<WalkedItem[]> => {
  const items: WalkedItem[] = []
  await walk({
    offered: { path },
    globs: [],
    ignores: [],
    dataDir: join(root, 'no-such-data-folder'),
    signal: new AbortController().signal,
    onPage: async (page) => {
      items.push(...page)
    },
    ...more,
  })
  return items
}
const paths = (items: WalkedItem[]): string[] =>
  items.map(({ path, problem }) => (problem ? `${path} ${problem.code}` : path))

describe('walking an offered folder', () => {
  it('finds every file in the order of the bytes of the names, folders in their place', async () => {
    for (const path of ['in/b/two.txt', 'in/b/one.txt', 'in/a.txt', 'in/c.txt', 'in/b.txt', 'in/Z.txt']) write(path)
    const items = await collect(join(root, 'in'))
    expect(paths(items)).toEqual(['in/Z.txt', 'in/a.txt', 'in/b/one.txt', 'in/b/two.txt', 'in/b.txt', 'in/c.txt'])
  })

  it('gives size, absolute location and a fingerprint of size and times in nanoseconds', async () => {
    const file = write('in/a.txt', 'four')
    const [item] = await collect(join(root, 'in'))
    expect(item).toMatchObject({ sizeBytes: 4, problem: null, locator: { location: file, entries: [] } })
    expect(item?.fingerprint).toMatch(/^4:\d{15,}:\d{15,}$/)
    writeFileSync(file, 'five')
    const [again] = await collect(join(root, 'in'))
    expect(again?.fingerprint).not.toBe(item?.fingerprint)
  })

  it('hands over pages of at most 500 and goes on only when a page is taken', async () => {
    for (let n = 0; n < 1_103; n += 1) write(`in/${n % 7}/${n}.txt`)
    const sizes: number[] = []
    let open = 0
    await collect(join(root, 'in'), {
      onPage: async (page) => {
        open += 1
        expect(open).toBe(1)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        sizes.push(page.length)
      },
    })
    expect(sizes).toEqual([500, 500, 103])
  })

  it('begins paths with the offered name, however the path was written', async () => {
    write('in/a.txt')
    expect(paths(await collect(`${join(root, 'in')}//`))).toEqual(['in/a.txt'])
    expect(paths(await collect(join(root, 'in', 'x', '..', '.')))).toEqual(['in/a.txt'])
    expect(paths(await collect(join(root, 'in', 'a.txt')))).toEqual(['a.txt'])
  })

  it('leaves out version control, packages, system junk and lock files, each folder counted once', async () => {
    const ignored = [
      '.git/config',
      '.git/HEAD',
      'node_modules/x/index.js',
      '.DS_Store',
      'Thumbs.db',
      'desktop.ini',
      '~$plan.docx',
      '.~lock.plan.odt#',
      '._a.txt',
      '.svn/entries',
      '.report.pdf.icloud',
    ]
    for (const path of [...ignored, 'a.txt']) write(`in/sub/${path}`)
    const items = await collect(join(root, 'in'))
    expect(items.filter(({ problem }) => problem === null).map(({ path }) => path)).toEqual(['in/sub/a.txt'])
    expect(items.filter(({ problem }) => problem?.code === 'IGNORED')).toHaveLength(10)
    const git = items.find(({ path }) => path === 'in/sub/.git')
    expect(git?.problem?.details['rule']).toContain('.git')
  })

  it('takes a folder or file that is itself offered, even when the rules would leave it out', async () => {
    write('node_modules/readme.md')
    write('.DS_Store')
    expect(paths(await collect(join(root, 'node_modules')))).toEqual(['node_modules/readme.md'])
    expect(paths(await collect(join(root, '.DS_Store')))).toEqual(['.DS_Store'])
  })

  it('counts what --ignore leaves out, and does not count what no --glob takes', async () => {
    for (const path of ['a.pdf', 'b.txt', 'old/c.pdf', 'old/d.pdf', 'deep/er/e.pdf', 'deep/er/draft.pdf'])
      write(`in/${path}`)
    const items = await collect(join(root, 'in'), { globs: ['*.pdf'], ignores: ['old/', 'draft.*'] })
    expect(paths(items)).toEqual(['in/a.pdf', 'in/deep/er/draft.pdf IGNORED', 'in/deep/er/e.pdf', 'in/old IGNORED'])
    expect(items[1]?.problem?.details['rule']).toBe('the ignore pattern "draft.*"')
    expect(paths(await collect(join(root, 'in'), { globs: ['deep/**'] }))).toEqual([
      'in/deep/er/draft.pdf',
      'in/deep/er/e.pdf',
    ])
  })

  it('stops when it is told to', async () => {
    for (let n = 0; n < 600; n += 1) write(`in/${n}.txt`)
    const controller = new AbortController()
    const onPage = async (): Promise<void> => controller.abort()
    await expect(collect(join(root, 'in'), { signal: controller.signal, onPage })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })

  it('never walks the data folder, whether it lies inside what was offered, is offered, or holds it', async () => {
    write('in/data/store.db')
    write('in/a.txt')
    const dataDir = join(root, 'in', 'data')
    expect(paths(await collect(join(root, 'in'), { dataDir }))).toEqual(['in/a.txt', 'in/data OWN_DATA_FOLDER'])
    expect(paths(await collect(dataDir, { dataDir }))).toEqual(['data OWN_DATA_FOLDER'])
    expect(paths(await collect(join(dataDir, 'store.db'), { dataDir }))).toEqual(['store.db OWN_DATA_FOLDER'])
    // The sample documents are a person's to read.
    mkdirSync(join(dataDir, 'samples'))
    writeFileSync(join(dataDir, 'samples', 'b.txt'), 'b')
    mkdirSync(join(dataDir, 'samples2'))
    writeFileSync(join(dataDir, 'samples2', 'c.txt'), 'c')
    expect(paths(await collect(join(dataDir, 'samples'), { dataDir }))).toEqual(['samples/b.txt'])
    // So is what was dropped or pasted as text.
    mkdirSync(join(dataDir, 'Notes'))
    writeFileSync(join(dataDir, 'Notes', 'd.txt'), 'd')
    expect(paths(await collect(join(dataDir, 'Notes', 'd.txt'), { dataDir }))).toEqual(['d.txt'])
    expect(paths(await collect(join(dataDir, 'samples2'), { dataDir }))).toEqual(['samples2 OWN_DATA_FOLDER'])
  })
})

describe('what cannot be read is a problem, and the rest goes on', () => {
  it('says that a path is missing', async () => {
    const [item] = await collect(join(root, 'nowhere', 'x.txt'))
    expect(item).toMatchObject({
      path: 'x.txt',
      problem: { code: 'PATH_MISSING', details: { path: join(root, 'nowhere', 'x.txt') } },
    })
  })

  it.skipIf(process.platform === 'win32')(
    'skips links inside a folder, and calls one that leads back a loop',
    async () => {
      write('in/a.txt')
      write('else/b.txt')
      mkdirSync(join(root, 'in', 'deep'))
      symlinkSync(join(root, 'else'), join(root, 'in', 'folder-link'))
      symlinkSync(join(root, 'in'), join(root, 'in', 'deep', 'loop'))
      symlinkSync('gone', join(root, 'in', 'dangling'))
      symlinkSync('self', join(root, 'in', 'self'))
      expect(paths(await collect(join(root, 'in')))).toEqual([
        'in/a.txt',
        'in/dangling LINK_SKIPPED',
        'in/deep/loop FOLDER_LOOP',
        'in/folder-link LINK_SKIPPED',
        'in/self FOLDER_LOOP',
      ])
    },
  )

  it.skipIf(process.platform === 'win32')('follows a link that is itself offered', async () => {
    write('real/a.txt')
    symlinkSync(join(root, 'real'), join(root, 'link'))
    symlinkSync('loop-b', join(root, 'loop-a'))
    symlinkSync('loop-a', join(root, 'loop-b'))
    expect(paths(await collect(join(root, 'link')))).toEqual(['link/a.txt'])
    expect(paths(await collect(join(root, 'loop-a')))).toEqual(['loop-a FOLDER_LOOP'])
  })

  it.skipIf(process.platform === 'win32')('names pipes and devices instead of waiting on them', async () => {
    mkdirSync(join(root, 'in'))
    expect(spawnSync('mkfifo', [join(root, 'in', 'pipe')]).status).toBe(0)
    const [pipe] = await collect(join(root, 'in'))
    expect(pipe?.problem).toEqual({ code: 'NOT_A_FILE', details: { kind: 'a named pipe' } })
    const [device] = await collect('/dev/null')
    expect(device?.problem).toEqual({ code: 'NOT_A_FILE', details: { kind: 'a device' } })
  })

  it.skipIf(process.platform === 'win32')('names a folder that may not be read', async () => {
    write('in/locked/a.txt')
    write('in/z.txt')
    openTo(root)
    openTo(join(root, 'in'))
    chmodSync(join(root, 'in', 'locked'), 0)
    const items = await asNobody(() => collect(join(root, 'in')))
    chmodSync(join(root, 'in', 'locked'), 0o700)
    expect(paths(items)).toEqual(['in/locked FILE_UNREADABLE', 'in/z.txt'])
  })

  it.skipIf(process.platform !== 'linux')('names a path that is too long for the system', async () => {
    const [item] = await collect(join(root, 'x'.repeat(300)))
    expect(item?.problem).toMatchObject({ code: 'FILE_UNREADABLE', details: { reason: 'its path is too long' } })
  })
})

describe('errors of the system', () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'scandir' })

  it('become problems in words for people, and other errors are thrown on', () => {
    expect(problemOfError(systemError('EACCES'), '/x')).toEqual({
      code: 'FILE_UNREADABLE',
      details: { path: '/x', reason: 'no permission' },
    })
    expect(problemOfError(systemError('EWHATEVER'), '/x').details['reason']).toBe('EWHATEVER')
    expect(problemOfError(systemError('ELOOP'), '/x').code).toBe('FOLDER_LOOP')
    expect(() => problemOfError(new TypeError('bug'), '/x')).toThrow('bug')
  })
})

describe('names that are not plain', () => {
  it.skipIf(process.platform !== 'linux')(
    'keeps the bytes of a name that is not Unicode and shows them as %XX',
    async () => {
      mkdirSync(join(root, 'in'))
      const raw = Buffer.concat([Buffer.from(join(root, 'in')), Buffer.from('/caf\xe9.txt', 'latin1')])
      writeFileSync(raw, 'text')
      const [item] = await collect(join(root, 'in'))
      expect(item?.path).toBe('in/caf%E9.txt')
      expect(item?.locator.location).toBe(join(root, 'in', 'caf%E9.txt'))
      expect(Buffer.from(item?.locator.locationBytes ?? '', 'base64')).toEqual(raw)
      const offered = { path: item?.locator.location ?? '', bytes: item?.locator.locationBytes }
      const [alone] = await collect('', { offered })
      expect(alone).toMatchObject({ path: 'caf%E9.txt', problem: null, sizeBytes: 4 })
    },
  )

  it.skipIf(process.platform === 'win32')('writes a literal !/ so that it is no step into an archive', async () => {
    write('in/wow!/a.txt')
    expect(paths(await collect(join(root, 'in')))).toEqual(['in/wow!%2Fa.txt'])
    expect(displayPath(['wow!', 'a!', '!b'])).toBe('wow!%2Fa!%2F!b')
    expect(joinArchivePath('wow!%2Fx.zip', 'b/c.txt')).toBe('wow!%2Fx.zip!/b/c.txt')
  })

  it('decodes valid Unicode as it is and every other byte as %XX', () => {
    expect(decodeName(Buffer.from('größe 漢字 😀.txt'))).toBe('größe 漢字 😀.txt')
    expect(decodeName(Buffer.from([0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f]))).toBe(
      'a%FF%C3(%ED%A0%80%F0%9F',
    )
    expect(decodeName(Buffer.from([0xc0, 0x80, 0xe2, 0x82, 0xac, 0xfe]))).toBe('%C0%80€%FE')
  })

  it('gives two offered folders of the same name the same paths and different locations', async () => {
    write('one/in/a.txt')
    write('two/in/a.txt')
    const [first] = await collect(join(root, 'one', 'in'))
    const [second] = await collect(join(root, 'two', 'in'))
    expect(first?.path).toBe(second?.path)
    expect(first?.locator.location).not.toBe(second?.locator.location)
    expect(basename(first?.locator.location ?? '')).toBe('a.txt')
  })
})

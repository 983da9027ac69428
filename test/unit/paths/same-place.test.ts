import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { numberIn, type Disk, type SlowDisk } from '../../../src/main/paths/disk'
import {
  isSameFolder,
  isWithin,
  isWithinLater,
  realPlaceOf,
  spellOnDisk,
  spellOnDiskLater,
} from '../../../src/main/paths/same-place'

type Made = {
  /** Absolute paths as the disk lists them. */
  readonly paths: readonly string[]
  /** Below this folder a name is found however it is written. */
  readonly folding?: string
  readonly links?: Readonly<Record<string, string>>
  /** The number of a path as it was asked for; without: none. */
  readonly numbers?: (asked: string, listed: string) => string | null
  readonly asked?: string[]
}

/** A disk that answers as one does that has the property in question. */
const makeDisk = ({ paths, folding = '/none', links = {}, numbers, asked = [] }: Made): Disk => {
  const fold = (path: string): string =>
    path === folding || path.startsWith(`${folding}/`)
      ? folding + path.slice(folding.length).normalize('NFC').toLowerCase()
      : path
  const there = new Map<string, string>([['/', '/']])
  for (const path of [...paths, ...Object.keys(links)]) {
    let at = ''
    for (const name of path.split('/').slice(1)) {
      at = `${at}/${name}`
      if (!there.has(fold(at))) there.set(fold(at), at)
    }
  }
  /** Links followed, but each name as it was asked for: so does Linux. */
  const follow = (path: string): string => {
    const link = Object.entries(links).find(([from]) => path === from || path.startsWith(`${from}/`))
    return link === undefined ? path : follow(link[1] + path.slice(link[0].length))
  }
  const listed = (path: string): string | undefined => there.get(fold(follow(path)))
  return {
    isThere: (path) => {
      asked.push(path)
      return listed(path) !== undefined
    },
    namesIn: (folder) => {
      asked.push(`${folder}/*`)
      const place = listed(folder)
      if (place === undefined) return null
      const start = place === '/' ? '/' : `${place}/`
      const below = [...there.values()].filter((path) => path !== '/' && path.startsWith(start))
      return below.map((path) => path.slice(start.length)).filter((name) => !name.includes('/'))
    },
    realPathOf: (path) => (listed(path) === undefined ? null : follow(path)),
    numberOf: (path) => {
      const place = listed(path)
      return place === undefined || numbers === undefined ? null : numbers(path, place)
    },
  }
}

const later = (disk: Disk): SlowDisk => ({
  isThere: async (path) => disk.isThere(path),
  namesIn: async (path) => disk.namesIn(path),
  realPathOf: async (path) => disk.realPathOf(path),
  numberOf: async (path) => disk.numberOf(path),
})

const usb = { paths: ['/mnt/usb/Notes/Été/a.txt', '/mnt/usb/Data/sub'], folding: '/mnt/usb' }

describe('how a disk writes a path', () => {
  it('gives the capitals and accents that the disk lists', async () => {
    const disk = makeDisk(usb)
    expect(spellOnDisk('/mnt/usb/nOTES/été/A.TXT', disk)).toBe('/mnt/usb/Notes/Été/a.txt')
    expect(spellOnDisk('/mnt/usb/notes/Été'.normalize('NFD'), disk)).toBe('/mnt/usb/Notes/Été')
    await expect(spellOnDiskLater('/mnt/usb/NOTES', later(disk))).resolves.toBe('/mnt/usb/Notes')
  })

  it('changes nothing of a path whose capitals tell two places apart, nor of one where nothing is', () => {
    const disk = makeDisk({ paths: ['/home/a/Notes', '/home/a/notes', '/home/a/only/NOTES'] })
    for (const path of ['/home/a/Notes', '/home/a/notes', '/home/a/only/notes', '/home/A/x', '/home/a/only/nOTES'])
      expect(spellOnDisk(path, disk)).toBe(path)
    expect(spellOnDisk('/mnt/usb/data/New Folder', makeDisk(usb))).toBe('/mnt/usb/Data/New Folder')
  })

  it('asks one question of a name where capitals tell places apart, and lists no folder', () => {
    const asked: string[] = []
    expect(spellOnDisk('/home/a/Notes', makeDisk({ paths: ['/home/a/Notes'], asked }))).toBe('/home/a/Notes')
    expect(asked).toEqual(['/Home', '/home/A', '/home/a/notes'])
  })

  it('keeps a name that its folder does not list, or lists twice', () => {
    const disk = makeDisk(usb)
    expect(spellOnDisk('/mnt/usb/notes', { ...disk, namesIn: () => null })).toBe('/mnt/usb/notes')
    expect(spellOnDisk('/mnt/usb/notes', { ...disk, namesIn: () => ['NOTES', 'Notes'] })).toBe('/mnt/usb/notes')
    expect(spellOnDisk('/mnt/usb/notes', { ...disk, namesIn: () => ['NOTES~1'] })).toBe('/mnt/usb/notes')
  })
})

describe('whether two paths lead to one place', () => {
  it('knows one folder by another spelling, by a link, and by a link written otherwise', () => {
    const disk = makeDisk({ ...usb, links: { '/home/a/link': '/mnt/usb/DATA' } })
    expect(isSameFolder('/mnt/usb/data', '/mnt/usb/DATA', disk)).toBe(true)
    expect(isSameFolder('/home/a/link', '/mnt/usb/data', disk)).toBe(true)
    expect(isSameFolder('/mnt/usb/Notes', '/mnt/usb/Data', disk)).toBe(false)
  })

  it('knows one folder that is mounted at two places by its number', () => {
    const numbers = (_: string, listed: string): string => (listed.endsWith('/x') ? '7:1' : `7:${listed.length}9`)
    const disk = makeDisk({ paths: ['/srv/x', '/media/x', '/srv/other'], numbers })
    expect(isSameFolder('/srv/x', '/media/x', disk)).toBe(true)
    expect(isSameFolder('/srv/x', '/srv/other', disk)).toBe(false)
    expect(isWithin('/media/x/new/deeper', '/srv/x', disk)).toBe(true)
    expect(isWithin('/srv/other/new', '/srv/x', disk)).toBe(false)
  })

  it('knows it where a disk numbers one folder differently for each spelling', () => {
    const disk = makeDisk({ ...usb, numbers: (asked) => `9:${asked}` })
    expect(isSameFolder('/mnt/usb/data', '/mnt/usb/Data', disk)).toBe(true)
    expect(isWithin('/mnt/usb/DATA/sub', '/mnt/usb/data', disk)).toBe(true)
  })

  it('takes folders of a disk that numbers nothing for different ones', () => {
    expect(numberIn({ dev: 3n, ino: 0n })).toBeNull()
    expect(numberIn({ dev: 3n, ino: 4n })).toBe('3:4')
    const disk = makeDisk({ paths: ['/net/a', '/net/b'], numbers: () => null })
    expect(isSameFolder('/net/a', '/net/b', disk)).toBe(false)
    expect(isWithin('/net/a/new', '/net/b', disk)).toBe(false)
  })
})

describe('whether a place lies in another one', () => {
  it('finds a folder that is still to be made in another spelling of the other', async () => {
    const disk = makeDisk(usb)
    expect(isWithin('/mnt/usb/DATA/new/deeper', '/mnt/usb/data', disk)).toBe(true)
    expect(isWithin('/mnt/usb/dATA', '/mnt/usb/Data', disk)).toBe(true)
    expect(isWithin('/mnt/usb/Data2', '/mnt/usb/data', disk)).toBe(false)
    expect(isWithin('/mnt/usb', '/mnt/usb/Data', disk)).toBe(false)
    await expect(isWithinLater('/mnt/usb/DATA/new', '/mnt/usb/data', later(disk))).resolves.toBe(true)
  })

  it('goes by the usual disk of the system where neither is there', () => {
    const disk = makeDisk({ paths: ['/mnt'] })
    expect(isWithin('/mnt/NEW/x', '/mnt/new', disk, 'darwin')).toBe(true)
    expect(isWithin('/mnt/NEW/x', '/mnt/new', disk, 'win32')).toBe(true)
    expect(isWithin('/mnt/NEW/x', '/mnt/new', disk, 'linux')).toBe(false)
    expect(isWithin('/mnt/new/x', '/mnt/new', disk, 'linux')).toBe(true)
  })
})

describe('on the disk at hand', () => {
  let root = ''
  beforeEach(() => {
    root = realpathSync.native(mkdtempSync(join(tmpdir(), 'place-')))
    mkdirSync(join(root, 'Real', 'sub'), { recursive: true })
    symlinkSync(join(root, 'Real'), join(root, 'link'), 'junction')
  })
  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  it('follows links to places, also below a link where nothing is yet', async () => {
    expect(isSameFolder(join(root, 'link'), join(root, 'Real'))).toBe(true)
    expect(isWithin(join(root, 'link', 'new'), join(root, 'Real'))).toBe(true)
    await expect(isWithinLater(join(root, 'link', 'sub'), join(root, 'Real'))).resolves.toBe(true)
    expect(isWithin(join(root, 'Real'), join(root, 'link', 'sub'))).toBe(false)
    expect(realPlaceOf(join(root, 'link', 'new'))).toBe(join(root, 'Real', 'new'))
    expect(spellOnDisk(join(root, 'link', 'new'))).toBe(join(root, 'link', 'new'))
  })

  it('looks through a file that is in the way, and tells one file by its number under two names', () => {
    writeFileSync(join(root, 'file'), 'text')
    linkSync(join(root, 'file'), join(root, 'second'))
    expect(isSameFolder(join(root, 'file'), join(root, 'second'))).toBe(true)
    expect(isWithin(join(root, 'file', 'below'), join(root, 'Real'))).toBe(false)
  })
})

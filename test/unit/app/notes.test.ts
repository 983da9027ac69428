// Notes: what has no file of its own is kept as one, whole, under a harmless name.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nameNote } from '../../../src/main/app/note-name'
import { Notes } from '../../../src/main/app/notes'
import type { NoteKind } from '../../../src/shared/notes'

const date = new Date(2026, 10, 3, 12)
const nameOf = (kind: NoteKind, head: string, name: string | null = null): string => {
  const { stem, end } = nameNote({ kind, name, head, date })
  return `${stem}${end}`
}

describe('the name of a note', () => {
  test.each<[string, NoteKind, string, string | null, string]>([
    [
      'its first words',
      'text',
      'Buy: milk, eggs & flour for the cake on Sunday!',
      null,
      'Buy milk eggs flour for the cake on-2026-11-03.txt',
    ],
    ['a word for nothing', 'text', '\u0000\u202e…', null, 'Note-2026-11-03.txt'],
    ['no path', 'text', '../../etc/passwd', null, 'etc passwd-2026-11-03.txt'],
    ['no device', 'text', 'CON', null, 'CON-2026-11-03.txt'],
    ['letters of any script', 'text', '屋根裏の窓', null, '屋根裏の窓-2026-11-03.txt'],
    ['words without markup', 'html', '<style>a{}</style><p>Old &amp; new</p>', null, 'Old new-2026-11-03.html'],
    [
      'its subject',
      'mail',
      'From: a@b\r\nSubject: The piano\r\n tuner\r\n\r\nSubject: no',
      null,
      'The piano tuner-2026-11-03.eml',
    ],
    ['the name it came with', 'file', '', 'C:\\mails\\Re: offer?.MSG', 'Re offer-2026-11-03.msg'],
    ['no odd extension', 'file', '', 'picture.a\u202eb', 'picture a b-2026-11-03'],
  ])('is %s', (_, kind, head, name, expected) => {
    expect(nameOf(kind, head, name)).toBe(expected)
  })

  test('is short, whatever comes', () => {
    expect(nameOf('text', 'a'.repeat(100_000)).length).toBeLessThan(100)
  })
})

describe('keeping a note', () => {
  let dataDir: string
  let notes: Notes

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sluice-notes-'))
    notes = new Notes(dataDir, () => date.getTime(), 1_000)
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  const piece = (id: string, text: string, last: boolean) =>
    notes.add({ id, kind: 'text', name: null, bytes: Buffer.from(text), last })
  const list = async (): Promise<string[]> => (await readdir(join(dataDir, 'Notes'))).sort()

  test('it comes in pieces and is whole', async () => {
    expect(await piece('a', 'The first ', false)).toBeNull()
    expect(await piece('b', 'Another note', true)).not.toBeNull()
    const path = await piece('a', 'half and the second.', true)
    expect(await readFile(path ?? '', 'utf8')).toBe('The first half and the second.')
    expect(await list()).toHaveLength(2)
  })

  test('the same again is the same note; another one of the same words has a number', async () => {
    const first = await notes.keepText('Milk and eggs\n\none')
    expect(await notes.keepText('Milk and eggs\n\none')).toBe(first)
    expect(basename(await notes.keepText('Milk and eggs one!'))).toBe('Milk and eggs one-2026-11-03-2.txt')
    expect(await list()).toHaveLength(2)
  })

  test('what is too large or empty is refused, and leaves nothing', async () => {
    await piece('a', 'x'.repeat(900), false)
    await expect(piece('a', 'x'.repeat(200), true)).rejects.toMatchObject({ code: 'NOTE_TOO_LARGE' })
    await expect(notes.keepText(' \n\t ')).rejects.toMatchObject({ code: 'NOTE_EMPTY' })
    await expect(notes.keepText('')).rejects.toMatchObject({ code: 'NOTE_EMPTY' })
    expect(await list()).toEqual([])
  })

  test('of notes that are begun and never ended few are held', async () => {
    for (let at = 0; at < 30; at += 1) await piece(`note ${at}`, 'x', false)
    expect((await list()).length).toBeLessThanOrEqual(8)
  })

  test('is refused, and nothing is left of it, while notes are held back; what is being written is waited for', async () => {
    await piece('begun', 'first half, ', false)
    const written = piece('other', 'whole', true)
    const letGo = await notes.holdBack()
    expect((await list()).some((name) => basename(name).startsWith('whole'))).toBe(true)
    await expect(piece('begun', 'second half', true)).rejects.toMatchObject({ code: 'MOVE_UNDER_WAY' })
    await expect(notes.keepText('more')).rejects.toMatchObject({ code: 'MOVE_UNDER_WAY' })
    expect(await list()).toEqual([basename((await written) ?? '')])
    letGo()
    letGo()
    expect(await notes.keepText('more')).toContain('more')
  })
})

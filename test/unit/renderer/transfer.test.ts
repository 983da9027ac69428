// What a drop or a paste carries is read at once, and told apart.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { showFailure, showNote } from '../../../src/renderer/client/failures'
import { keepNote } from '../../../src/renderer/intake/notes'
import { carries, isMail, readTransfer, toPaths } from '../../../src/renderer/intake/transfer'
import { AppError } from '../../../src/shared/errors'

vi.mock('../../../src/renderer/client/bridge', () => ({ getBridge: () => ({ pathsOfDrop: () => [] }) }))
vi.mock('../../../src/renderer/client/caller', () => ({ callApp: vi.fn() }))
vi.mock('../../../src/renderer/client/failures', () => ({ showFailure: vi.fn(), showNote: vi.fn() }))
vi.mock('../../../src/renderer/intake/notes', () => ({ keepNote: vi.fn() }))

const transferOf = (data: Readonly<Record<string, string>>) =>
  readTransfer({ files: [] as unknown as FileList, getData: (type) => data[type] ?? '' })

describe('what is carried', () => {
  test('files come before text; what is neither is left alone', () => {
    expect(carries(['text/plain', 'Files'])).toBe('files')
    expect(carries(['text/html'])).toBe('text')
    expect(carries(['application/x-own'])).toBeNull()
  })

  test('text is text, markup only where there is no text, a mail a mail', () => {
    expect(transferOf({ 'text/plain': 'Milk', 'text/html': '<b>Milk</b>' }).text).toEqual({
      kind: 'text',
      text: 'Milk',
    })
    expect(transferOf({ 'text/html': '<b>Milk</b>' }).text).toEqual({ kind: 'html', text: '<b>Milk</b>' })
    expect(transferOf({ 'message/rfc822': 'Subject: a\n\nb' }).text).toEqual({ kind: 'mail', text: 'Subject: a\n\nb' })
    expect(isMail('From: a@b\nSubject: c\n\nd')).toBe(true)
    expect(isMail('From: here it is far\n\nSubject: none')).toBe(false)
    expect(transferOf({ 'text/plain': ' \n' }).text).toBeNull()
  })

  test('addresses are addresses, and no text of their own', () => {
    const list = '# comment\r\nfile:///a.txt\r\nhttps://example.com/\r\n'
    expect(transferOf({ 'text/uri-list': list, 'text/plain': 'file:///a.txt\nhttps://example.com/' })).toEqual({
      files: [],
      addresses: ['file:///a.txt', 'https://example.com/'],
      text: null,
    })
    expect(transferOf({ 'text/plain': 'https://example.com/a' }).addresses).toEqual(['https://example.com/a'])
    expect(transferOf({ 'text/plain': 'See https://example.com/a today' })).toMatchObject({
      addresses: [],
      text: { kind: 'text' },
    })
  })

  test.each(['TODO:call', 'a:b', 'mailto:someone@example.com'])('%s is text', (text) => {
    expect(transferOf({ 'text/plain': text })).toEqual({ files: [], addresses: [], text: { kind: 'text', text } })
  })

  test.each(['file:///a.txt', 'FILE:/a.txt', 'sluice://search?q=a'])('%s is an address', (text) => {
    expect(transferOf({ 'text/plain': text })).toEqual({ files: [], addresses: [text], text: null })
  })
})

describe('what is made paths', () => {
  beforeEach(() => vi.clearAllMocks())
  const empty = new AppError('NOTE_EMPTY')
  const keep = (kind: string, name: string | null) =>
    name === 'bad.txt' ? Promise.reject(empty) : Promise.resolve({ path: `/notes/${name ?? kind}` })

  test('one that cannot be kept is told, and the rest goes on', async () => {
    vi.mocked(keepNote).mockImplementation(keep)
    const files = ['a.txt', 'bad.txt', 'c.txt'].map((name) => new File(['x'], name))
    const paths = await toPaths({ files, addresses: [], text: { kind: 'text', text: 'b' } })
    expect(paths).toEqual([{ path: '/notes/a.txt' }, { path: '/notes/c.txt' }, { path: '/notes/text' }])
    expect(vi.mocked(showFailure).mock.calls).toEqual([[empty]])
  })

  test('nothing more is said where the only one could not be kept', async () => {
    vi.mocked(keepNote).mockImplementation(keep)
    expect(await toPaths({ files: [new File([], 'bad.txt')], addresses: [], text: null })).toEqual([])
    expect(showFailure).toHaveBeenCalledOnce()
    expect(showNote).not.toHaveBeenCalled()
  })
})

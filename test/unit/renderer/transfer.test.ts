// What a drop or a paste carries is read at once, and told apart.
import { describe, expect, test } from 'vitest'
import { carries, isMail, readTransfer } from '../../../src/renderer/intake/transfer'

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
})

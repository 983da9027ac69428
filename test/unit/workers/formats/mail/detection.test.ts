// Proves that mails are told from other text by what is in them.
import { describe, expect, it } from 'vitest'
import { detectFormat } from '../../../../../src/workers/formats/detection'
import { itemOf } from '../../../../contract/formats/documents'
import { makeMail, makeMailbox, textPart } from '../../../../support/mail/mail-maker'

const kindOf = async (name: string, bytes: Buffer | string): Promise<string> =>
  (await detectFormat(itemOf(bytes), name)).kind

const mail = makeMail('Plans', textPart('Words.'))

describe('a mail', () => {
  it('is one whatever it is called', async () => {
    for (const name of ['a.eml', 'a', 'a.txt', '1244.M1P2.host:2,S', 'a.msg', 'a.bak']) {
      expect([name, await kindOf(name, mail)]).toEqual([name, 'eml'])
    }
  })

  it('is a mail by its name when it has a field, however few', async () => {
    expect(await kindOf('a.eml', 'Subject: x\n\nWords.')).toBe('eml')
    expect(await kindOf('a.emlx', `${mail.length}\n${mail.toString()}<?xml version="1.0"?><plist/>`)).toBe('eml')
  })

  it('is not every text that looks a little like one', async () => {
    expect(await kindOf('a.txt', 'Subject: x\n\nWords.')).toBe('text')
    expect(
      await kindOf('a.txt', 'To: the gardener\nFrom: Ada\nSubject: apples\nDate: today\n\nPlease prune them.'),
    ).toBe('text')
    expect(await kindOf('a.txt', 'Message-ID is a header.\nFrom: here\nTo: there\nSubject: x\n')).toBe('text')
    expect(await kindOf('a.py', mail)).toBe('code')
    expect(await kindOf('a.eml', 'Just a text that somebody named so.')).toBe('text')
  })
})

describe('a mailbox', () => {
  it('is one whatever it is called, but a patch is none', async () => {
    const box = makeMailbox([mail, mail])
    for (const name of ['a.mbox', 'Inbox', 'a.txt']) expect([name, await kindOf(name, box)]).toEqual([name, 'mbox'])
    const patch =
      'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: Ada <a@b>\nDate: Mon\nSubject: [PATCH]\n\n---\n'
    expect(await kindOf('0001.patch', patch)).toBe('code')
    expect(await kindOf('0001.txt', patch)).toBe('text')
    expect(await kindOf('a.txt', 'From here on it was 10:30 in 2009.\nAnd so on.\n')).toBe('text')
  })
})

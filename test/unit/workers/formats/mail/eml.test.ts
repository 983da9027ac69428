// Proves what is read of a mail, what is handed on, and that hostile mails stay cheap.
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { resolveLimits } from '../../../../../src/shared/limits'
import { openMailContainer } from '../../../../../src/workers/archive/mail-container'
import { filePart, groupPart, makeMail, textPart } from '../../../../support/mail/mail-maker'
import { openIn, readMailFile } from './reading'

const names = (entries: readonly { name: string }[]): string[] => entries.map(({ name }) => name)

describe('the text of a mail', () => {
  it('begins with subject, addresses and date', async () => {
    const { blocks, told } = await readMailFile('a.eml', makeMail('Grüße aus Köln', textPart('Hallo.')))
    expect(told.facts.title).toBe('Grüße aus Köln')
    expect(blocks.map(({ kind, text, headings }) => [kind, text, headings])).toEqual([
      ['heading', 'Grüße aus Köln', []],
      [
        'paragraph',
        'From: Ada Lovelace <ada@example.org>\nTo: Charles <charles@example.org>\nDate: Mon, 01 Jun 2009 10:00:00 +0200',
        ['Grüße aus Köln'],
      ],
      ['paragraph', 'Hallo.', ['Grüße aus Köln']],
    ])
  })

  it('joins encoded words, also where a character was cut in two', async () => {
    const subject = '=?utf-8?B?R3LDvMM=?=\r\n =?utf-8?B?n2U=?= =?iso-8859-1?Q?_aus_K=F6ln?='
    const { told } = await readMailFile('a.eml', makeMail(subject, textPart('x')))
    expect(told.facts.title).toBe('Grüße aus Köln')
  })

  it('is in the character set that is declared, or in the one that it surely is', async () => {
    const quoted = 'Content-Transfer-Encoding: quoted-printable'
    const cases = [
      [textPart('Caf=E9', 'text/plain; charset=iso-8859-1', quoted), 'Café'],
      [textPart('=8A=BF=8E=9A', 'text/plain; charset=shift_jis', quoted), '漢字'],
      [textPart('\u001b$B4A;z\u001b(B', 'text/plain; charset=iso-2022-jp'), '漢字'],
      // It says Latin-1, it is UTF-8.
      [textPart('Caf=C3=A9', 'text/plain; charset=iso-8859-1', quoted), 'Café'],
      [textPart('Caf=C3=A9', 'text/plain; charset=us-ascii', quoted), 'Café'],
      [textPart('Caf=E9', 'text/plain; charset=utf-8', quoted), 'Café'],
      [textPart('Caf=E9', 'text/plain; charset=no-such-set', quoted), 'Café'],
    ] as const
    for (const [part, text] of cases) expect((await readMailFile('a.eml', makeMail('S', part))).text).toContain(text)
  })

  it('is the plain form of several, and the page where the plain form says nothing', async () => {
    const page = `<p>${'The invoice is attached, and its number is vermilion. '.repeat(40)}</p>`
    const both = (plain: string): Buffer =>
      makeMail('S', groupPart('alternative', 'b', [textPart(plain), textPart(page, 'text/html; charset=utf-8')]))
    const plain = await readMailFile('a.eml', both('The invoice is attached. '.repeat(30)))
    expect(plain.text).not.toContain('vermilion')
    expect(plain.told.coverage.map(({ state }) => state)).toEqual(['indexed', 'skipped'])
    const stub = await readMailFile('a.eml', both('Your program cannot show this message.'))
    expect(stub.text).toContain('vermilion')
    expect((await readMailFile('a.eml', both('  '))).text).toContain('vermilion')
  })

  it('puts flowed lines together and tells quotes apart', async () => {
    const flowed = '> A line that \r\n> goes on.\r\nAnd \r\nan answer.\r\n\r\n-- \r\nAda\r\n'
    const { blocks } = await readMailFile('a.eml', makeMail('S', textPart(flowed, 'text/plain; format=flowed')))
    expect(blocks.slice(2).map(({ kind, text }) => [kind, text])).toEqual([
      ['quote', 'A line that goes on.'],
      ['paragraph', 'And an answer.'],
      ['paragraph', '--\nAda'],
    ])
  })

  it('includes mails that are shown with it, under their subjects, and what a list server added', async () => {
    const inner = makeMail('The inner one', textPart('Deep words.')).toString()
    const parts = [textPart('See below.'), { headers: ['Content-Type: message/rfc822'], body: inner }]
    const mail = Buffer.concat([makeMail('Outer', groupPart('mixed', 'b', parts)), Buffer.from('List footer.\r\n')])
    const { blocks, entries } = await readMailFile('a.eml', mail)
    expect(blocks.find(({ text }) => text === 'Deep words.')?.headings).toEqual(['Outer', 'The inner one'])
    expect(blocks[blocks.length - 1]?.text).toBe('List footer.')
    expect(entries).toEqual([])
  })

  it('includes what an old program wrote before the first part, but no notice about MIME', async () => {
    const withPreamble = (text: string): Buffer => {
      const mail = makeMail('S', groupPart('mixed', 'b', [textPart('The needle.')])).toString()
      return Buffer.from(`${mail.replace('\r\n\r\n--b', `\r\n\r\n${text}\r\n\r\n--b`)}--b--\r\n`)
    }
    const texts = async (text: string): Promise<string[]> =>
      (await readMailFile('a.eml', withPreamble(text))).blocks.slice(2).map((block) => block.text)
    expect(await texts('No such user: newsletter.')).toEqual(['No such user: newsletter.', 'The needle.'])
    const forms = [textPart('Plain form.'), textPart('<p>Page.</p>', 'text/html')]
    const mail = makeMail('S', groupPart('alternative', 'b', forms))
      .toString()
      .replace('\r\n--b', '\r\nOld words.\r\n--b')
    expect((await readMailFile('a.eml', mail)).blocks.slice(2).map(({ text }) => text)).toEqual([
      'Old words.',
      'Plain form.',
    ])
    expect(await texts('This is a multi-part message in MIME format.')).toEqual(['The needle.'])
    // Boundaries that are written once too often are none of it; a line of dashes before words took two minutes.
    expect(await texts(' --b--\r\n--b')).toEqual(['The needle.'])
    const ruled = `${'-'.repeat(50)} Forwarded`
    const begun = performance.now()
    expect(await texts(ruled)).toEqual([ruled, 'The needle.'])
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it('is nothing but its headers when it is encrypted, and says so', async () => {
    const parts = [
      textPart('Version: 1', 'application/pgp-encrypted'),
      textPart('-----BEGIN PGP MESSAGE-----', 'application/octet-stream'),
    ]
    const { text, told, entries } = await readMailFile('a.eml', makeMail('Secret', groupPart('encrypted', 'b', parts)))
    expect(text).toContain('Secret')
    expect(text).not.toContain('PGP')
    expect(told.warnings.map(({ code }) => code)).toEqual(['MAIL_ENCRYPTED'])
    expect(entries).toEqual([])
  })

  it('is read from what is there when the mail was cut off, and that is said', async () => {
    const whole = makeMail(
      'S',
      groupPart('mixed', 'b', [textPart('The needle.'), filePart('a.pdf', 'x'.repeat(9_000))]),
    )
    const { text, told } = await readMailFile('a.eml', whole.subarray(0, whole.length - 4_000))
    expect(text).toContain('The needle.')
    expect(told.warnings.map(({ code }) => code)).toEqual(['MAIL_TRUNCATED'])
    expect((await readMailFile('a.eml', whole)).told.warnings).toEqual([])
  })
})

describe('what a mail holds', () => {
  it('is listed with safe names, once each, and read by position', async () => {
    const inner = makeMail('Re: plans / costs', textPart('Inner.')).toString()
    const mail = makeMail(
      'S',
      groupPart('mixed', 'b', [
        textPart('See the files.'),
        filePart('report.pdf', Buffer.from('%PDF-1.4 first')),
        filePart('report.pdf', Buffer.from('%PDF-1.4 second')),
        filePart('C:\\\\Users\\\\ada\\\\plan.doc', 'three'),
        filePart('../../etc/passwd', 'four'),
        { headers: ['Content-Type: message/rfc822', 'Content-Disposition: attachment'], body: inner },
        {
          headers: ["Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe.txt"],
          body: 'six',
        },
      ]),
    )
    const { entries, told } = await readMailFile('a.eml', mail)
    expect(names(entries)).toEqual([
      'report.pdf',
      'report (2).pdf',
      'plan.doc',
      '../../etc/passwd',
      'Re plans costs.eml',
      'Grüße.txt',
    ])
    expect(entries.map(({ problem }) => problem?.code ?? null)).toEqual([
      ...[null, null, null],
      'ARCHIVE_PATH_TRAVERSAL',
      ...[null, null],
    ])
    expect(told.coverage.filter(({ unit }) => unit === 'attachment').map(({ state }) => state)).toEqual([
      ...['indexed', 'indexed', 'indexed', 'skipped', 'indexed', 'indexed'],
    ])
    const { container, read } = await openIn(openMailContainer, mail)
    expect(container.entries.map(({ name }) => name.name)).toEqual(names(entries))
    expect((await read(1)).toString()).toBe('%PDF-1.4 second')
    expect((await read(4)).toString()).toBe(inner)
    expect((await read(5)).toString()).toBe('six')
    for (const { index, sizeBytes } of container.entries) expect((await read(index)).length).toBe(sizeBytes)
  })

  it('leaves out logos and signatures, and names them in the receipt', async () => {
    const image = (bytes: number): ReturnType<typeof filePart> => ({
      headers: ['Content-Type: image/png; name=i.png', 'Content-ID: <i>', 'Content-Transfer-Encoding: base64'],
      body: Buffer.alloc(bytes, 7).toString('base64'),
    })
    const parts = [
      groupPart('related', 'r', [textPart('<p>Hello</p>', 'text/html'), image(500), image(50_000)]),
      textPart('sig', 'application/pkcs7-signature; name=smime.p7s'),
    ]
    const { entries, told } = await readMailFile('a.eml', makeMail('S', groupPart('signed', 'b', parts)))
    expect(entries.map(({ sizeBytes }) => sizeBytes)).toEqual([50_000])
    expect(told.coverage.map(({ unit, state, name }) => [unit, state, name])).toEqual([
      ['part', 'indexed', null],
      ['attachment', 'skipped', 'i.png'],
      ['attachment', 'indexed', 'i.png'],
      ['attachment', 'skipped', 'smime.p7s'],
    ])
  })

  it('is measured to the byte, whatever the base64 looks like', async () => {
    for (const body of ['QUJD', 'QUI=', 'QQ==', 'Q U\r\nJ D', 'QQ==QUI=', 'Q!U#J', 'QUJDR', '']) {
      const part = {
        headers: ['Content-Disposition: attachment; filename=a', 'Content-Transfer-Encoding: base64'],
        body,
      }
      const { container, read } = await openIn(openMailContainer, makeMail('S', groupPart('mixed', 'b', [part])))
      for (const { index, sizeBytes } of container.entries) expect((await read(index)).length).toBe(sizeBytes)
      expect(container.entries.length).toBe(body === '' ? 0 : 1)
    }
    const joined = {
      headers: ['Content-Disposition: attachment', 'Content-Transfer-Encoding: base64'],
      body: 'QQ==QUI=',
    }
    const { read } = await openIn(openMailContainer, makeMail('S', groupPart('mixed', 'b', [joined])))
    expect((await read(0)).toString()).toBe('AAB')
  })
})

describe('a hostile mail', () => {
  const quickly = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    const result = await work()
    expect(performance.now() - started).toBeLessThan(10_000)
    return result
  }

  it('with 2,000 parts is read up to the limit', async () => {
    const parts = Array.from({ length: 2_000 }, (_, n) => filePart(`${n}.txt`, `file ${n}`))
    const mail = makeMail('Many', groupPart('mixed', 'b', [textPart('The needle.'), ...parts]))
    const { text, entries, told } = await quickly(() => readMailFile('a.eml', mail))
    expect(text).toContain('The needle.')
    expect(entries).toHaveLength(998)
    expect(told.warnings).toEqual([
      { code: 'MAIL_PARTS_LIMIT', details: { limit: 1_000, actual: 2_002, setting: 'mail.parts' } },
    ])
  })

  it('with groups or mails nested ten thousand deep is read as far as anybody nests', async () => {
    const groups = Array.from(
      { length: 10_000 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
    )
    const nested = Buffer.from(`Subject: Deep\r\nMIME-Version: 1.0\r\n${groups.join('')}\r\nThe needle.`)
    expect((await quickly(() => readMailFile('a.eml', nested))).text).toContain('The needle.')
    const mails = `Subject: Deep\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(10_000)}Subject: x\r\n\r\nThe needle.`
    const { text, entries, told } = await quickly(() => readMailFile('a.eml', mails))
    expect(text).toContain('Deep')
    expect(text).not.toContain('needle')
    expect(entries).toEqual([])
    const warning = { code: 'MAIL_DEPTH_LIMIT', details: { limit: 5, setting: 'archive.depth' } }
    expect(told.warnings).toEqual([warning])
    expect(told.coverage).toMatchObject([{ unit: 'attachment', state: 'skipped' }])
  })

  it('that shows mails in mails is read down to the depth of archives, and what stands beside them is read', async () => {
    const nest = (levels: number): string => {
      let mail = makeMail('innermost', textPart('The needle.')).toString()
      for (let level = levels; level > 0; level -= 1) {
        const inner = { headers: ['Content-Type: message/rfc822'], body: mail }
        const parts = [
          textPart(`Above ${level}.`),
          inner,
          textPart(`Below ${level}.`),
          filePart(`${level}.txt`, 'file'),
        ]
        mail = makeMail(`level ${level}`, groupPart('mixed', `b${level}`, parts)).toString()
      }
      return mail
    }
    const whole = await readMailFile('a.eml', nest(5))
    expect(whole.text).toContain('The needle.')
    expect(whole.told.warnings).toEqual([])
    const cut = await readMailFile('a.eml', nest(6))
    expect(cut.text).not.toContain('The needle.')
    expect(cut.told.warnings.map(({ code }) => code)).toEqual(['MAIL_DEPTH_LIMIT'])
    for (let level = 1; level <= 6; level += 1) expect(cut.text).toContain(`Below ${level}.`)
    // Positions are the same for who opens an attachment.
    const { container, read } = await openIn(openMailContainer, Buffer.from(nest(6)))
    expect(names(cut.entries)).toEqual(container.entries.map(({ name }) => name.name))
    expect((await read(5)).toString()).toBe('file')
    const allowed = await readMailFile('a.eml', nest(6), { limits: { 'archive.depth': 6 } })
    expect(allowed.text).toContain('The needle.')
  })

  it('with headers, words, parameters or boundaries without end is read in time', async () => {
    const letters = 'a'.repeat(2_000_000)
    const cases = [
      `Subject: S\r\nX-Long: ${letters}\r\n\r\nThe needle.`,
      `Subject: ${'=?utf-8?q?a'.repeat(100_000)}\r\n\r\nThe needle.`,
      `Subject: S\r\nContent-Type: text/plain; ${'a="b'.repeat(100_000)}\r\n\r\nThe needle.`,
      `Subject: S\r\nContent-Type: text/plain; ${';a*0*=x'.repeat(100_000)}\r\n\r\nThe needle.`,
      `Subject: S\r\nContent-Type: multipart/mixed; boundary="-"\r\n\r\n${'-'.repeat(2_000_000)}\nThe needle.`,
      `Subject: S\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--\n'.repeat(500_000)}\nThe needle.`,
      `Subject: S\r\nTo: ${'(('.repeat(100_000)}\r\n\r\nThe needle.`,
      `${'X: y\r\n'.repeat(100_000)}Subject: S\r\n\r\nThe needle.`,
      `Subject: S\r\n\r\n${'> '.repeat(500_000)}\nThe needle.`,
    ]
    for (const mail of cases) expect((await quickly(() => readMailFile('a.eml', mail))).text).toContain('The needle.')
  })

  it('whose header is over the limit is read, and that is said', async () => {
    const mail = `Subject: S\r\nX-Long: ${'a'.repeat(5_000)}\r\n\r\nThe needle.`
    const { text, told } = await readMailFile('a.eml', mail, { limits: { 'mail.headerBytes': 1_024 } })
    expect(text).toContain('The needle.')
    expect(told.warnings.map(({ code }) => code)).toEqual(['MAIL_HEADER_LIMIT'])
  })

  it('whose boundaries are missing or contradict each other loses no text', async () => {
    const missing = 'Subject: S\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nThe needle.\r\n'
    expect((await readMailFile('a.eml', missing)).text).toContain('The needle.')
    const twice = makeMail(
      'S',
      groupPart('mixed', 'b', [groupPart('mixed', 'b', [textPart('One.')]), textPart('Two.')]),
    )
    const { text } = await readMailFile('a.eml', twice)
    expect(text).toContain('One.')
    expect(text).toContain('Two.')
  })

  it('with an attachment over the limit of an entry names it', async () => {
    const mail = makeMail('S', groupPart('mixed', 'b', [filePart('big.bin', Buffer.alloc(3_000))]))
    const { entries } = await readMailFile('a.eml', mail, { limits: { 'archive.entryBytes': 1_024 } })
    expect(entries[0]?.problem?.code).toBe('ARCHIVE_ENTRY_LIMIT')
    expect(resolveLimits()['archive.entryBytes']).toBeGreaterThan(3_000)
  })
})

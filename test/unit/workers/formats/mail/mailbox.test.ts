// Proves that mails in a mailbox are found, named and given back as they were.
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { resolveLimits } from '../../../../../src/shared/limits'
import { openMailboxContainer } from '../../../../../src/workers/archive/mail-container'
import { makeMail, makeMailbox, textPart } from '../../../../support/mail/mail-maker'
import { openIn } from './reading'

const bodies = ['First.', 'From here on\r\n>From there on\r\nwe go.', 'Mentions From in a line.\r\n\r\nFrom the sea.']
const mails = bodies.map((body, n) => makeMail(`Number ${n + 1}: x/y`, textPart(body)))

describe('a mailbox', () => {
  it('gives back each mail as it was, under its number and subject', async () => {
    const { container, read } = await openIn(openMailboxContainer, makeMailbox(mails))
    expect(container.entries.map(({ name }) => name)).toEqual(
      [1, 2, 3].map((n) => ({ name: `000${n} Number ${n} x y.eml`, folder: false, problem: null })),
    )
    for (const { index, sizeBytes, modifiedMs } of container.entries) {
      const bytes = await read(index)
      expect(bytes.toString()).toBe(`${mails[index]?.toString().replaceAll('\r\n', '\n')}\n`)
      expect(bytes.length).toBe(sizeBytes)
      expect(modifiedMs).toBe(Date.UTC(2009, 5, 1, 8))
    }
  })

  it('is not divided where a text only speaks of where it is from', async () => {
    const box = `From a Mon Jun 01 10:00:00 2009\nSubject: x\n\nOne.\n\nFrom the sea it came in 2009.\n\nIt left\nFrom a harbor at 10:30 in 2009.\nEnd.\n`
    const { container } = await openIn(openMailboxContainer, Buffer.from(box))
    expect(container.entries).toHaveLength(1)
  })

  it('may have mails without any header, and Windows line ends', async () => {
    const box =
      'From a Mon Jun 01 10:00:00 2009\r\n\r\nContent 1\r\n\r\nFrom a Mon Jun 01 11:00:00 2010\r\n\r\nContent 2'
    const { container, read } = await openIn(openMailboxContainer, Buffer.from(box))
    expect(container.entries.map(({ name }) => name.name)).toEqual(['0001.eml', '0002.eml'])
    expect([(await read(0)).toString(), (await read(1)).toString()]).toEqual(['\r\nContent 1\r\n', '\r\nContent 2'])
  })

  it('is divided at the right place wherever the pieces in which it is read end', async () => {
    const filler = 'x'.repeat(1024 * 1024 - 40)
    for (let shift = 0; shift < 60; shift += 1) {
      const first = `Subject: a\n\n${filler.slice(shift)}\n>From me\nend\n`
      const box = Buffer.from(
        `From a Mon Jun 01 10:00:00 2009\n${first}\nFrom a Mon Jun 01 11:00:00 2010\nSubject: b\n\nsecond\n`,
      )
      const { container, read } = await openIn(openMailboxContainer, box)
      expect(container.entries).toHaveLength(2)
      expect((await read(0)).toString()).toBe(first.replace('>From', 'From'))
      expect((await read(1)).toString()).toBe('Subject: b\n\nsecond\n')
    }
  })

  it('of many mails is listed in time, and refused over its limit', async () => {
    const box = Buffer.from('From a Mon Jun 01 10:00:00 2009\nSubject: a\n\nx\n\n'.repeat(50_000))
    const started = performance.now()
    const { container } = await openIn(openMailboxContainer, box)
    expect(container.entries).toHaveLength(50_000)
    expect(performance.now() - started).toBeLessThan(10_000)
    const few = resolveLimits({ 'mail.messages': 10 })
    await expect(openIn(openMailboxContainer, box, few)).rejects.toMatchObject({ code: 'ARCHIVE_ENTRIES_LIMIT' })
    await expect(openIn(openMailboxContainer, Buffer.from('nothing'))).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    })
  })
})

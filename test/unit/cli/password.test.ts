import { EventEmitter } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readPassword, type PasswordSource } from '../../../src/main/cli/password'

/** A terminal on which these keys are typed as soon as somebody listens. */
const makeTerminal = (keys: string) => {
  const modes: boolean[] = []
  const terminal = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (on: boolean) => modes.push(on),
    setEncoding: () => undefined,
    pause: () => undefined,
    resume: () => terminal.emit('data', keys),
  })
  return { input: terminal as unknown as PasswordSource['input'], modes }
}
const base = { fromStdin: false, given: undefined, ask: () => undefined }

describe('a password', () => {
  it('comes from stdin without the end of its line, but with its spaces', async () => {
    const input = Readable.from(['  se cret ', '\r\n']) as PasswordSource['input']
    expect(await readPassword({ ...base, fromStdin: true, given: 'env', input })).toBe('  se cret ')
  })

  it('comes from the environment, before anybody is asked', async () => {
    const ask = () => {
      throw new Error('asked')
    }
    expect(await readPassword({ ...base, given: 'env', ask, input: makeTerminal('x').input })).toBe('env')
  })

  it('is typed unseen and can be corrected', async () => {
    const { input, modes } = makeTerminal('sexc\u007F\u007Fcret\r')
    expect(await readPassword({ ...base, input })).toBe('secret')
    expect(modes).toEqual([true, false])
  })

  it('need not be given', async () => {
    const { input, modes } = makeTerminal('abc\u0003')
    expect(await readPassword({ ...base, input })).toBeNull()
    expect(modes).toEqual([true, false])
  })

  it('cannot be asked for where nobody types', async () => {
    const input = new PassThrough() as PasswordSource['input']
    await expect(readPassword({ ...base, input })).rejects.toMatchObject({ code: 'USAGE' })
  })
})

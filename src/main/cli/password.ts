/**
 * Owns how a password gets to a command: from stdin when told to, from the environment, or typed at a prompt that shows nothing.
 * Refuses: passwords among the arguments; every user of the machine could read them there.
 */
import type { ReadStream } from 'node:tty'
import { text } from 'node:stream/consumers'
import { AppError } from '../../shared/errors'

const ENTER = ['\r', '\n']
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ERASE = ['\u0008', '\u007F']

/** What keys typed so far come to; `null`: given up. */
const readKeys = (input: ReadStream): Promise<string | null> =>
  new Promise((resolve) => {
    let typed: string[] = []
    const end = (result: string | null): void => {
      input.off('data', hear)
      input.setRawMode(false)
      input.pause()
      resolve(result)
    }
    const hear = (data: Buffer | string): void => {
      for (const key of String(data)) {
        if (ENTER.includes(key)) return end(typed.join(''))
        if (key === CTRL_C || key === CTRL_D) return end(null)
        typed = ERASE.includes(key) ? typed.slice(0, -1) : [...typed, key]
      }
    }
    input.setRawMode(true)
    input.setEncoding('utf8')
    input.on('data', hear)
    input.resume()
  })

export type PasswordSource = {
  readonly fromStdin: boolean
  /** What the environment holds. */
  readonly given: string | undefined
  readonly ask: () => void
  readonly input?: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>
}

/** The password, or `null` when the person gave up. @throws USAGE when there is nobody to ask */
export const readPassword = async ({
  fromStdin,
  given,
  ask,
  input = process.stdin,
}: PasswordSource): Promise<string | null> => {
  if (fromStdin) return (await text(input)).replace(/\r?\n$/, '')
  if (given !== undefined) return given
  if (input.isTTY !== true)
    throw new AppError('USAGE', {
      reason: 'There is no terminal to ask on: give --password-stdin or set $SLUICE_PASSWORD.',
    })
  ask()
  return readKeys(input as ReadStream)
}

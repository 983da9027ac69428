/**
 * Owns asking a person who sits at a terminal whether something is meant. Refuses: asking a script; what it writes is meant.
 */
import { createInterface } from 'node:readline/promises'
import type { ReadStream } from 'node:tty'
import type { Terminal } from './output/terminal'

type Asked = {
  readonly terminal: Pick<Terminal, 'columns'>
  readonly question: string
  readonly input?: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>
  readonly output?: NodeJS.WritableStream
}

/** Whether the person says yes; `true` without a terminal to ask on. Anything but `y` and `yes` is no, and so is the end of the input. */
export const agrees = async ({
  terminal,
  question,
  input = process.stdin,
  output = process.stderr,
}: Asked): Promise<boolean> => {
  if (input.isTTY !== true || terminal.columns === null) return true
  const lines = createInterface({ input, output })
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}

// Owns what stands for the system's question for a password: a `pkexec` that asks the tests, which run as root, instead of a person. What it is given
// is really run as root. Refuses: words that the real one would not know.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** pkexec's own code for a question that was closed. */
const DISMISSED = 126

export type Password = {
  /** The folder of the program. */
  readonly path: string
  /** The commands that were run as root. */
  readonly asked: string[][]
  /** How the next questions are answered. */
  answer: 'yes' | 'no'
  readonly close: () => Promise<void>
}

const scriptOf = (socket: string): string => `#!${process.execPath}
const { connect } = require('node:net')
let said = ''
const socket = connect(${JSON.stringify(socket)}, () => socket.write(JSON.stringify(process.argv.slice(2)) + '\\n'))
socket.setEncoding('utf8').on('data', (text) => (said += text))
socket.on('end', () => {
  const { code, text } = JSON.parse(said)
  process.stderr.write(text)
  process.exitCode = code
})
socket.on('error', (error) => {
  process.stderr.write(String(error))
  process.exitCode = 127
})
`

const runAsRoot = ([first, program = '', ...words]: string[]): { code: number; text: string } => {
  if (first !== '--disable-internal-agent' || !program.startsWith('/'))
    return { code: 127, text: `not understood: ${first}` }
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    // pkexec hands nothing on.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8' },
  })
  return { code: status ?? 1, text: `${stdout}${stderr}` }
}

/** Begins to answer. */
export const answerPasswords = async (): Promise<Password> => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-password-'))
  chmodSync(path, 0o755)
  const socket = join(path, 'asker')
  const asked: string[][] = []
  const server = createServer((connection) => {
    let text = ''
    connection.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      if (!text.endsWith('\n')) return
      const words = JSON.parse(text) as string[]
      asked.push(words)
      const done = password.answer === 'yes' ? runAsRoot(words) : { code: DISMISSED, text: 'Request dismissed' }
      connection.end(JSON.stringify(done))
    })
  })
  const password: Password = {
    path,
    asked,
    answer: 'yes',
    close: async () => {
      await new Promise((settle) => server.close(settle))
      rmSync(path, { recursive: true, force: true })
    },
  }
  await new Promise<void>((settle) => server.listen(socket, settle))
  chmodSync(socket, 0o777)
  writeFileSync(join(path, 'pkexec'), scriptOf(socket), { mode: 0o755 })
  return password
}

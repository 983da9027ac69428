// The sentences of errors are read in the window too, where nobody can type a command; the command line tells those that help.
import { describe, expect, it } from 'vitest'
import { commandTable } from '../../../src/main/cli/command-table'
import { commandOf, errorCodes, sentenceOf, type ErrorDetails } from '../../../src/shared/errors'

/** Every detail is there, whatever a sentence asks for. */
const full = (given: ErrorDetails): ErrorDetails =>
  new Proxy<ErrorDetails>(given, { get: (target, name) => target[String(name)] ?? 'desk' })

/** Without details, with all of them, and with those that choose another wording. */
const tellings: readonly ErrorDetails[] = [
  {},
  full({ unit: 'bytes' }),
  full({ unit: 'ms', purpose: 'vision', isOwn: true }),
  { needed: 5, unit: 'tokens', purpose: 'vision' },
]

/** Of every command, and of the program itself. */
const SHARED = ['--json', '--data-dir', '--verbose', '--help']

const COMMAND = /\bsluice [a-z-]+ |(^|\s)--[a-z]|\bnpm [a-z]|`/

describe('an error', () => {
  it('never tells a person in the window to type a command', () => {
    const told = errorCodes.flatMap((code) => tellings.map((details) => [code, sentenceOf(code, details)] as const))
    expect(told.filter(([, sentence]) => COMMAND.test(sentence))).toEqual([])
    expect(COMMAND.test('Run "sluice doctor --rebuild".') && COMMAND.test('Choose another with --data-dir.')).toBe(true)
  })

  it('names on the command line only commands and options that there are', () => {
    const commands = errorCodes.flatMap((code) => tellings.flatMap((details) => commandOf(code, details) ?? []))
    expect(commands.length).toBeGreaterThan(20)
    for (const command of commands) {
      const words = command.split(' ').slice(1)
      const spec = commandTable.find(({ name }) => words.slice(0, name.split(' ').length).join(' ') === name)
      const known = (spec?.options ?? []).flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? [])
      const options = words.filter((word) => word.startsWith('--'))
      expect([...SHARED, ...known], command).toEqual(expect.arrayContaining(options))
      if (spec === undefined) expect(options[0], command).toBe(words[0])
    }
  })

  it('names what is meant, quoted where a shell would take it apart', () => {
    expect(commandOf('TEXT_OUTDATED', { name: 'old notes' })).toBe('sluice collections rebuild "old notes"')
    expect(commandOf('BUDGET_EXCEEDED', { provider: 'desk', budgetPeriod: 'month', unit: 'tokens' })).toBe(
      'sluice providers update desk --field budgets.month.tokens=NUMBER',
    )
    expect(commandOf('TEXT_OUTDATED', { name: 'a"; format c:' })).toBe('sluice collections rebuild NAME')
    expect(commandOf('FILE_EMPTY')).toBeNull()
    expect(commandOf('USAGE', { reason: 'The text is missing.' })).toBeNull()
  })
})

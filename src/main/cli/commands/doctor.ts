/**
 * Owns `sluice doctor`: prints what the engine found out about its own health. Refuses: repairing unless asked to.
 */
import type { DoctorReport } from '../../../shared/domain'
import { AppError } from '../../../shared/errors'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet } from '../options'
import { toOneLine } from '../output/display-text'
import { formatDuration } from '../output/units'

const format = ({ terminal }: CommandContext, { ok, checks }: DoctorReport): string[] => [
  ...checks.flatMap((check) => [
    `${check.ok ? terminal.style('green', 'ok    ') : terminal.style('red', 'FAILED')} ${check.name}: ${toOneLine(check.detail)} (${formatDuration(check.ms)})`,
    ...(check.ok || check.fix === null ? [] : [`       → ${toOneLine(check.fix)}`]),
  ]),
  ok ? 'Everything is in order.' : 'Something needs attention, see above.',
]

export const run: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const repair = isSet(options, 'repair')
  const rebuild = isSet(options, 'rebuild')
  if (repair && rebuild) throw new AppError('USAGE', { reason: 'Give --repair or --rebuild, not both.' })
  const session = await context.open()
  if (!json && terminal.isLive) terminal.drawLive(['Checking…'])
  const report = await session.call('doctor', { repair, rebuild })
  if (json) await terminal.writeJson(report)
  else await terminal.writeLines(format(context, report))
  return report.ok ? exitCodes.done : exitCodes.problems
}

/**
 * Owns `sluice collections rebuild`. Refuses: waiting for the job that reads; `sluice jobs` and `sluice run` do.
 */
import { sayCost } from '../../../shared/costs'
import { formatBytes } from '../../../shared/errors'
import type { ReadingEstimate } from '../../../shared/reading'
import { noteNobodyWorks, type CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet } from '../options'
import { formatDuration, formatNoun } from '../output/units'

const describe = ({ documents, bytes, chunks, needOcr, costUsd, expectedMs }: ReadingEstimate): string => {
  const parts = [
    `${formatNoun(documents, 'document')} (${formatBytes(bytes)}) with ${formatNoun(chunks, 'passage')} are read anew`,
    ...(needOcr > 0 ? [`${formatNoun(needOcr, 'text')} by OCR, which takes long`] : []),
    ...(costUsd === null ? ['new vectors at a price that is not known'] : []),
    ...(costUsd !== null && costUsd > 0 ? [`new vectors: ${sayCost(costUsd)} at most`] : []),
    ...(expectedMs === null ? [] : [`vectors in at most about ${formatDuration(expectedMs)}`]),
  ]
  return `${parts.join('; ')}.`
}

export const rebuild: CommandRun = async (context, [name = ''], options) => {
  const { terminal, json } = context
  const session = await context.open()
  const answer = await session.call('collections.rebuild', { name, approve: isSet(options, 'yes') })
  if (json) await terminal.writeJson(answer)
  else {
    await terminal.writeLine(describe(answer.estimate))
    if (answer.job === null) await terminal.writeLine('Nothing was changed. Agree to it with --yes.')
    else {
      await terminal.writeLine(
        `Job ${answer.job.id} reads them. Each is found as before until its new text takes its place.`,
      )
      noteNobodyWorks(terminal, session)
    }
  }
  return answer.approved ? exitCodes.done : exitCodes.waits
}

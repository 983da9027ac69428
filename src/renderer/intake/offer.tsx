/**
 * Owns what happens between a drop and its job: a look first, and a question where the job is large.
 * Refuses: asking about what is small; that starts at once.
 */
import { modals } from '@mantine/modals'
import { doBeside } from '../client/actions'
import { call } from '../client/caller'
import { createJobs, splitIntoBatches } from '../client/intake'
import { PreflightDialog, type Decision } from './preflight-dialog'
import type { OfferedPath } from '../../shared/calls'
import type { Estimate } from '../../shared/domain'

/** A look that is not over by now is shown, with a way to stop it. */
const PATIENCE_MS = 1_200
/** Jobs up to this size start without a question. */
const SMALL_DOCUMENTS = 200
const SMALL_BYTES = 200 * 1024 * 1024
/** What costs this much is not begun without a word. */
const SMALL_USD = 1

const AT_ONCE: Decision = { leaveOut: [], confirmed: false }

/** Whether a person would want to be asked first. What needs a password is asked for in the report: here nothing can be entered. */
const isLarge = ({ documents, bytes, confirmation, costUsd }: Estimate): boolean =>
  documents > SMALL_DOCUMENTS || bytes > SMALL_BYTES || confirmation !== null || costUsd >= SMALL_USD

const waitFor = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms))

/** Asks what to do with it. The answer is `null` when nothing is to be added. */
const ask = (estimating: Promise<Estimate>, label: string): Promise<Decision | null> =>
  new Promise((resolve) => {
    const id = modals.open({
      title: `Before adding ${label}`,
      size: 560,
      onClose: () => resolve(null),
      children: (
        <PreflightDialog
          estimating={estimating}
          isLarge={isLarge}
          onDecide={(decision) => {
            resolve(decision)
            modals.close(id)
          }}
        />
      ),
    })
  })

const nameOf = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path

const decide = async (paths: readonly OfferedPath[], collection: string): Promise<Decision | null> => {
  const id = crypto.randomUUID()
  const estimating = call('jobs.estimate', { paths: [...paths], collection, id })
  // eslint-disable-next-line house/told-failure -- the dialog shows why the look failed
  const early = await Promise.race([estimating.catch(() => null), waitFor(PATIENCE_MS)])
  if (early !== null && !isLarge(early)) return AT_ONCE
  const [first] = paths
  const label = paths.length === 1 && first ? `“${nameOf(first.path)}”` : `${paths.length} items`
  const decision = await ask(estimating, label)
  // A look that nobody waits for any more is ended; it may be over already.
  doBeside(call('jobs.stopEstimate', { id }))
  return decision
}

/** Looks at `paths`, asks if they are many, and creates their jobs. */
export const offerPaths = async (paths: readonly OfferedPath[], collection: string): Promise<void> => {
  const batches = splitIntoBatches(paths)
  const [first = []] = batches
  const decision = await decide(first, collection)
  if (decision !== null) await createJobs(batches, collection, decision)
}

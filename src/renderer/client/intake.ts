/**
 * Owns how what a person dropped or picked becomes jobs: in batches that fit a call, told by a toast.
 * Refuses: reading anything; paths go to the engine as they are.
 */
import { t } from '../text/language'
import { call } from './caller'
import { showNote } from './failures'
import type { OfferedPath } from '../../shared/calls'

/** Bounds of one call: well below the largest message, and the number of paths that a job takes. */
const BATCH_CHARS = 300_000
const BATCH_PATHS = 10_000
/** Who asks: what is dropped here has places of its own beside what scripts add. */
const WINDOW = 'window'

/** Cuts a long list of paths into pieces that fit a call each. */
export const splitIntoBatches = (paths: readonly OfferedPath[]): OfferedPath[][] => {
  const batches: OfferedPath[][] = []
  let batch: OfferedPath[] = []
  let chars = 0
  for (const path of paths) {
    const size = path.path.length + (path.bytes?.length ?? 0)
    if (batch.length > 0 && (batch.length >= BATCH_PATHS || chars + size > BATCH_CHARS)) {
      batches.push(batch)
      batch = []
      chars = 0
    }
    batch.push(path)
    chars += size
  }
  return batch.length > 0 ? [...batches, batch] : batches
}

/** Creates a job for each batch and says so. */
export const createJobs = async (
  batches: readonly OfferedPath[][],
  collection: string,
  { leaveOut, confirmed }: { readonly leaveOut: string[]; readonly confirmed: boolean },
): Promise<void> => {
  for (const batch of batches) {
    const { job } = await call('jobs.create', { paths: batch, collection, client: WINDOW, leaveOut, confirmed })
    showNote(t('intake.adding', { name: job.label }), t('intake.addingWhere', { count: batch.length, collection }))
  }
}

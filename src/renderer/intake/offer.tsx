/**
 * Owns what happens between a drop and its job: a look first, and a question where the job is large or the place was not chosen.
 * Refuses: asking about what is small; that starts at once.
 */
import { modals } from '@mantine/modals'
import { doBeside } from '../client/actions'
import { createJobs } from '../client/intake'
import { realClock } from '../client/refresher'
import { t } from '../text/language'
import { Gathering, type Offer } from './gathering'
import { beginLook, stopLook, type Look } from './look'
import type { OfferedPath } from '../../shared/calls'
import type { Estimate } from '../../shared/domain'
import type * as Dialog from './offer-dialog'
import type { Decision } from './preflight-dialog'

/** Loads the dialog, once: when something is offered, or a little after the start. */
export const loadOfferDialog = (): Promise<typeof Dialog> => import('./offer-dialog')

/** A look that is not over by now is shown, with a way to stop it. */
const PATIENCE_MS = 1_200
/** Jobs up to this size start without a question. */
const SMALL_DOCUMENTS = 200
const SMALL_BYTES = 200 * 1024 * 1024
/** What costs this much is not begun without a word. */
const SMALL_USD = 1

/** What became of an offer: `null` when nothing is to be added. `look`: what the person saw the figures of. */
type Outcome = { readonly look: Look; readonly decision: Decision | null }

/** Whether a person would want to be asked first. What needs a password is asked for in the report: here nothing can be entered. */
const isLarge = ({ documents, bytes, confirmation, costUsd }: Estimate): boolean =>
  documents > SMALL_DOCUMENTS || bytes > SMALL_BYTES || confirmation !== null || costUsd >= SMALL_USD

const waitFor = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms))

const nameOf = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path

const titleOf = (paths: readonly OfferedPath[]): string => {
  const [first] = paths
  return paths.length === 1 && first
    ? t('intake.beforeAddingOne', { name: nameOf(first.path) })
    : t('intake.beforeAddingMany', { count: paths.length })
}

/** Asks what to do with it; more may join while the person looks. */
const ask = async (offer: Offer, first: Look): Promise<Outcome> => {
  const { OfferDialog } = await loadOfferDialog()
  return new Promise((resolve) => {
    let current = first
    const modalId = `offer-${first.id}`
    modals.open({
      modalId,
      title: titleOf(offer.paths()),
      size: 560,
      onClose: () => resolve({ look: current, decision: null }),
      children: (
        <OfferDialog
          offer={offer}
          first={first}
          isLarge={offer.choose ? () => true : isLarge}
          onLook={(look) => {
            current = look
            modals.updateModal({ modalId, title: titleOf(offer.paths()) })
          }}
          onDecide={(decision) => {
            resolve({ look: current, decision })
            modals.close(modalId)
          }}
        />
      ),
    })
  })
}

/** Looks for a moment: what is small needs no question. */
const lookFirst = async (offer: Offer): Promise<Outcome> => {
  const look = beginLook(offer.paths(), offer.collection)
  if (offer.choose) return ask(offer, look)
  // eslint-disable-next-line house/told-failure -- the dialog shows why the look failed
  const early = await Promise.race([look.estimating.catch(() => null), waitFor(PATIENCE_MS)])
  return early !== null && !isLarge(early) ? { look, decision: { leaveOut: [], confirmed: false } } : ask(offer, look)
}

const gathering = new Gathering(async (offer) => {
  const { look, decision } = await lookFirst(offer)
  offer.close()
  stopLook(look)
  // What joined after the last look has not been decided on: it is offered by itself.
  const seen = new Set(look.batches.flat())
  const rest = offer.paths().filter((path) => !seen.has(path))
  if (rest.length > 0) doBeside(offerPaths(rest, offer.collection, offer))
  if (decision !== null) await createJobs(look.batches, look.collection, decision)
}, realClock)

/** Offers `paths`: what comes in a row is one offer, looked at, asked about if it is large, and made a job. `choose`: the person says where it goes. */
export const offerPaths = (
  paths: readonly OfferedPath[],
  collection: string,
  { choose = false }: { readonly choose?: boolean } = {},
): Promise<void> => gathering.add(paths, { collection, choose })

/**
 * Owns the calls of the offline ledger: what was sent where, and telling it what was refused.
 * Refuses: allowing anything; whoever tells has refused it already.
 */
import type { CallHandlers } from '../../shared/calls'
import type { Store } from '../store/contract'

export type LedgerCalls = Pick<CallHandlers, 'ledger.list' | 'ledger.refused' | 'ledger.begin' | 'ledger.settle'>

export const createLedgerCalls = (parts: { readonly store: Store; readonly onChange: () => void }): LedgerCalls => ({
  'ledger.list': (page) => parts.store.run('connections.list', page),
  'ledger.refused': async ({ refused }) => {
    await parts.store.run('connections.refuse', { refused })
    parts.onChange()
    return {}
  },
  'ledger.begin': (entry) => parts.store.run('connections.begin', entry),
  'ledger.settle': async (end) => {
    await parts.store.run('connections.settle', end)
    parts.onChange()
    return {}
  },
})

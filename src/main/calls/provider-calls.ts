/**
 * Owns the engine's side of the calls about providers: listing, adding, changing, trying, and what was used of them.
 * Refuses: telling a key.
 */
import type { CallHandlers } from '../../shared/calls'
import { AppError } from '../../shared/errors'
import { remarkOf } from '../../shared/remarks'
import type { Providers } from '../providers/registry'
import type { Store } from '../store/contract'

type ProviderCallName = Extract<keyof CallHandlers, `providers.${string}`>
export type ProviderCalls = Pick<CallHandlers, ProviderCallName>

export type ProviderCallParts = {
  readonly providers: Providers
  readonly store: Pick<Store, 'run'>
  /** Definitions have changed: what waits for them may go on. */
  readonly onChange: () => void
}

const idOf = (job: string): number => {
  if (!/^\d{1,15}$/.test(job)) throw new AppError('NOT_FOUND', { what: 'job', id: job })
  return Number(job)
}

/** What would be without a model if this provider were gone, in words. */
const usersOf = async ({ providers, store }: ProviderCallParts, name: string): Promise<string[]> => {
  const provider = providers.list().find((one) => one.name === name)
  if (!provider) return []
  const generations = await store.run('generations.list', { collectionId: null })
  const seeing = (await store.run('collections.list', {})).filter(
    ({ scans, figures }) => scans === 'vision' || figures === 'vision',
  )
  const needed = generations.filter(
    ({ ref, state }) => ref === name && (state === 'serving' || state === 'building' || state === 'ready'),
  )
  const collections = [...new Set(needed.map(({ collection }) => collection))]
  return [
    ...collections.map((collection) => `it makes the vectors of the collection "${collection}"`),
    ...(provider.isChat ? ['it answers questions'] : []),
    ...(provider.isVision
      ? seeing.map(({ name: collection }) => `it reads pictures of the collection "${collection}"`)
      : []),
  ]
}

export const createProviderCalls = (parts: ProviderCallParts): ProviderCalls => {
  const { providers, store, onChange } = parts
  return {
    'providers.list': async () => {
      const listed = providers.list()
      const problem = providers.problem()
      const told = problem === null ? {} : { told: { problem: remarkOf(problem) } }
      return { providers: listed, total: listed.length, problem: problem?.message ?? null, ...told }
    },
    'providers.inspect': (asked) => providers.inspect(asked),
    'providers.add': async ({ name, definition, ...change }) => {
      const whole = { kind: 'openai', ...definition }
      await providers.prepare(name, whole, true)
      const added = providers.add(name, { ...change, definition: whole, key: change.key ?? undefined })
      onChange()
      return added
    },
    'providers.update': async ({ name, definition, ...change }) => {
      await providers.prepare(name, definition, false)
      const updated = providers.update(name, { definition, ...change })
      onChange()
      return updated
    },
    'providers.remove': async ({ name, force }) => {
      const users = force ? [] : await usersOf(parts, name)
      if (users.length > 0) throw new AppError('PROVIDER_IN_USE', { name, users: users.join('; ') })
      providers.remove(name)
      onChange()
      return {}
    },
    'providers.test': async ({ name }) => {
      const result = await providers.test(name)
      // What was wrong with it may be mended.
      if (result.ok) onChange()
      return result
    },
    'providers.usage': async ({ provider, since, until, job, offset, limit }) =>
      store.run('usage.list', { provider, since, until, jobId: job === null ? null : idOf(job), offset, limit }),
  }
}

// Owns what the tests of providers share: a fake server, a real database that meters, and a registry over both. Fakes randomness alone.
import { join } from 'node:path'
import type { ProvidersParts } from '../../../src/main/providers/registry'
import { createProviders, type Providers } from '../../../src/main/providers/registry'
import { createFileVault } from '../../../src/main/providers/keys'
import type { Meter } from '../../../src/main/providers/meter'
import { Database } from '../../../src/main/store/database'
import { migrate } from '../../../src/main/store/migrations'
import { beginConnection, listConnections, settleConnection } from '../../../src/main/store/connections'
import { beginCall, listUsage, settleCall } from '../../../src/main/store/usage'
import type { Ledger } from '../../../src/shared/ledger'
import type { UsageTotal } from '../../../src/shared/providers'
import { AppError } from '../../../src/shared/errors'
import { makeTempDir, modelDir, silentLog, systemClock } from '../../support/engine'
import { startFakeProvider, type FakeOptions, type FakeProvider } from '../../support/fake-provider/server'

export const KEY = 'sk-very-secret-0123456789'
export const DIMENSIONS = 24

export type Workbench = {
  readonly dir: string
  readonly fake: FakeProvider
  readonly db: Database
  readonly meter: Meter
  readonly providers: Providers
  /** A registry over the same folder and database, as after a new start. */
  readonly reopen: (more?: Partial<ProvidersParts>) => Providers
  readonly used: () => UsageTotal
  readonly ledger: () => Ledger
  readonly close: () => Promise<void>
}

export const definitionOf = (fake: FakeProvider, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'openai',
  baseUrl: fake.url,
  embeddingModel: 'fake-embedding',
  dimensions: DIMENSIONS,
  chatModel: 'fake-chat',
  timeoutMs: 10_000,
  price: { embeddingUsd: 2, inputUsd: 3, outputUsd: 4 },
  ...more,
})

/** Starts everything, with a provider `fake` that has its key and answers. */
export const openWorkbench = async (
  definition: Record<string, unknown> = {},
  options: { fake?: FakeOptions; parts?: Partial<ProvidersParts> } = {},
): Promise<Workbench> => {
  const { path: dir, remove } = makeTempDir('providers')
  const fake = await startFakeProvider({ dimensions: DIMENSIONS, key: KEY, ...options.fake })
  const db = new Database(join(dir, 'sluice.db'), 'writer')
  migrate(db)
  const meter: Meter = {
    begin: async (call) => db.transaction('write', () => beginCall(db, { ...call, nowMs: Date.now() })),
    settle: async (id, took) => {
      db.transaction('write', () => settleCall(db, { id, took }))
    },
  }
  const unused = async (): Promise<never> => {
    throw new AppError('HOST_DIED')
  }
  const reopen = (more: Partial<ProvidersParts> = {}): Providers =>
    createProviders({
      dataDir: dir,
      environment: {},
      vaults: [createFileVault(join(dir, 'keys.json'))],
      meter,
      ledger: {
        begin: async (entry) => db.transaction('write', () => beginConnection(db, entry)),
        settle: async (id, end) => {
          db.transaction('write', () => settleConnection(db, { id, ...end }))
        },
      },
      modelDir,
      run: { embed: unused, embedQuery: unused, inspectModel: unused },
      guards: () => ({ failures: 3, openMs: 60_000 }),
      nowMs: () => performance.now(),
      wallMs: () => Date.now(),
      setTimer: systemClock.setTimer,
      random: () => 0,
      log: silentLog,
      ...options.parts,
      ...more,
    })
  const providers = reopen()
  providers.add('fake', { definition: definitionOf(fake, definition), key: KEY, isChat: true })
  return {
    dir,
    fake,
    db,
    meter,
    providers,
    reopen,
    ledger: () => db.transaction('read', () => listConnections(db, { offset: 0, limit: 100 })),
    used: () => listUsage(db, { provider: null, since: null, until: null, jobId: null, offset: 0, limit: 10 }).total,
    close: async () => {
      await fake.close()
      db.close()
      remove()
    },
  }
}

/** The error of ours that a call ends with; `null` when it goes well. */
export const errorOf = async (call: Promise<unknown>): Promise<AppError | null> =>
  call.then(
    () => null,
    (thrown: unknown) => {
      if (thrown instanceof AppError) return thrown
      throw thrown
    },
  )

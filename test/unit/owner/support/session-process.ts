// Owns a process with a session, told over IPC what to do. Started by the session tests, built by them first.
import { openLog } from '../../../../src/main/observe/log'
import { openSession, type Session } from '../../../../src/main/owner/session'
import { acquireOwnerLock } from '../../../../src/main/store/owner-lock'
import type { CallName, CallParams } from '../../../../src/shared/calls'
import { toErrorRecord } from '../../../../src/shared/errors'
import { createFileEngine } from './engine'

export type Order =
  | { seq: number; do: 'open'; dataDir: string; steps: number; stepMs: number; startDelayMs?: number; busyMs?: number }
  | { seq: number; do: 'call'; name: CallName; params: unknown }
  | { seq: number; do: 'role' }
  | { seq: number; do: 'close' }

let session: Session | null = null
let events = 0

const open = async (order: Extract<Order, { do: 'open' }>): Promise<string> => {
  const { dataDir, steps, stepMs, startDelayMs = 0, busyMs } = order
  session = await openSession({
    dataDir,
    version: '0.1.0',
    log: openLog({ folder: dataDir, rotate: false, level: 'debug' }),
    ...(busyMs === undefined ? {} : { busyMs }),
    startEngine: async () => {
      const lock = acquireOwnerLock(dataDir)
      if (lock === null) return null
      await new Promise((resolve) => setTimeout(resolve, startDelayMs))
      return createFileEngine({ dataDir, steps, stepMs, release: () => lock.release() })
    },
  })
  session.onEvent(() => {
    events += 1
  })
  return session.role()
}

const obey = async (order: Order): Promise<unknown> => {
  if (order.do === 'open') return open(order)
  if (session === null) throw new Error('no session')
  if (order.do === 'role') return { role: session.role(), events }
  if (order.do === 'close') return session.close()
  return session.call(order.name, order.params as CallParams<CallName>)
}

process.on('message', (order: Order) => {
  obey(order).then(
    (value) => process.send?.({ seq: order.seq, value: value ?? null }),
    (error: unknown) => process.send?.({ seq: order.seq, error: toErrorRecord(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

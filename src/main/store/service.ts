/**
 * Owns how one thread of the store answers: requests one at a time, its own tidying in between, and its end.
 * Refuses: knowing what a thread is; the port is given.
 */
import { toErrorRecord } from '../../shared/errors'
import { maintain } from './maintenance'
import { runOperation } from './operations'
import type { Session } from './session'
import { closeSession, openSession } from './session'
import type { Answer, Request, ThreadSettings } from './thread-messages'

export type Port = {
  post: (answer: Answer) => void
  listen: (take: (request: Request) => void) => void
  end: () => void
}

/** Serves requests until `close`. */
export const serve = (port: Port, { dir, role }: ThreadSettings): void => {
  let session: Session
  try {
    session = openSession(dir, role)
  } catch (thrown) {
    port.post({ type: 'refused', error: toErrorRecord(thrown) })
    return port.end()
  }
  let idle: NodeJS.Immediate | null = null

  const tidy = (): void => {
    idle = null
    try {
      if (maintain(session.db)) plan()
    } catch (thrown) {
      port.post({ type: 'unwell', error: toErrorRecord(thrown) })
    }
  }
  /** A step at a time: requests that came meanwhile go first. */
  const plan = (): void => {
    if (role === 'writer') idle ??= setImmediate(tidy)
  }

  port.listen((request) => {
    if (request.type === 'close') {
      if (idle) clearImmediate(idle)
      closeSession(session)
      return port.end()
    }
    const { seq, name } = request
    try {
      // The caller's types made the parameters; the message has lost them.
      const result = runOperation(session, name, request.params as never)
      port.post({ type: 'result', seq, result })
    } catch (thrown) {
      port.post({ type: 'error', seq, error: toErrorRecord(thrown) })
    }
    plan()
  })
  plan()
  port.post({ type: 'opened', upgrade: session.upgrade })
}

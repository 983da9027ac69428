/**
 * Owns the entry of the threads of the store.
 * Refuses: being terminated; a native call in flight would take the whole process along. The thread ends by itself once asked.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../shared/errors'
import { serve } from './service'
import type { Request, Start, ThreadSettings } from './thread-messages'

const start = (): void => {
  const parent = parentPort
  if (parent === null)
    throw new AppError('INTERNAL_BUG', { reason: 'the store thread runs on a thread of its own only' })
  const settings = workerData as ThreadSettings
  const begin = (): void =>
    serve(
      {
        post: (answer) => parent.postMessage(answer),
        listen: (take) => parent.on('message', take),
        end: () => parent.close(),
      },
      settings,
    )
  if (settings.role === 'writer') return begin()
  parent.once('message', (first: Start | Request) => {
    if (first.type === 'start') begin()
    else parent.close()
  })
}

start()

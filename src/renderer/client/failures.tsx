/**
 * Owns how a failed call is told: a toast with its sentence and its code, and more on demand. The same failure does not pile up.
 */
import { notifications } from '@mantine/notifications'
import { toAppError } from '../../shared/errors'
import { FailureNote } from './failure-note'

const AUTO_CLOSE_MS = 12_000

/** Shows a failure to the person. */
export const showFailure = (thrown: unknown): void => {
  const error = toAppError(thrown)
  const title = error.message
  const toast = { id: `failure-${error.code}-${title}`, color: 'red', title, withBorder: true }
  // Opened details stay until they are closed.
  const message = (
    <FailureNote error={error} onOpen={() => notifications.update({ ...toast, message, autoClose: false })} />
  )
  notifications.show({ ...toast, message, autoClose: AUTO_CLOSE_MS })
}

/** Shows a short note of success or of something to know. */
export const showNote = (title: string, message = ''): void => {
  notifications.show({ title, message, withBorder: true, autoClose: 6_000 })
}

/**
 * Owns how a failed call is told: a toast with its sentence and its code. The same failure does not pile up.
 */
import { notifications } from '@mantine/notifications'
import { toAppError } from '../../shared/errors'

/** Shows a failure to the person. */
export const showFailure = (thrown: unknown): void => {
  const { code, message } = toAppError(thrown)
  notifications.show({
    id: `failure-${code}-${message}`,
    color: 'red',
    title: message,
    message: code,
    autoClose: 12_000,
    withBorder: true,
  })
}

/** Shows a short note of success or of something to know. */
export const showNote = (title: string, message = ''): void => {
  notifications.show({ title, message, withBorder: true, autoClose: 6_000 })
}

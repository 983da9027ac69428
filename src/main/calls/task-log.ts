/**
 * Owns finding what the log says of one task.
 * Refuses: reading more than the end of the log: it may be large, and older files of it are for people.
 */
import { open } from 'node:fs/promises'
import { toAppError } from '../../shared/errors'

const TAIL_BYTES = 4 * 1024 * 1024
const MAX_LINES = 50

const readTail = async (path: string): Promise<string> => {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The last lines that name the task, the oldest first; empty when there is no log, or it cannot be read. */
export const readTaskLines = async (logFile: string, taskId: number): Promise<string[]> => {
  const tail = await readTail(logFile).catch((thrown: unknown) => {
    // A log that cannot be read is no reason not to show a dead letter.
    const { message } = toAppError(thrown)
    return `{"event":"log-unreadable","task":${taskId},"reason":${JSON.stringify(message)}}`
  })
  const mark = new RegExp(`"task":${taskId}[,}]`)
  return tail
    .split('\n')
    .filter((line) => mark.test(line))
    .slice(-MAX_LINES)
}

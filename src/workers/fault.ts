/**
 * Owns the faults that tests cause inside a worker, asked for by the name of the document. Refuses: existing for anybody who does
 * not start the host with SLUICE_FAULTS=1.
 */
import { AppError } from '../shared/errors'
import type { WorkContext, WorkName } from '../shared/work'

const STEP_BYTES = 64 * 1024 * 1024
const TOTAL_BYTES = 3 * 1024 * 1024 * 1024
const PAGE_BYTES = 4096
const SLOW_MS = 60_000

type Fault = (context: WorkContext<WorkName>) => Promise<void>

/** Touches every page: memory that was never written is not resident. */
const allocateStep = (): Buffer => {
  const buffer = Buffer.allocUnsafeSlow(STEP_BYTES)
  for (let i = 0; i < STEP_BYTES; i += PAGE_BYTES) buffer[i] = 1
  return buffer
}

const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

const allocateWithPauses: Fault = async () => {
  const held: Buffer[] = []
  while (held.length * STEP_BYTES < TOTAL_BYTES) {
    held.push(allocateStep())
    await wait(1)
  }
  // Held until somebody does something about it.
  await wait(SLOW_MS)
  throw new Error(`kept ${held.length} buffers and nobody minded`)
}

const allocateWithoutPauses: Fault = async () => {
  const held: Buffer[] = []
  while (held.length * STEP_BYTES < TOTAL_BYTES) held.push(allocateStep())
  await wait(SLOW_MS)
  throw new Error(`kept ${held.length} buffers and nobody minded`)
}

const hang: Fault = async () => {
  for (let turns = 0; turns >= 0; turns = (turns + 1) % 1_000);
}

/** The process dies as by a fault in native code: no handler runs. */
const exit: Fault = async () => {
  process.kill(process.pid, 'SIGKILL')
  await wait(SLOW_MS)
}

/** An error outside of any promise, as a careless event emitter throws it: it ends the thread. */
const throwLater: Fault = async () => {
  setTimeout(() => {
    throw new Error('fault: thrown outside of any promise')
  }, 0)
  await wait(SLOW_MS)
}

const throwNow: Fault = async () => {
  throw new TypeError('fault: thrown')
}

/** A passing reason that does not pass. */
const throwPassing: Fault = async () => {
  throw new AppError('FILE_BUSY', { reason: 'fault: busy' })
}

/** Ends only when it is told to. */
/** Told on the host's output, so that a test knows when it is being read. */
const SLOW_BEGAN = 'a slow document is being read\n'

const slow: Fault = async ({ signal }) => {
  process.stderr.write(SLOW_BEGAN)
  await wait(SLOW_MS, signal)
  if (signal.aborted) throw new AppError('CANCELLED')
}

/** A synchronous loop that ends by its own beat: as long as one that asks should take to be stopped. */
const busy: Fault = async ({ beat, signal }) => {
  const until = Date.now() + SLOW_MS
  while (Date.now() < until && !signal.aborted) beat()
  if (signal.aborted) throw new AppError('CANCELLED')
}

/** Longer names first: the first that the document's name contains is taken. */
const faultTable: readonly (readonly [name: string, fault: Fault])[] = [
  ['fault-allocate-3gb-at-once', allocateWithoutPauses],
  ['fault-allocate-3gb', allocateWithPauses],
  ['fault-throw-later', throwLater],
  ['fault-throw-passing', throwPassing],
  ['fault-throw', throwNow],
  ['fault-hang', hang],
  ['fault-exit', exit],
  ['fault-slow', slow],
  ['fault-busy', busy],
]

const readName = (params: unknown): string =>
  typeof params === 'object' && params !== null && 'name' in params && typeof params.name === 'string'
    ? params.name
    : ''

/** Names with this meet their fault only when their pictures are read. */
const PICTURES_ONLY = 'ocr-fault'

const readsPictures = (params: unknown): boolean =>
  typeof params === 'object' && params !== null && 'ocr' in params && params.ocr === true

/** Does what the name of the document to extract asks for; nothing for any other task. */
export const injectFault = async (name: WorkName, params: unknown, context: WorkContext<WorkName>): Promise<void> => {
  if (name !== 'extract') return
  const document = readName(params)
  if (document.includes(PICTURES_ONLY) && !readsPictures(params)) return
  const found = faultTable.find(([part]) => document.includes(part))
  if (found) await found[1](context)
}

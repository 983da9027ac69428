/**
 * Owns the thread's side of one task: its dialogue over the port, its pulse, its cancellation, its outcome.
 * Refuses: knowing any task; throwing. Errors become records here.
 */
import type { MessagePort } from 'node:worker_threads'
import { AppError, fromErrorRecord, toErrorRecord } from '../shared/errors'
import { pulse, type ThreadJob, type ThreadMessage, type ThreadOutcome, type ThreadSay } from '../shared/threads'
import type { WorkContext, WorkName, WorkRunner, WorkTable } from '../shared/work'

/** Runners by name, each loaded when it is first needed: a search must not wait for the parsers. */
export type RunnerTable = { readonly [N in WorkName]: () => Promise<WorkRunner<N>> }

/** Looks at a job before its runner does. Tests bring faults in this way. */
export type JobProbe = (name: WorkName, params: unknown, context: WorkContext<WorkName>) => Promise<void>

/** How often an idle event loop shows that it is alive. */
const BEAT_MS = 1_000

type Waiting = { resolve: (reply: unknown) => void; reject: (error: Error) => void }

/** Opens the dialogue of one task. `close` refuses what is still waiting and releases the port. */
const openDialogue = (job: ThreadJob<MessagePort>) => {
  const slots = new Int32Array(job.pulse)
  const controller = new AbortController()
  const waiting = new Map<number, Waiting>()
  let lastSeq = 0

  const cancel = (): void => {
    if (!controller.signal.aborted) controller.abort(new AppError('CANCELLED'))
  }
  const beat = (): void => {
    Atomics.add(slots, pulse.beats, 1)
    // A synchronous loop gets no message: the flag reaches it here.
    if (Atomics.load(slots, pulse.cancelled) === 1) cancel()
  }
  const take = (seq: number): Waiting | undefined => {
    const waiter = waiting.get(seq)
    waiting.delete(seq)
    return waiter
  }
  const receive = (message: ThreadMessage): void => {
    switch (message.type) {
      case 'answer':
        take(message.seq)?.resolve(message.reply)
        break
      case 'refusal':
        take(message.seq)?.reject(fromErrorRecord(message.error))
        break
      case 'cancel':
        cancel()
        break
    }
  }
  const say = (message: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      beat()
      lastSeq += 1
      const said: ThreadSay = { type: 'say', seq: lastSeq, message }
      // Posting throws when the message cannot be cloned: then there is no answer to wait for.
      job.port.postMessage(said)
      waiting.set(lastSeq, { resolve, reject })
    })

  job.port.on('message', receive)
  // Without unref: while a task runs, its thread stays.
  const timer = setInterval(beat, BEAT_MS)
  beat()

  const close = (): void => {
    clearInterval(timer)
    job.port.close()
    for (const { reject } of waiting.values()) reject(new AppError('INTERRUPTED'))
    waiting.clear()
  }
  return { say, beat, signal: controller.signal, close }
}

/** Makes the function that the thread pool calls for each job. It always resolves, with the outcome. */
export const createJobRunner =
  (runners: RunnerTable, probe: JobProbe | null) =>
  async (job: ThreadJob<MessagePort>): Promise<ThreadOutcome> => {
    const { close, ...dialogue } = openDialogue(job)
    try {
      return { ok: true, result: await runNamed(runners, job.name, job.params, dialogue, probe) }
    } catch (error) {
      return { ok: false, error: toErrorRecord(error) }
    } finally {
      close()
    }
  }

type Dialogue = { say: (message: unknown) => Promise<unknown>; beat: () => void; signal: AbortSignal }

const runNamed = async <N extends WorkName>(
  runners: RunnerTable,
  name: N,
  params: unknown,
  dialogue: Dialogue,
  probe: JobProbe | null,
): Promise<WorkTable[N]['result']> => {
  // The pool types what it sends by the same table, and both ends are always of one build: parsing here would copy every text again.
  const context = dialogue as WorkContext<N>
  if (probe) await probe(name, params, dialogue as WorkContext<WorkName>)
  if (!Object.hasOwn(runners, name)) throw new AppError('INTERNAL_BUG', { reason: `no worker task is named ${name}` })
  const run = await runners[name]()
  return run(params as WorkTable[N]['params'], context)
}

/**
 * Owns the host process (built to host.js): a piscina pool of worker threads, and the way of their messages to the owner.
 * Refuses: deciding anything. The owner queues, watches and kills; nothing here ends a thread that may be in a native call.
 */
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { pulse, PULSE_BYTES, THREAD_ENTRY } from '../../shared/threads'
import type { ThreadJob, ThreadMessage, ThreadOutcome, ThreadSay } from '../../shared/threads'
import { PULSE_MS, type HostSettings, type OwnerMessage } from './messages'
import { connectParent } from './parent'

type Running = { readonly port: MessagePort; readonly slots: Int32Array }

/** Lets the kernel take this process, not the owner or the desktop, when memory runs out. Best effort, Linux only. */
const offerToOomKiller = (): void => {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch (error) {
    process.stderr.write(`oom_score_adj stays as it is: ${String(error)}\n`)
  }
}

/** Threads that are started later inherit it. Best effort: without it, reading pictures slows other work down. */
const giveWay = (): void => {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch (error) {
    process.stderr.write(`the priority stays as it is: ${String(error)}\n`)
  }
}

/** Processor time of all threads of this process, in milliseconds. */
const readCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const startHost = (settings: HostSettings): void => {
  if (settings.background) giveWay()
  const parent = connectParent(settings.ownerPid)
  const running = new Map<number, Running>()
  const heapMb = Math.ceil(settings.heapBytes / 1024 / 1024)
  const pool = new Piscina({
    filename: settings.workerFile,
    name: THREAD_ENTRY,
    // One thread starts at once, the others when they are needed.
    minThreads: 1,
    maxThreads: settings.threads,
    concurrentTasksPerWorker: settings.tasksPerThread,
    // Never: it would terminate threads.
    idleTimeout: Infinity,
    // With atomics an idle thread is frozen, and with it what its last task left to finish (closing files, freeing memory).
    useAtomics: false,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  pool.on('error', (error: Error) => process.stderr.write(`idle thread died: ${error.stack ?? error.message}\n`))

  const beatOn = (): void => {
    const beats = [...running].map(([id, { slots }]) => [id, Atomics.load(slots, pulse.beats)] as const)
    parent.send({ type: 'pulse', rssBytes: process.memoryUsage.rss(), cpuMs: readCpuMs(), beats })
  }
  let timer: NodeJS.Timeout | null = null
  const setPulse = (): void => {
    if (running.size > 0) timer ??= setInterval(beatOn, PULSE_MS)
    else if (timer) {
      clearInterval(timer)
      timer = null
    }
  }

  const run = async (message: Extract<OwnerMessage, { type: 'run' }>): Promise<void> => {
    const { id, name, params } = message
    const { port1, port2 } = new MessageChannel()
    const shared = new SharedArrayBuffer(PULSE_BYTES)
    running.set(id, { port: port1, slots: new Int32Array(shared) })
    setPulse()
    port1.on('message', ({ seq, message: said }: ThreadSay) => parent.send({ type: 'say', id, seq, message: said }))
    const job: ThreadJob<MessagePort> = { name, params, port: port2, pulse: shared }
    try {
      const outcome = (await pool.run(job, { transferList: [port2] })) as ThreadOutcome
      parent.send({ type: 'done', id, outcome, cpuMs: readCpuMs() })
    } catch (error) {
      // The entry never throws, so the thread itself ended.
      const { message: reason, code } = error as NodeJS.ErrnoException
      parent.send({ type: 'lost', id, reason, outOfMemory: code === 'ERR_WORKER_OUT_OF_MEMORY' })
    } finally {
      running.delete(id)
      port1.close()
      setPulse()
    }
  }
  const post = (id: number, message: ThreadMessage): void => running.get(id)?.port.postMessage(message)

  parent.onMessage((message) => {
    switch (message.type) {
      case 'run':
        run(message).catch((error: unknown) => {
          // Only sending can fail here; without a channel the process has no use.
          process.stderr.write(`cannot report to the owner: ${String(error)}\n`)
          process.exit(1)
        })
        break
      case 'cancel': {
        const slots = running.get(message.id)?.slots
        if (slots) Atomics.store(slots, pulse.cancelled, 1)
        post(message.id, { type: 'cancel' })
        break
      }
      case 'answer':
        post(message.id, { type: 'answer', seq: message.seq, reply: message.reply })
        break
      case 'refusal':
        post(message.id, { type: 'refusal', seq: message.seq, error: message.error })
        break
      case 'close':
        process.exit(0)
    }
  })
  parent.send({ type: 'ready' })
}

/** A terminal sends these to the whole group of processes; the owner alone decides, and its end ends this process. */
const LEFT_TO_OWNER = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
for (const signal of LEFT_TO_OWNER) process.on(signal, () => process.stderr.write(`${signal} is left to the owner\n`))

offerToOomKiller()
// Electron and Node put it at different places.
startHost(JSON.parse(process.argv.find((part) => part.startsWith('{')) ?? '{}') as HostSettings)

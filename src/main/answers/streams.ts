/**
 * Owns the answers that are being written right now, by the id their asker gave: what has come so far, and stopping them.
 * Refuses: keeping an answer once it is there; whoever asked has it.
 */
export type AnswerStreams = {
  /** Begins one; `end` when the answer is there. A second one of the same id stops the first. */
  readonly begin: (id: string | null) => {
    signal: AbortSignal
    say: (piece: string) => void
    restart: () => void
    end: () => void
  }
  /** What came from character `from` on, as soon as there is something, it is over, or the time is. */
  readonly follow: (
    id: string,
    from: number,
    timeoutMs: number,
  ) => Promise<{ text: string; done: boolean; restarts: number }>
  readonly stop: (id: string) => void
  readonly close: () => void
}

type Open = { text: string; restarts: number; controller: AbortController; wake: Set<() => void> }

export const createAnswerStreams = (setTimer: (ms: number, fire: () => void) => () => void): AnswerStreams => {
  const open = new Map<string, Open>()
  const wakeAll = (stream: Open): void => {
    for (const wake of [...stream.wake]) wake()
  }
  const next = (stream: Open, timeoutMs: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        takeBack()
        stream.wake.delete(wake)
        resolve()
      }
      const takeBack = setTimer(timeoutMs, wake)
      stream.wake.add(wake)
    })
  return {
    begin: (id) => {
      const stream: Open = { text: '', restarts: 0, controller: new AbortController(), wake: new Set() }
      if (id !== null) {
        open.get(id)?.controller.abort()
        open.set(id, stream)
      }
      return {
        signal: stream.controller.signal,
        say: (piece) => {
          stream.text += piece
          wakeAll(stream)
        },
        restart: () => {
          stream.text = ''
          stream.restarts += 1
          wakeAll(stream)
        },
        end: () => {
          if (id !== null && open.get(id) === stream) open.delete(id)
          wakeAll(stream)
        },
      }
    },
    follow: async (id, from, timeoutMs) => {
      const stream = open.get(id)
      if (stream === undefined) return { text: '', done: true, restarts: 0 }
      const restarts = stream.restarts
      if (stream.text.length <= from) await next(stream, timeoutMs)
      const isSame = stream.restarts === restarts
      return {
        text: isSame ? stream.text.slice(from) : stream.text,
        done: open.get(id) !== stream,
        restarts: stream.restarts,
      }
    },
    stop: (id) => open.get(id)?.controller.abort(),
    close: () => {
      for (const stream of open.values()) stream.controller.abort()
    },
  }
}

/**
 * Owns removals of documents that a person can still take back: each waits for its time, and only then are the documents really removed, by the same
 * call as always. What waits stands in a file: after a death it is told that those documents are still there, and nothing is removed unasked.
 * Meanwhile no search finds them. Refuses: removing after a restart what somebody wanted before it.
 */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { toAppError, told } from '../../shared/errors'
import { writeWhole } from './whole-file'
import type { WaitingRemoval } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'
import type { AppError } from '../../shared/errors'

export type DelayedRemovalsParts = {
  /** Where it is kept what waits. */
  readonly file: string
  readonly call: Caller
  /** How long one waits, in milliseconds; asked for each. */
  readonly waitMs: () => Promise<number>
  /** The clock on the wall. */
  readonly nowMs: () => number
  readonly setTimer: (ms: number, fire: () => void) => () => void
  /** What waits is another now. */
  readonly onChange: () => void
  readonly onFailure: (thrown: unknown) => void
}

export const removalsFileOf = (windowFolder: string): string => join(windowFolder, 'removals.json')

/** Documents of one call; a call with all that a person can pick would be too large. */
const STEP = 1_000
/** Ids that are told of one removal: more would not fit beside others into an answer. */
const TOLD_IDS = 20_000

/** Documents are hidden for so long beyond their time, in milliseconds: removing many takes a while. */
const HIDDEN_BEYOND_MS = 600_000

const keptSchema = z.object({
  removals: z.array(z.object({ id: z.string(), name: z.string(), count: z.number().int(), begun: z.boolean() })),
})

type Removal = {
  readonly id: string
  /** Of the first of them. */
  readonly name: string
  readonly documents: string[]
  state: WaitingRemoval['state']
  dueMs: number
  /** How many it was about, where that is all that is known of it. */
  count: number
  error: AppError | null
  takeBack: () => void
}

/** States that are kept in mind: what was done, or told to have failed while the window was there, needs no telling after a restart. */
const KEPT: readonly Removal['state'][] = ['waiting', 'removing', 'kept', 'cutOff']

const nothing = (): void => undefined

/** A class because it owns the timers and the file. */
export class DelayedRemovals {
  private readonly removals = new Map<string, Removal>()
  private writing: Promise<void> = Promise.resolve()
  private readonly atWork = new Set<Promise<void>>()
  private closed = false

  constructor(private readonly parts: DelayedRemovalsParts) {}

  /** Reads what waited when the app ended before: it is told, and nothing of it is removed. Call it once. */
  async open(): Promise<void> {
    try {
      const kept = keptSchema.parse(JSON.parse(await readFile(this.parts.file, 'utf8')))
      for (const { id, name, count, begun } of kept.removals)
        this.put({ id, name, count, documents: [], state: begun ? 'cutOff' : 'kept' })
      if (kept.removals.length > 0) this.parts.onChange()
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) this.parts.onFailure(thrown)
    }
  }

  private put(given: Pick<Removal, 'id' | 'name' | 'count' | 'documents' | 'state'>): Removal {
    const removal: Removal = { ...given, dueMs: 0, error: null, takeBack: nothing }
    this.removals.set(given.id, removal)
    return removal
  }

  /** Adds documents to a removal; with the last of them its time begins. @throws FILE_UNWRITABLE */
  async add({
    id,
    name,
    documents,
    last,
  }: {
    id: string
    name: string
    documents: string[]
    last: boolean
  }): Promise<void> {
    const removal = this.removals.get(id) ?? this.put({ id, name, count: 0, documents: [], state: 'gathering' })
    if (removal.state !== 'gathering') return
    removal.documents.push(...documents)
    removal.count = removal.documents.length
    if (!last) return
    const waitMs = await this.parts.waitMs()
    // Taken back meanwhile.
    if (removal.state !== 'gathering') return
    removal.state = 'waiting'
    removal.dueMs = this.parts.nowMs() + waitMs
    try {
      await this.write()
    } catch (thrown) {
      // What cannot be kept in mind is not begun.
      this.removals.delete(id)
      throw thrown
    }
    await this.hide(removal, waitMs + HIDDEN_BEYOND_MS)
    // Taken back, or the app is going, while it was written.
    if (removal.state !== 'waiting' || this.closed) return
    removal.takeBack = this.parts.setTimer(waitMs, () => this.begin(removal))
    this.parts.onChange()
  }

  /** Takes one back, or lets go of one that was told. @returns whether its documents stay */
  async undo(id: string): Promise<boolean> {
    const removal = this.removals.get(id)
    if (removal === undefined || removal.state === 'removing') return false
    const stays = removal.state !== 'removed'
    removal.takeBack()
    removal.state = 'kept'
    this.removals.delete(id)
    // It is taken back whether or not that can be written: what is left in the file removes nothing, it is only told once more.
    await this.write().catch(this.parts.onFailure)
    if (stays) await this.hide(removal, 0)
    this.parts.onChange()
    return stays
  }

  /** For so many milliseconds; 0: they are found again. Where that fails they are found until they are removed, as if nothing had been said. */
  private async hide(removal: Removal, forMs: number): Promise<void> {
    const { documents } = removal
    try {
      for (let from = 0; from < documents.length; from += STEP) {
        // Taken back meanwhile: what comes now would hide them after they were shown.
        if (forMs > 0 && removal.state !== 'waiting') return
        await this.parts.call('documents.hide', { ids: documents.slice(from, from + STEP), forMs })
      }
    } catch (thrown) {
      this.parts.onFailure(thrown)
    }
  }

  /** Another process may own the data folder now, which has not been told: what waits is not to be found with that one, either. Never rejects. */
  async hideAgain(): Promise<void> {
    for (const removal of this.removals.values())
      if (removal.state === 'waiting')
        await this.hide(removal, Math.max(0, removal.dueMs - this.parts.nowMs()) + HIDDEN_BEYOND_MS)
  }

  private begin(removal: Removal): void {
    if (removal.state !== 'waiting') return
    removal.state = 'removing'
    const work = this.remove(removal)
      .catch(this.parts.onFailure)
      .finally(() => this.atWork.delete(work))
    this.atWork.add(work)
  }

  private async remove(removal: Removal): Promise<void> {
    removal.takeBack()
    this.parts.onChange()
    try {
      await this.write()
      const { documents } = removal
      for (let from = 0; from < documents.length; from += STEP)
        await this.parts.call('documents.remove', { ids: documents.slice(from, from + STEP) })
      removal.state = 'removed'
      removal.documents.length = 0
    } catch (thrown) {
      removal.error = toAppError(thrown)
      removal.state = 'failed'
      await this.hide(removal, 0)
    }
    try {
      await this.write()
    } finally {
      // What became of it is told, also where it cannot be written.
      this.parts.onChange()
    }
  }

  /** What waits, is being removed, or is to be told. */
  list(): WaitingRemoval[] {
    return [...this.removals.values()]
      .filter(({ state }) => state !== 'gathering')
      .map(({ id, name, count, documents, state, dueMs, error }) => ({
        id,
        name,
        count,
        documents: documents.slice(0, TOLD_IDS),
        state,
        dueAt: state === 'waiting' ? new Date(dueMs).toISOString() : null,
        error: error === null ? null : told(error.code, error.details),
      }))
  }

  /** One after the other, so that the newest is what stays. @throws FILE_UNWRITABLE */
  private write(): Promise<void> {
    const next = this.writing.then(() => this.writeNow())
    // The next one writes whatever became of this one.
    this.writing = next.catch(nothing)
    return next
  }

  private async writeNow(): Promise<void> {
    const removals = [...this.removals.values()]
      // Nobody sees any more what fails while the app goes.
      .filter(({ state }) => KEPT.includes(state) || (this.closed && state === 'failed'))
      .map(({ id, name, count, state }) => ({
        id,
        name,
        count,
        begun: state === 'removing' || state === 'cutOff' || state === 'failed',
      }))
    if (removals.length === 0) return rm(this.parts.file, { force: true })
    await mkdir(dirname(this.parts.file), { recursive: true })
    await writeWhole(this.parts.file, (file) => file.appendFile(`${JSON.stringify({ removals })}\n`))
  }

  /** The app goes: what waits is removed now, since nobody can take it back any more. Never rejects. */
  async close(): Promise<void> {
    this.closed = true
    for (const removal of this.removals.values()) this.begin(removal)
    await Promise.all(this.atWork)
  }
}

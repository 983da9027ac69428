/**
 * Owns keeping what has no file of its own (dropped or pasted text, a mail out of a mail program) as a file in the data folder, piece after
 * piece. Refuses: reading it, and names as they come; the engine removes a note with the last document that is read from it.
 */
import { randomBytes } from 'node:crypto'
import { copyFile, constants, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors'
import { MAX_NOTE_BYTES, NOTES_FOLDER, type NoteKind } from '../../shared/notes'
import { nameNote } from './note-name'
import type { FileHandle } from 'node:fs/promises'

/** Notes that are begun at once; one that is never ended makes room for another. */
const MAX_BEGUN = 8
/** Of a note's beginning, for its name. */
const HEAD_BYTES = 16_384
/** Notes of one day with the same first words. */
const MAX_SAME = 10_000

export type NotePiece = {
  /** Chosen by who sends it. */
  readonly id: string
  readonly kind: NoteKind
  readonly name: string | null
  readonly bytes: Buffer
  readonly last: boolean
}

type Begun = { readonly part: string; readonly file: FileHandle; sizeBytes: number }

const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && 'code' in thrown ? thrown.code : null)

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte <= 0x20)

export class Notes {
  readonly #folder: string
  readonly #nowMs: () => number
  readonly #maxBytes: number
  readonly #begun = new Map<string, Begun>()
  readonly #adding = new Set<Promise<void>>()
  #heldBack = 0

  constructor(dataDir: string, nowMs: () => number = Date.now, maxBytes: number = MAX_NOTE_BYTES) {
    this.#folder = join(dataDir, NOTES_FOLDER)
    this.#nowMs = nowMs
    this.#maxBytes = maxBytes
  }

  /**
   * Keeps a piece. @returns the path of the note with its last piece, else `null`
   * @throws NOTE_TOO_LARGE, NOTE_EMPTY, FILE_UNWRITABLE; MOVE_UNDER_WAY while notes are held back
   */
  add(piece: NotePiece): Promise<string | null> {
    const adding = this.#heldBack > 0 ? this.#refuse(piece.id) : this.#add(piece)
    const settled: Promise<void> = adding
      .then(
        () => undefined,
        // It is told to who asked for it.
        () => undefined,
      )
      .finally(() => this.#adding.delete(settled))
    this.#adding.add(settled)
    return adding
  }

  /**
   * No note is kept from now on: the folder is about to be another one, and what is written to this one would be lost. Resolves when none is being written
   * any more. @returns lets them be kept again; does nothing the second time
   */
  async holdBack(): Promise<() => void> {
    this.#heldBack += 1
    await Promise.all(this.#adding)
    let isHeld = true
    return () => {
      if (isHeld) this.#heldBack -= 1
      isHeld = false
    }
  }

  async #refuse(id: string): Promise<never> {
    await this.#drop(id)
    throw new AppError('MOVE_UNDER_WAY')
  }

  async #add(piece: NotePiece): Promise<string | null> {
    try {
      const begun = this.#begun.get(piece.id) ?? (await this.#begin(piece.id))
      begun.sizeBytes += piece.bytes.length
      if (begun.sizeBytes > this.#maxBytes)
        throw new AppError('NOTE_TOO_LARGE', { limit: this.#maxBytes, actual: begun.sizeBytes })
      // Whole: `write` may write less than it is asked to.
      await begun.file.appendFile(piece.bytes)
      return piece.last ? await this.#end(piece, begun) : null
    } catch (thrown) {
      await this.#drop(piece.id)
      if (thrown instanceof AppError) throw thrown
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      throw new AppError('FILE_UNWRITABLE', { path: this.#folder, reason }, { cause: thrown })
    }
  }

  /** Keeps a whole text. @throws as `add` */
  async keepText(text: string): Promise<string> {
    const id = randomBytes(8).toString('hex')
    const path = await this.add({ id, kind: 'text', name: null, bytes: Buffer.from(text), last: true })
    if (path === null) throw new AppError('INTERNAL_BUG', { reason: 'a whole note has no path' })
    return path
  }

  async #begin(id: string): Promise<Begun> {
    const [oldest] = this.#begun.keys()
    if (this.#begun.size >= MAX_BEGUN && oldest !== undefined) await this.#drop(oldest)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const part = join(this.#folder, `.${randomBytes(8).toString('hex')}.part`)
    const begun = { part, file: await open(part, 'wx+', 0o600), sizeBytes: 0 }
    this.#begun.set(id, begun)
    return begun
  }

  async #end({ id, kind, name }: NotePiece, { file, part, sizeBytes }: Begun): Promise<string> {
    const head = Buffer.alloc(Math.min(HEAD_BYTES, sizeBytes))
    await file.read(head, 0, head.length, 0)
    if (sizeBytes === 0 || (sizeBytes <= HEAD_BYTES && isBlank(head))) throw new AppError('NOTE_EMPTY')
    await file.sync()
    const { stem, end } = nameNote({ kind, name, head: head.toString(), date: new Date(this.#nowMs()) })
    const path = await this.#place(part, stem, end, sizeBytes)
    await this.#drop(id)
    return path
  }

  /** Under the first name that is free, or that the same note has already. */
  async #place(part: string, stem: string, end: string, sizeBytes: number): Promise<string> {
    for (let same = 1; same <= MAX_SAME; same += 1) {
      const path = join(this.#folder, `${stem}${same === 1 ? '' : `-${same}`}${end}`)
      try {
        await copyFile(part, path, constants.COPYFILE_EXCL)
        return path
      } catch (thrown) {
        if (codeOf(thrown) !== 'EEXIST') throw thrown
        const isSame = (await stat(path)).size === sizeBytes && (await readFile(path)).equals(await readFile(part))
        if (isSame) return path
      }
    }
    throw new AppError('FILE_UNWRITABLE', {
      path: join(this.#folder, `${stem}${end}`),
      reason: 'too many of this name',
    })
  }

  async #drop(id: string): Promise<void> {
    const begun = this.#begun.get(id)
    if (begun === undefined) return
    this.#begun.delete(id)
    await begun.file.close()
    await rm(begun.part, { force: true })
  }
}

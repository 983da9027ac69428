/**
 * Owns finding out about what was offered, step by step: walking, telling kinds, listing archives, duplicates, needs.
 * Refuses: reading long; every step that opens files has a bound in time, and what it did not reach is taken to be like what it did.
 */
import type { OfferedPath } from '../../shared/calls'
import type { CollectionSettings } from '../../shared/collection-settings'
import type { Estimate } from '../../shared/domain'
import { toAppError, type ErrorCode } from '../../shared/errors'
import type { ExpandedEntry, Locator } from '../../shared/work'
import { listArchive, type FoundArchive, type ListedArchive } from './estimate-archives'
import { hashFile, lookAtKind, lookAtOffice, lookAtPdf } from './estimate-looks'
import { forEach, spread } from './estimate-sample'
import { kindOfName, problemOfKind } from './left-out'
import { settingsKeyOf, type Eyes, type IngestParts } from './parts'
import { eyesOf } from './vision'
import { walk, type WalkedItem } from './walk'

type EstimateSettings = Pick<CollectionSettings, 'summaries' | 'scans' | 'figures'> & {
  readonly model?: string | undefined
}

export type EstimateRequest = {
  readonly paths: readonly OfferedPath[]
  readonly globs: readonly string[]
  readonly ignores: readonly string[]
  readonly leaveOut: readonly string[]
  /** The collection it would go to; `null` when that does not exist yet. */
  readonly collectionId: number | null
  /** How that would be made then. */
  readonly settings?: EstimateSettings
  readonly confirmed: boolean
}

export type EstimateParts = Pick<
  IngestParts,
  'store' | 'parse' | 'vision' | 'limits' | 'textVersion' | 'dataDir' | 'tempRoot' | 'nowMs'
>
type Sampled = Estimate['sampled'][number]
type FoundFile = { readonly path: string; readonly locator: Locator; readonly sizeBytes: number; kind: string }

/** Bounds of everything that opens files, in milliseconds; together they bound the whole look but for the walk. */
const LIST_MS = 6_000
const LOOK_MS = 1_500
const OCR_MS = 3_000
const HASH_MS = 3_000
const HASH_TOTAL_BYTES = 1024 ** 3
/** Files that are looked into for each question, spread evenly; the others are taken to be like them. */
const LOOKS = 400
const OCR_LOOKS = 12
const OCR_PAGES = 2
const FIGURE_PAGES = 10
/** Documents that hold pictures as files of their own; they are looked through as a whole, larger ones are taken to be like the others. */
const PICTURE_KINDS = ['docx', 'pptx', 'epub', 'html']
const PICTURE_LOOK_BYTES = 32 * 1024 ** 2
const TOGETHER = 8
/** Files that are kept in mind for duplicates and looks; of more, the rest is only counted. */
const MAX_FILES = 300_000
const OFFICE_KINDS = ['docx', 'xlsx', 'pptx']

/** What one look has found so far; a class because its steps share it. */
export class EstimateCount {
  readonly files: FoundFile[] = []
  readonly archives: FoundArchive[] = []
  readonly sampled = new Set<Sampled>()
  /** What is to be read. */
  readonly loads = new Map<string, { documents: number; bytes: number }>()
  /** All documents. */
  readonly byKind = new Map<string, number>()
  /** Entries of archives by checksum and size. */
  readonly #entries = new Set<string>()
  documents = 0
  bytes = 0
  leftOut = 0
  unchanged = 0
  duplicates = 0
  needPassword = 0
  needOcr = 0
  figures = 0
  #beyond = 0

  constructor(
    readonly parts: EstimateParts,
    readonly request: EstimateRequest,
    readonly signal: AbortSignal,
  ) {}

  /** Time is up `ms` from now, or the look was stopped. */
  #bound(ms: number): () => boolean {
    const endMs = this.parts.nowMs() + ms
    return () => this.signal.aborted || this.parts.nowMs() > endMs
  }

  #count(kind: string, bytes: number, documents = 1): void {
    const load = this.loads.get(kind) ?? { documents: 0, bytes: 0 }
    load.documents += documents
    load.bytes += bytes
    this.loads.set(kind, load)
    this.#mention(kind, bytes, documents)
  }

  /** Counts what need not be read. */
  #mention(kind: string, bytes: number, documents = 1): void {
    this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + documents)
    this.documents += documents
    this.bytes += bytes
  }

  async walkAll(): Promise<void> {
    const { paths, globs, ignores } = this.request
    for (const offered of paths) {
      await walk({
        offered,
        globs,
        ignores,
        dataDir: this.parts.dataDir,
        signal: this.signal,
        onPage: (items) => this.#onPage(items),
      })
    }
  }

  async #onPage(items: readonly WalkedItem[]): Promise<void> {
    const { leaveOut } = this.request
    const read = items.filter((item) => {
      const out =
        item.problem !== null || problemOfKind(kindOfName(item.path), leaveOut) !== null || item.sizeBytes === 0
      if (out) this.leftOut += 1
      return !out
    })
    const unchanged = await this.#areUnchanged(read)
    for (const [index, { path, locator, sizeBytes }] of read.entries()) {
      if (unchanged[index] === true) {
        this.unchanged += 1
        this.#mention(kindOfName(path) ?? 'other', sizeBytes)
        continue
      }
      const kind = kindOfName(path)
      if (kind === 'archive') this.archives.push({ path, locator, sizeBytes })
      else if (this.files.length < MAX_FILES) this.files.push({ path, locator, sizeBytes, kind: kind ?? '' })
      else {
        this.#beyond += 1
        this.#count(kind ?? 'other', sizeBytes)
      }
    }
  }

  async #areUnchanged(items: readonly WalkedItem[]): Promise<boolean[]> {
    const { collectionId } = this.request
    if (collectionId === null || items.length === 0) return []
    return this.parts.store.run('documents.areUnchanged', {
      collectionId,
      settingsKey: settingsKeyOf(this.parts.limits(), this.parts.textVersion, await this.eyes()),
      items: items.map(({ locator, fingerprint }) => ({ locator, fingerprint: fingerprint ?? '' })),
    })
  }

  /** The models that would read pictures of it. */
  async eyes(): Promise<Eyes> {
    const { collectionId, settings = {} } = this.request
    if (collectionId === null) return eyesOf(this.parts, settings)
    const collections = await this.parts.store.run('collections.list', {})
    const collection = collections.find(({ id }) => Number(id) === collectionId)
    return collection ? eyesOf(this.parts, collection) : { scans: null, figures: null }
  }

  /** Figures that a model would read, by the first pages of some PDFs and by some other documents. */
  async findFigures(tempDir: string): Promise<void> {
    const limits = this.parts.limits()
    if (limits['ocr.enabled'] === 0 || (await this.eyes()).figures === null) return
    const most = limits['vision.figures']
    const pdfs = this.files.filter(({ kind }) => kind === 'pdf')
    let onPages = 0
    const lookedPdfs = await forEach(spread(pdfs, OCR_LOOKS), 2, this.#bound(OCR_MS), async (file) => {
      const { pages = 0, figurePages = 0 } = await this.#readBeginning(file, tempDir, FIGURE_PAGES, true)
      const all = Math.round((figurePages * pages) / Math.max(1, Math.min(pages, FIGURE_PAGES)))
      onPages += Math.min(most, all)
    })
    const inPages = this.#scale(onPages, lookedPdfs, pdfs.length, 'figures')
    // A page may have several.
    if (inPages > 0) this.sampled.add('figures')
    const others = this.files.filter(({ kind }) => PICTURE_KINDS.includes(kind))
    const small = others.filter(({ sizeBytes }) => sizeBytes <= PICTURE_LOOK_BYTES)
    let pictures = 0
    const lookedOthers = await forEach(spread(small, OCR_LOOKS), 2, this.#bound(OCR_MS), async (file) => {
      const { figurePages = 0 } = await this.#readBeginning(file, tempDir, FIGURE_PAGES, true)
      pictures += Math.min(most, figurePages)
    })
    this.figures = inPages + this.#scale(pictures, lookedOthers, others.length, 'figures')
  }

  /** Files without a telling name: some are looked into, the others are taken to be like them. */
  async tellKinds(): Promise<void> {
    const nameless = this.files.filter(({ kind }) => kind === '')
    const looked = spread(nameless, LOOKS)
    const kinds = new Map<FoundFile, string>()
    await forEach(looked, TOGETHER, this.#bound(LOOK_MS), async (file) => {
      kinds.set(file, (await lookAtKind(file.locator)) ?? 'other')
    })
    if (kinds.size < nameless.length) this.sampled.add('byKind')
    const seen = [...kinds.values()]
    for (const [index, file] of nameless.entries()) {
      file.kind = kinds.get(file) ?? seen[Math.floor((index * seen.length) / nameless.length)] ?? 'other'
    }
    for (const file of this.files) {
      if (file.kind === 'archive') this.archives.push(file)
      else if (file.kind === 'binary' || problemOfKind(file.kind, this.request.leaveOut) !== null) this.leftOut += 1
      else this.#count(file.kind, file.sizeBytes)
    }
  }

  async listArchives(tempDir: string): Promise<ListedArchive[]> {
    const isOver = this.#bound(LIST_MS)
    const listed: ListedArchive[] = []
    const inOrder = this.archives.map((archive, index) => ({ archive, index }))
    await forEach(
      inOrder,
      2,
      () => this.signal.aborted,
      async ({ archive, index }) => {
        listed[index] = await listArchive(archive, !isOver(), {
          parts: this.parts,
          tempDir,
          signal: this.signal,
          onEntries: (_, entries) => this.#onEntries(entries),
        })
      },
    )
    for (const archive of listed) {
      if (!archive.exact) this.sampled.add('archives')
      if (archive.locked) this.needPassword += 1
      if (archive.refused) this.leftOut += 1
      else if (!archive.exact && archive.stats.ms === 0) this.#count('other', archive.stats.bytesExpanded)
    }
    return listed
  }

  #onEntries(entries: readonly (ExpandedEntry & { path: string })[]): void {
    for (const { path, problem, sizeBytes, crc32 } of entries) {
      const kind = kindOfName(path) ?? 'other'
      if (problem?.code === 'ARCHIVE_ENCRYPTED') this.needPassword += 1
      if (problem !== null || problemOfKind(kind, this.request.leaveOut) !== null) {
        this.leftOut += 1
        continue
      }
      // What a nested archive holds is known when it is unpacked; it counts as one until then.
      this.#count(kind, sizeBytes)
      if (kind === 'image') this.needOcr += 1
      const key = `${crc32}:${sizeBytes}`
      if (crc32 !== 0 && this.#entries.has(key)) this.duplicates += 1
      this.#entries.add(key)
    }
  }

  /** Equal files: those of equal size are hashed, the smallest first, as far as time and bytes go. */
  async findDuplicates(): Promise<void> {
    const bySize = new Map<number, FoundFile[]>()
    for (const file of this.files) {
      const group = bySize.get(file.sizeBytes)
      if (group) group.push(file)
      else bySize.set(file.sizeBytes, [file])
    }
    const groups = [...bySize.values()].filter(({ length }) => length > 1)
    const candidates = groups.flat().sort((left, right) => left.sizeBytes - right.sizeBytes)
    const isLate = this.#bound(HASH_MS)
    const seen = new Set<string>()
    let bytes = 0
    let hashed = 0
    await forEach(candidates, TOGETHER, isLate, async ({ locator, sizeBytes }) => {
      if (bytes + sizeBytes > HASH_TOTAL_BYTES) return
      bytes += sizeBytes
      const hash = await hashFile(locator, sizeBytes, isLate)
      if (hash === null) return
      hashed += 1
      const key = `${sizeBytes}:${hash}`
      if (seen.has(key)) this.duplicates += 1
      seen.add(key)
    })
    if (hashed < candidates.length || this.#beyond > 0) this.sampled.add('duplicates')
  }

  /** Who is encrypted, and who is made of pictures. */
  async findNeeds(tempDir: string): Promise<void> {
    this.needOcr += this.files.filter(({ kind }) => kind === 'image').length
    const office = this.files.filter(({ kind }) => OFFICE_KINDS.includes(kind))
    let locked = 0
    const looked = await forEach(spread(office, LOOKS), TOGETHER, this.#bound(LOOK_MS), async ({ locator }) => {
      if ((await lookAtOffice(locator)) === true) locked += 1
    })
    this.needPassword += this.#scale(locked, looked, office.length, 'needPassword')
    await this.#findInPdfs(tempDir)
  }

  async #findInPdfs(tempDir: string): Promise<void> {
    const pdfs = this.files.filter(({ kind }) => kind === 'pdf')
    const unclear: FoundFile[] = []
    let encrypted = 0
    let scanned = 0
    const looked = await forEach(spread(pdfs, LOOKS), TOGETHER, this.#bound(LOOK_MS), async (file) => {
      const told = await lookAtPdf(file.locator, file.sizeBytes)
      if (told?.encrypted === true) encrypted += 1
      else if (told?.text === 'no') scanned += 1
      else if (told?.text === 'unknown') unclear.push(file)
    })
    this.needPassword += this.#scale(encrypted, looked, pdfs.length, 'needPassword')
    let pictures = 0
    const read = await forEach(spread(unclear, OCR_LOOKS), 2, this.#bound(OCR_MS), async (file) => {
      if (await this.#needsOcr(file, tempDir)) pictures += 1
    })
    const unclearScanned = this.#scale(pictures, read, unclear.length, 'needOcr')
    this.needOcr += this.#scale(scanned + unclearScanned, looked, pdfs.length, 'needOcr')
  }

  /** Reads the first pages of a PDF that does not tell from outside. */
  async #needsOcr(file: FoundFile, tempDir: string): Promise<boolean> {
    const read = await this.#readBeginning(file, tempDir, OCR_PAGES, false)
    if (read.code === 'PDF_ENCRYPTED') this.needPassword += 1
    return read.code === 'DOCUMENT_NO_TEXT' || (read.ocrPages ?? 0) > 0
  }

  /** What the first pages hold, or why they could not be read. */
  async #readBeginning(
    { path, locator }: FoundFile,
    tempDir: string,
    most: number,
    figures: boolean,
  ): Promise<{ pages?: number; ocrPages?: number; figurePages?: number; code?: ErrorCode }> {
    const limits = { ...this.parts.limits(), 'pdf.pages': most }
    const name = path.slice(path.lastIndexOf('/') + 1)
    const params = { locator, name, limits, tempDir, inflateBudgetBytes: null, figures }
    try {
      const onMessage = async () => ({ proceed: true })
      const result = await this.parts.parse('extract', params, {
        signal: this.signal,
        label: path,
        alone: false,
        onMessage,
      })
      return { pages: result.facts?.pages ?? 0, ocrPages: result.ocrPages, figurePages: result.figurePages ?? 0 }
    } catch (thrown) {
      if (this.signal.aborted) throw thrown
      return { code: toAppError(thrown).code }
    }
  }

  /** A count in a sample, for all. */
  #scale(count: number, looked: number, all: number, figure: Sampled): number {
    if (looked >= all) return count
    this.sampled.add(figure)
    return looked === 0 ? 0 : Math.round((count * all) / looked)
  }
}

/**
 * Owns running 7-Zip, which comes as WebAssembly in the package 7z-wasm: over bytes that it reads where it wants, its output going to a
 * sink. Refuses: files, folders and the network, of which it sees none; the names in an archive, which it never gets to create.
 * While it runs, its thread does nothing else: what it takes is bounded by the sizes it is asked for and by the limits of tasks.
 */
import type { FSNode, FSStream, SevenZipModule } from '7z-wasm'
import { AppError } from '../../shared/errors'
import type { ByteSource } from '../source/byte-source'

const INPUT = '/input'
const SINK = '/dev/sink'
const SINK_DEVICE = 70
const STANDARD_OUTPUT = 1
const WRITE_ONLY = 1
const FROM_CURRENT = 1
const FROM_END = 2
/** Of what it says, more is not kept. */
const MAX_ERRORS = 100

export type SevenZipRun = {
  /** Command and switches; the archive is named at their end. */
  readonly args: readonly string[]
  readonly password: string
  /** Lines that it writes. May throw, which ends the run. */
  readonly onLine?: (line: string) => void
  /** Where unpacked bytes go, instead of lines. Given bytes are kept. May throw, which ends the run. */
  readonly sink?: (chunk: Buffer) => void
  readonly beat: () => void
}

type Node = FSNode & {
  node_ops: Record<string, unknown>
  stream_ops: Record<string, unknown>
  mode: number
  id: number
}

/** Makes the bytes of `source` the content of the file that it opens. */
const provideInput = ({ FS }: SevenZipModule, source: ByteSource, guard: <T>(run: () => T) => T): void => {
  FS.writeFile(INPUT, '')
  const node = FS.lookupPath(INPUT).node as Node
  const time = new Date(0)
  const attributes = {
    ...{ dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0 },
    ...{ size: source.sizeBytes, atime: time, mtime: time, ctime: time, blksize: 4_096 },
    blocks: Math.ceil(source.sizeBytes / 4_096),
  }
  node.node_ops = { ...node.node_ops, getattr: () => attributes }
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream: FSStream, heap: Uint8Array, offset: number, length: number, position: number): number =>
      guard(() => source.readInto(Buffer.from(heap.buffer, heap.byteOffset + offset, length), position)),
    llseek: (stream: FSStream & { position: number }, offset: number, whence: number): number => {
      const base = whence === FROM_CURRENT ? stream.position : whence === FROM_END ? source.sizeBytes : 0
      return base + offset
    },
  }
}

const provideSink = ({ FS }: SevenZipModule, sink: (chunk: Buffer) => void, guard: <T>(run: () => T) => T): void => {
  const device = FS.makedev(SINK_DEVICE, 0)
  FS.registerDevice(device, {
    open: () => undefined,
    close: () => undefined,
    read: () => 0,
    write: (_stream: FSStream, heap: Uint8Array, offset: number, length: number): number =>
      guard(() => {
        sink(Buffer.from(heap.slice(offset, offset + length).buffer))
        return length
      }),
  })
  FS.mkdev(SINK, 0o666, device)
  const { streams } = FS as unknown as { streams: (FSStream | null)[] }
  const standard = streams[STANDARD_OUTPUT]
  if (standard) FS.close(standard)
  // The lowest free number is taken, which is the one of standard output now.
  FS.open(SINK, WRITE_ONLY as unknown as string)
}

/**
 * Runs 7-Zip to its end.
 * @returns what it said that went wrong; empty when nothing did
 * @throws what `onLine` and `sink` throw, and what reading the source throws; ARCHIVE_CORRUPT when it breaks down
 */
export const runSevenZip = async (source: ByteSource, run: SevenZipRun): Promise<string[]> => {
  const { default: load } = await import('7z-wasm')
  const errors: string[] = []
  let failure: { readonly thrown: unknown } | null = null
  // What is thrown within it would be taken for one of its own errors.
  const guard = <T>(work: () => T): T => {
    try {
      run.beat()
      return work()
    } catch (thrown) {
      failure ??= { thrown }
      throw thrown
    }
  }
  const sevenZip = await load({
    stdin: () => 0,
    print: (line) => guard(() => run.onLine?.(line)),
    printErr: (line) => {
      if (line.trim() !== '' && errors.length < MAX_ERRORS) errors.push(line.trim())
    },
  })
  provideInput(sevenZip, source, guard)
  if (run.sink) provideSink(sevenZip, run.sink, guard)
  try {
    sevenZip.callMain([...run.args, `-p${run.password}`, '-sccUTF-8', '-y', INPUT])
  } catch (thrown) {
    if (failure === null) {
      const reason = 'its contents cannot be read'
      throw new AppError('ARCHIVE_CORRUPT', { reason }, { cause: thrown })
    }
  }
  rethrow(failure)
  return errors
}

const rethrow = (failure: { readonly thrown: unknown } | null): void => {
  if (failure !== null) throw failure.thrown
}

const isAbout = (errors: readonly string[], pattern: RegExp): boolean => errors.some((line) => pattern.test(line))

export const saysWrongPassword = (errors: readonly string[]): boolean => isAbout(errors, /wrong password/i)
export const saysUnsupported = (errors: readonly string[]): boolean => isAbout(errors, /unsupported method/i)
export const saysMemory = (errors: readonly string[]): boolean => isAbout(errors, /can.t allocate/i)
export const saysCut = (errors: readonly string[]): boolean => isAbout(errors, /unexpected end/i)

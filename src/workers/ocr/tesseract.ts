/**
 * Owns loading the Tesseract core and its English data from their packages' own files, for one thread.
 * Refuses: the network, caches on disk, threads of its own (all of which tesseract.js itself would bring).
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '../../shared/errors'

/** What is used of Tesseract's API (see `tesseract.js-core`, whose functions come without types). */
export type TesseractApi = {
  /** 0 when it worked. */
  Init: (path: null, language: string, mode: number) => number
  /** Reads the file `/input` of the core, turned by an Exif orientation and an angle in radians. 0 when it worked. */
  SetImageFile: (orientation: number, angle: number) => number
  Recognize: (monitor: null) => number
  GetJSONText: () => string
  SetVariable: (name: string, value: string) => boolean
  Clear: () => void
}

export type TesseractCore = {
  readonly FS: { writeFile: (path: string, bytes: Uint8Array) => void; unlink: (path: string) => void }
  readonly OEM_LSTM_ONLY: number
  readonly TessBaseAPI: new () => TesseractApi
}

type CoreOptions = {
  readonly wasmBinary: Uint8Array
  /** Called a few times a page, from within the recognition; what it throws ends that. */
  readonly TesseractProgress: (percent: number) => void
  readonly print: (line: string) => void
  readonly printErr: (line: string) => void
}

const LANGUAGE = 'eng'
/** Fastest first. What the engine does not know does not validate. */
const CORES = ['tesseract-core-relaxedsimd-lstm', 'tesseract-core-simd-lstm', 'tesseract-core-lstm'] as const
const unzip = promisify(gunzip)
/** Its types come with those of browsers only. */
const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: { validate: (code: Uint8Array) => boolean } }

const requireHere = createRequire(__filename)
const fileOf = (name: string, ...parts: string[]): string =>
  join(dirname(requireHere.resolve(`${name}/package.json`)), ...parts)

type Code = { readonly make: (options: CoreOptions) => Promise<TesseractCore>; readonly wasm: Uint8Array }

const loadCode = async (): Promise<Code> => {
  for (const name of CORES) {
    const wasm = await readFile(fileOf('tesseract.js-core', `${name}.wasm`))
    if (!engine.validate(wasm)) continue
    return { make: requireHere(`tesseract.js-core/${name}.js`) as Code['make'], wasm }
  }
  throw new AppError('INTERNAL_BUG', { reason: 'no Tesseract core runs here' })
}

let loading: Promise<Code & { data: Uint8Array }> | null = null
const load = async (): Promise<Code & { data: Uint8Array }> => {
  const [code, packed] = await Promise.all([
    loadCode(),
    readFile(fileOf('@tesseract.js-data/eng', '4.0.0_best_int', `${LANGUAGE}.traineddata.gz`)),
  ])
  return { ...code, data: await unzip(packed) }
}

export type Tesseract = { readonly core: TesseractCore; readonly api: TesseractApi; readonly takeError: () => string }

/** A fresh core that is ready to recognize; half a second. `onProgress` may throw: then the core is of no use any more. */
export const openTesseract = async (onProgress: () => void): Promise<Tesseract> => {
  const { make, wasm, data } = await (loading ??= load())
  let firstError = ''
  const core = await make({
    wasmBinary: wasm,
    TesseractProgress: onProgress,
    print: () => undefined,
    printErr: (line) => {
      firstError ||= line
    },
  })
  const file = `${LANGUAGE}.traineddata`
  core.FS.writeFile(file, data)
  const api = new core.TessBaseAPI()
  if (api.Init(null, LANGUAGE, core.OEM_LSTM_ONLY) !== 0) throw new AppError('INTERNAL_BUG', { reason: firstError })
  core.FS.unlink(file)
  /** The first thing that was complained of since the last call: what follows is what follows from it. */
  const takeError = (): string => {
    const taken = firstError
    firstError = ''
    return taken
  }
  return { core, api, takeError }
}

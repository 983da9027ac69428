/**
 * Owns loading pdf.js into the page: when the first PDF is shown, with its worker from our own files, and what it needs by calls.
 * Refuses: scripts in PDFs (pdf.js runs none here), eval, WebAssembly and the network.
 */
import decoderUrl from 'pdfjs-dist/wasm/openjpeg_nowasm_fallback.js?url'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import { callApp } from '../client/caller'
import { decodeBase64 } from './pdf-bytes'
import type * as Pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'

export type PdfLibrary = typeof Pdfjs

const readResource = async (folder: 'cmaps' | 'standard_fonts', name: string): Promise<Uint8Array> =>
  decodeBase64((await callApp('pdf.resource', { folder, name })).bytes)

/** Character maps for East Asian text. */
class CharacterMaps {
  async fetch({ name }: { name: string }): Promise<{ cMapData: Uint8Array; isCompressed: boolean }> {
    return { cMapData: await readResource('cmaps', `${name}.bcmap`), isCompressed: true }
  }
}

/** Fonts that PDFs need not embed. */
class StandardFonts {
  fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    return readResource('standard_fonts', filename)
  }
}

let loading: Promise<PdfLibrary> | null = null

const load = async (): Promise<PdfLibrary> => {
  const nativePush = Object.getOwnPropertyDescriptor(Array.prototype, 'push')
  const library = await import('pdfjs-dist/legacy/build/pdf.mjs')
  // On V8 before 12.2 its polyfills replace `push` for the whole page, which makes everything slower.
  if (nativePush) Object.defineProperty(Array.prototype, 'push', nativePush)
  return library
}

/** The library, loaded once: it is large. */
export const loadPdfLibrary = async (): Promise<PdfLibrary> => {
  loading ??= load()
  try {
    return await loading
  } catch (thrown) {
    loading = null
    throw thrown
  }
}

/** Starts a worker for one document. The caller ends both. */
export const startPdfWorker = (library: PdfLibrary): { worker: Pdfjs.PDFWorker; end: () => void } => {
  const thread = new Worker(workerUrl, { type: 'module' })
  // Its types say that there is no port; its documentation and code take one.
  const worker = new library.PDFWorker({ port: thread as unknown as null })
  return {
    worker,
    end: () => {
      worker.destroy()
      thread.terminate()
    },
  }
}

/** How every PDF is opened. The addresses are never fetched but for the decoder, which is a script of our own. */
export const openingOptions = {
  CMapReaderFactory: CharacterMaps,
  StandardFontDataFactory: StandardFonts,
  cMapUrl: 'cmaps/',
  standardFontDataUrl: 'standard_fonts/',
  wasmUrl: decoderUrl.slice(0, decoderUrl.lastIndexOf('/') + 1),
  useWasm: false,
  useWorkerFetch: false,
  isEvalSupported: false,
  useSystemFonts: false,
  disableAutoFetch: true,
  disableStream: true,
  enableXfa: false,
  verbosity: 0,
} as const

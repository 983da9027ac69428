/**
 * Owns loading pdf.js for text extraction on a worker thread: without canvas, network, eval or threads of its own.
 * Refuses: rendering.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type * as Pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'

export type PdfLibrary = typeof Pdfjs

/** What pdf.js expects of a browser and only rendering uses. Without it, loading fails or tries to load a canvas. */
class RenderingOnly {}
const browserNames = ['DOMMatrix', 'ImageData', 'Path2D'] as const

let loading: Promise<PdfLibrary> | null = null

const load = async (): Promise<PdfLibrary> => {
  for (const name of browserNames) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value: RenderingOnly, configurable: true, writable: true })
  }
  const nativePush = Object.getOwnPropertyDescriptor(Array.prototype, 'push')
  // Loaded beforehand it registers itself: pdf.js then works on this thread instead of looking for a worker script.
  await import('pdfjs-dist/legacy/build/pdf.worker.mjs')
  const library = await import('pdfjs-dist/legacy/build/pdf.mjs')
  // On V8 before 12.2 its polyfills replace `push` for the whole thread, to throw where an empty push meets a read-only length. That
  // nobody needs, and it makes everything slower: long PDFs take a fifth of their time in it.
  if (nativePush) Object.defineProperty(Array.prototype, 'push', nativePush)
  return library
}

/** The library, loaded once for each thread: it is large. */
export const loadPdfLibrary = (): Promise<PdfLibrary> => (loading ??= load())

let packageDir: string | null = null
const resourcePath = (folder: 'cmaps' | 'standard_fonts' | 'wasm', name: string): string => {
  packageDir ??= dirname(createRequire(__filename).resolve('pdfjs-dist/package.json'))
  return join(packageDir, folder, basename(name))
}

/** Character maps for East Asian text, from the package's own folder. pdf.js's own reader needs a newer Node or a browser. */
export class CharacterMapReader {
  async fetch({ name }: { name: string }): Promise<{ cMapData: Uint8Array; isCompressed: boolean }> {
    return { cMapData: new Uint8Array(await readFile(resourcePath('cmaps', `${name}.bcmap`))), isCompressed: true }
  }
}

/** Metrics of the fonts that PDFs need not embed. */
export class StandardFontReader {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    return new Uint8Array(await readFile(resourcePath('standard_fonts', filename)))
  }
}

/** Decoders of images (JPEG 2000). */
export class DecoderReader {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    return new Uint8Array(await readFile(resourcePath('wasm', filename)))
  }
}

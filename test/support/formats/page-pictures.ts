// Owns making pictures for documents that hold some. Refuses to read them.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { encodePng } from '../../../src/workers/ocr/seen-picture'

const FIXTURES = resolve(__dirname, '../../fixtures')

/** A picture file of the folder of OCR: `lighthouse.jpg` and its like. */
export const ocrFixture = (name: string): Buffer => readFileSync(resolve(FIXTURES, 'ocr', name))
/** A document with pictures that LibreOffice wrote. */
export const pictureFixture = (name: string): Buffer => readFileSync(resolve(FIXTURES, 'pictures', name))

/** A checked gray picture as a PNG file, told apart by how bright it is. */
export const checkedPng = (shade: number, width = 320, height = 240): Buffer => {
  const gray = new Uint8Array(width * height)
  for (let i = 0; i < gray.length; i += 1)
    gray[i] = (((i % width) >> 4) + (Math.floor(i / width) >> 4)) % 2 === 0 ? shade : 255
  return Buffer.from(encodePng({ width, height, gray }))
}

/** A PNG file that says that it has so many pixels a side, and has none. */
export const bombPng = (side: number): Buffer => {
  const bytes = checkedPng(9, 1, 1)
  bytes.writeUInt32BE(side, 16)
  bytes.writeUInt32BE(side, 20)
  return bytes
}

/** Drawings by lines. */
export const drawings = {
  emf: Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.alloc(36), Buffer.from(' EMF'), Buffer.alloc(64)]),
  wmf: Buffer.concat([Buffer.from('d7cdc69a', 'hex'), Buffer.alloc(64)]),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><path d="M0 0L9 9"/></svg>'),
} as const

export const dataUri = (bytes: Buffer, type = 'image/png'): string => `data:${type};base64,${bytes.toString('base64')}`

// Owns writing a flat asar archive. Refuses folders, links and integrity blocks: one file list, kept as it is.
import { writeFileSync } from 'node:fs'

/** Writes `files` (name to text) as an asar archive. Format: Electron's asar README, a pickle of the JSON header, then the bytes. */
export function writeAsar(path, files) {
  const header = { files: {} }
  const bodies = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const body = Buffer.from(text)
    header.files[name] = { size: body.length, offset: String(offset) }
    offset += body.length
    bodies.push(body)
  }
  const json = Buffer.from(JSON.stringify(header))
  const paddedBytes = Math.ceil(json.length / 4) * 4
  const head = Buffer.alloc(16 + paddedBytes)
  head.writeUInt32LE(4, 0)
  head.writeUInt32LE(paddedBytes + 8, 4)
  head.writeUInt32LE(paddedBytes + 4, 8)
  head.writeUInt32LE(json.length, 12)
  json.copy(head, 16)
  writeFileSync(path, Buffer.concat([head, ...bodies]))
}

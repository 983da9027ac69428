// Owns drawing the icons of the packages from icon.svg: PNGs by size, one .ico (Windows) and one .icns (macOS) of them. Run it when the drawing
// changes ("node scripts/package/icons.mjs"); it needs rsvg-convert (Debian: librsvg2-bin). Refuses to draw anything else.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, fail, say, SetupError } from '../setup/command.mjs'
import { root } from '../setup/places.mjs'

const folder = join(root, 'resources', 'icons')
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512]

/** Types of the parts of an .icns file that hold a PNG of a size. */
const ICNS_TYPES = { 32: 'ic11', 64: 'ic12', 128: 'ic07', 256: 'ic08', 512: 'ic09' }

function draw(size) {
  const done = capture('rsvg-convert', ['-w', String(size), '-h', String(size), join(folder, 'icon.svg')], {
    encoding: 'buffer',
  })
  if (done.code !== 0) throw new SetupError(`rsvg-convert failed: ${done.stderr}`, 'Install librsvg2-bin.')
  return done.stdout
}

/** An .ico: a directory of 16 bytes an image, then the images, as PNG (which Windows reads since Vista). */
function packIco(images) {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach(({ size, bytes }, index) => {
    const at = 6 + 16 * index
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(bytes.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += bytes.length
  })
  return Buffer.concat([head, ...images.map(({ bytes }) => bytes)])
}

/** An .icns: parts of a type, a length (with these eight bytes) and a PNG. */
function packIcns(images) {
  const part = (type, body) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(body.length + 8, 4)
    return Buffer.concat([head, body])
  }
  const parts = images.filter(({ size }) => size in ICNS_TYPES).map(({ size, bytes }) => part(ICNS_TYPES[size], bytes))
  return part('icns', Buffer.concat(parts))
}

try {
  const images = SIZES.map((size) => ({ size, bytes: draw(size) }))
  for (const { size, bytes } of images) writeFileSync(join(folder, `${size}x${size}.png`), bytes)
  writeFileSync(join(folder, 'icon.ico'), packIco(images.filter(({ size }) => size <= 256)))
  writeFileSync(join(folder, 'icon.icns'), packIcns(images))
  writeFileSync(join(folder, 'icon.png'), readFileSync(join(folder, '512x512.png')))
  say(`drew ${SIZES.length} sizes into ${folder}`)
} catch (error) {
  fail(error)
}

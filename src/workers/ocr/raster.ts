/**
 * Owns gray pictures in memory: making, shrinking and writing them as files for OCR. Refuses: colors, and any format but PGM.
 */

/** One byte a pixel, 0 is black, rows from the top without padding. */
export type Raster = { readonly width: number; readonly height: number; readonly gray: Uint8Array }

export const makeRaster = (width: number, height: number): Raster => ({
  width,
  height,
  gray: new Uint8Array(width * height).fill(255),
})

/** Brightness as eyes see it (ITU-R BT.601), 0–255. */
export const grayOf = (red: number, green: number, blue: number): number => (red * 77 + green * 150 + blue * 29) >> 8

/** The picture at one `factor`th of its size, a whole number; each pixel is the mean of those it stands for. */
export const shrink = (raster: Raster, factor: number): Raster => {
  if (factor <= 1) return raster
  const width = Math.max(1, Math.floor(raster.width / factor))
  const height = Math.max(1, Math.floor(raster.height / factor))
  const gray = new Uint8Array(width * height)
  const right = Math.min(raster.width, width * factor)
  const sums = new Uint32Array(width)
  for (let y = 0; y < height; y += 1) {
    sums.fill(0)
    const lines = Math.min(factor, raster.height - y * factor)
    for (let line = 0; line < lines; line += 1) {
      const row = (y * factor + line) * raster.width
      for (let x = 0; x < right; x += 1) {
        const to = Math.floor(x / factor)
        sums[to] = (sums[to] ?? 0) + (raster.gray[row + x] ?? 0)
      }
    }
    for (let x = 0; x < width; x += 1)
      gray[y * width + x] = (sums[x] ?? 0) / (lines * Math.min(factor, right - x * factor))
  }
  return { width, height, gray }
}

/** A binary PGM file. */
export const encodePgm = ({ width, height, gray }: Raster): Uint8Array => {
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1')
  const file = new Uint8Array(header.length + gray.length)
  file.set(header)
  file.set(gray, header.length)
  return file
}

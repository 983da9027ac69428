/**
 * Owns the picture of a scanned PDF page for OCR: its images, put together where they stand. Scans come whole, in strips, or as a
 * background with stencils of the text before it.
 * Refuses: drawing anything else of a page (text has a better source), more pixels than allowed.
 */
import type { Limits } from '../../shared/limits'
import { grayOf, makeRaster, shrink, type Raster } from '../ocr/raster'
import { boxOf, findLayers, multiply, type Box, type Layer, type Matrix, type Pixels } from './pdf-layers'
import type { PdfLibrary } from './pdf-library'

type PdfDocument = Awaited<ReturnType<PdfLibrary['getDocument']>['promise']>
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>

/** 300 dots an inch, in pixels for a point: OCR reads no better with more. */
const MAX_SCALE = 300 / 72
const MIN_SCALE = 0.5

/** How pdf.js gives pixels. */
const ONE_BIT = 1
const RGB = 2

type Source = { readonly color: Raster | null; readonly alpha: Raster | null }

const oneBit = ({ width, height, data }: Pixels, whenSet: number): Raster => {
  const raster = makeRaster(width, height)
  const rowBytes = (width + 7) >> 3
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const bit = ((data[y * rowBytes + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
      raster.gray[y * width + x] = bit === 1 ? whenSet : 255 - whenSet
    }
  return raster
}

/** Brightness, and how opaque each pixel is where that is told. */
const sourceOf = (pixels: Pixels, isStencil: boolean): Source => {
  const { width, height, kind, data } = pixels
  if (isStencil) return { color: null, alpha: oneBit(pixels, 0) }
  if (kind === ONE_BIT) return { color: oneBit(pixels, 255), alpha: null }
  const color = makeRaster(width, height)
  const step = kind === RGB ? 3 : 4
  for (let i = 0; i < width * height; i += 1)
    color.gray[i] = grayOf(data[i * step] ?? 0, data[i * step + 1] ?? 0, data[i * step + 2] ?? 0)
  if (kind === RGB) return { color, alpha: null }
  const alpha = makeRaster(width, height)
  for (let i = 0; i < width * height; i += 1) alpha.gray[i] = data[i * 4 + 3] ?? 255
  return { color, alpha }
}

const invert = ([a, b, c, d, e, f]: Matrix): Matrix | null => {
  const det = a * d - b * c
  if (!Number.isFinite(det) || Math.abs(det) < 1e-9) return null
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det]
}

/** Paints a source, which `place` takes from the unit square to pixels, upon the page. */
const paint = (page: Raster, { color, alpha }: Source, place: Matrix, ink: number): void => {
  const size = color ?? alpha
  const back = invert(place)
  if (size === null || back === null) return
  const { width, height } = size
  const corners = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ].map(([u = 0, v = 0]) => [place[0] * u + place[2] * v + place[4], place[1] * u + place[3] * v + place[5]] as const)
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value))
  const left = clamp(Math.floor(Math.min(...corners.map(([x]) => x))), page.width)
  const right = clamp(Math.ceil(Math.max(...corners.map(([x]) => x))), page.width)
  const top = clamp(Math.floor(Math.min(...corners.map(([, y]) => y))), page.height)
  const bottom = clamp(Math.ceil(Math.max(...corners.map(([, y]) => y))), page.height)
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) {
      const u = back[0] * (x + 0.5) + back[2] * (y + 0.5) + back[4]
      const v = back[1] * (x + 0.5) + back[3] * (y + 0.5) + back[5]
      if (u < 0 || u >= 1 || v <= 0 || v > 1) continue
      const from = Math.floor((1 - v) * height) * width + Math.floor(u * width)
      const opacity = alpha === null ? 255 : (alpha.gray[from] ?? 0)
      const value = color === null ? ink : (color.gray[from] ?? 255)
      const to = y * page.width + x
      page.gray[to] = (value * opacity + (page.gray[to] ?? 255) * (255 - opacity)) / 255
    }
}

const areaOf = ({ place: [a, b, c, d] }: Layer): number => Math.abs(a * d - b * c)

/** Pixels for a point at which the largest picture of the page is as sharp as it is, within what OCR needs and the limits allow. */
const scaleOf = (layers: readonly Layer[], size: { width: number; height: number }, maxPixels: number): number => {
  const [largest] = [...layers].sort((one, other) => areaOf(other) - areaOf(one))
  if (!largest) return 1
  const [a, b, c, d] = largest.place
  const own = Math.max(largest.width / Math.hypot(a, b), largest.height / Math.hypot(c, d))
  const sharp = Number.isFinite(own) ? Math.max(MIN_SCALE, own) : MAX_SCALE
  // Sharper ones are divided by a whole number: nothing is blurred then.
  const wanted = sharp > MAX_SCALE ? sharp / Math.ceil(sharp / MAX_SCALE) : sharp
  return Math.min(wanted, Math.sqrt(maxPixels / (size.width * size.height)))
}

/** Pixels of a layer; `null` when they could not be decoded. */
const pixelsOf = async ({ source }: Layer, page: PdfPage): Promise<Pixels | null> => {
  if (typeof source !== 'string') return source
  const objects = (source.startsWith('g_') ? page.commonObjs : page.objs) as {
    get: (id: string, callback: (value: unknown) => void) => unknown
  }
  const value = await new Promise((resolve) => objects.get(source, resolve))
  return value === null || typeof value !== 'object' ? null : (value as Pixels)
}

/** These pictures of a page put together, as many as `goOn` allows; `null` when none of them can be decoded. `box`: only what is in it. */
export const pictureOfLayers = async (
  page: PdfPage,
  layers: readonly Layer[],
  limits: Limits,
  goOn: () => boolean,
  box: Box | null = null,
): Promise<Raster | null> => {
  const whole = page.getViewport({ scale: 1 })
  const toPoints = whole.transform as unknown as Matrix
  // As a matrix takes the unit square to it.
  const area =
    box && boxOf(multiply(toPoints, [box.right - box.left, 0, 0, box.top - box.bottom, box.left, box.bottom]))
  const size = area ? { width: area.right - area.left, height: area.top - area.bottom } : whole
  if (layers.length === 0 || !(size.width > 0 && size.height > 0)) return null
  const scale = scaleOf(layers, size, limits['image.pixels'])
  const [width, height] = [Math.max(1, Math.floor(size.width * scale)), Math.max(1, Math.floor(size.height * scale))]
  const raster = makeRaster(width, height)
  const shift = area ? [area.left * scale, area.bottom * scale] : [0, 0]
  const [across = 0, down = 0] = shift
  const toPixels = multiply([1, 0, 0, 1, -across, -down], page.getViewport({ scale }).transform as unknown as Matrix)
  let painted = false
  for (const layer of layers) {
    if (!goOn()) break
    const pixels = await pixelsOf(layer, page)
    if (pixels === null) continue
    const place = multiply(toPixels, layer.place)
    const wide = pixels.width / Math.hypot(place[0], place[1])
    const high = pixels.height / Math.hypot(place[2], place[3])
    const factor = Math.max(1, Math.floor(Math.min(wide, high) + 0.01))
    const { color, alpha } = sourceOf(pixels, layer.ink !== null)
    const smaller = { color: color && shrink(color, factor), alpha: alpha && shrink(alpha, factor) }
    paint(raster, smaller, place, layer.ink ?? 0)
    painted = true
  }
  return painted ? raster : null
}

/** The pictures of a page put together, as many as `goOn` allows; `null` when there is none on it that can be decoded. */
export const pictureOfPage = async (
  library: PdfLibrary,
  page: PdfPage,
  limits: Limits,
  goOn: () => boolean,
): Promise<Raster | null> => pictureOfLayers(page, findLayers(await page.getOperatorList(), library.OPS), limits, goOn)

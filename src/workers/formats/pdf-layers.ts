/**
 * Owns finding the pictures on a PDF page: which, where, how large, from the page's drawing operations. Refuses: everything else that is
 * drawn; pixels.
 */

/** A matrix of PDF: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number]

/** A picture as pdf.js gives it once it is decoded. */
export type Pixels = {
  readonly width: number
  readonly height: number
  readonly kind?: number
  readonly data: Uint8Array
}

export type Layer = {
  /** Where its pixels are: in the page's objects by this name, or here. */
  readonly source: string | Pixels
  readonly width: number
  readonly height: number
  /** From the unit square, in which the picture stands upright, to the page. */
  readonly place: Matrix
  /** A stencil, painted in this brightness where its bits are 0; `null`: a picture of its own. */
  readonly ink: number | null
}

export type Operations = { readonly fnArray: readonly number[]; readonly argsArray: readonly unknown[] }
/** The numbers of the operations that matter here. */
export type OperationNumbers = Readonly<
  Record<
    | 'save'
    | 'restore'
    | 'transform'
    | 'paintFormXObjectBegin'
    | 'paintFormXObjectEnd'
    | 'setFillRGBColor'
    | 'paintImageXObject'
    | 'paintInlineImageXObject'
    | 'paintImageMaskXObject',
    number
  >
>

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0]

/** First `inner`, then `outer`. */
export const multiply = (outer: Matrix, inner: Matrix): Matrix => [
  outer[0] * inner[0] + outer[2] * inner[1],
  outer[1] * inner[0] + outer[3] * inner[1],
  outer[0] * inner[2] + outer[2] * inner[3],
  outer[1] * inner[2] + outer[3] * inner[3],
  outer[0] * inner[4] + outer[2] * inner[5] + outer[4],
  outer[1] * inner[4] + outer[3] * inner[5] + outer[5],
]

/** Upright, in the page's own units. */
export type Box = { readonly left: number; readonly right: number; readonly bottom: number; readonly top: number }

/** Where the unit square comes to lie. */
export const boxOf = ([a, b, c, d, e, f]: Matrix): Box => ({
  left: e + Math.min(0, a, c, a + c),
  right: e + Math.max(0, a, c, a + c),
  bottom: f + Math.min(0, b, d, b + d),
  top: f + Math.max(0, b, d, b + d),
})

const toMatrix = (value: unknown): Matrix => {
  const numbers = Array.from((value ?? []) as ArrayLike<unknown>, Number)
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = numbers.every(Number.isFinite) ? numbers : []
  return [a, b, c, d, e, f]
}

const brightnessOf = (args: readonly unknown[]): number => {
  const [color] = args
  const hex = typeof color === 'string' ? /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color) : null
  const [red = 0, green = 0, blue = 0] = hex ? hex.slice(1).map((part) => Number.parseInt(part, 16)) : args.map(Number)
  return Math.round(red * 0.299 + green * 0.587 + blue * 0.114) || 0
}

const isPixels = (value: unknown): value is Pixels =>
  typeof value === 'object' &&
  value !== null &&
  'data' in value &&
  'width' in value &&
  'height' in value &&
  typeof value.width === 'number' &&
  typeof value.height === 'number'

/** The pictures of a page in the order in which they are painted. */
export const findLayers = ({ fnArray, argsArray }: Operations, numbers: OperationNumbers): Layer[] => {
  const layers: Layer[] = []
  let state = { place: IDENTITY, ink: 0 }
  const saved: (typeof state)[] = []
  const save = (): void => {
    saved.push(state)
  }
  const restore = (): void => {
    state = saved.pop() ?? state
  }
  const transform = (matrix: unknown): void => {
    state = { ...state, place: multiply(state.place, toMatrix(matrix)) }
  }
  const actions: Readonly<Record<number, (args: readonly unknown[]) => void>> = {
    [numbers.save]: save,
    [numbers.restore]: restore,
    [numbers.transform]: transform,
    [numbers.paintFormXObjectBegin]: ([matrix]) => {
      save()
      if (matrix) transform(matrix)
    },
    [numbers.paintFormXObjectEnd]: restore,
    [numbers.setFillRGBColor]: (args) => {
      state = { ...state, ink: brightnessOf(args) }
    },
    [numbers.paintImageXObject]: ([source, width, height]) => {
      if (typeof source !== 'string') return
      layers.push({ source, width: Number(width), height: Number(height), place: state.place, ink: null })
    },
    [numbers.paintInlineImageXObject]: ([source]) => {
      if (!isPixels(source)) return
      layers.push({ source, width: source.width, height: source.height, place: state.place, ink: null })
    },
    [numbers.paintImageMaskXObject]: ([mask]) => {
      if (!isPixels(mask)) return
      const { width, height, data } = mask as { width: number; height: number; data: unknown }
      layers.push({ source: typeof data === 'string' ? data : mask, width, height, place: state.place, ink: state.ink })
    },
  }
  fnArray.forEach((number, i) => actions[number]?.((argsArray[i] ?? []) as readonly unknown[]))
  return layers.filter(({ width, height }) => width > 0 && height > 0)
}

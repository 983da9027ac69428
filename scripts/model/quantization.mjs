// Owns symmetric int8 quantization of weight matrices: value ≈ integer × scale, with one scale for each row or column.

const LARGEST = 127

/** Quantizes a row-major [rows, columns] matrix with one scale for each row (for a table that is looked up by row). */
export function quantizeRows(values, [rows, columns]) {
  return quantize(values, rows * columns, rows, (index) => Math.floor(index / columns))
}

/** Quantizes a row-major [rows, columns] matrix with one scale for each column (for a matrix that is multiplied from the left). */
export function quantizeColumns(values, [rows, columns]) {
  return quantize(values, rows * columns, columns, (index) => index % columns)
}

function quantize(values, size, groups, groupOf) {
  const scales = new Float32Array(groups)
  for (let i = 0; i < size; i++) scales[groupOf(i)] = Math.max(scales[groupOf(i)], Math.abs(values[i]))
  // A group of zeros keeps the scale 1: its integers are all zero.
  for (let g = 0; g < groups; g++) scales[g] = scales[g] / LARGEST || 1
  const integers = new Int8Array(size)
  for (let i = 0; i < size; i++) {
    integers[i] = Math.max(-LARGEST, Math.min(LARGEST, Math.round(values[i] / scales[groupOf(i)])))
  }
  return { integers, scales }
}

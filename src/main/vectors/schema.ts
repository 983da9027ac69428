/**
 * Owns the shape of the rows in LanceDB and how a batch becomes an Arrow table (columns, not objects: measured 3.5 times faster).
 * Refuses: reading or writing the index.
 */
import { Field, FixedSizeList, Float16, Int32, Int64, RecordBatch, Schema, Struct, Table, makeData } from 'apache-arrow'

/** Windows with their vectors, column by column; all arrays have one length `n`, `vectors` has `n × dimensions` float16 values. */
export type VectorBatch = {
  readonly chunkIds: readonly number[]
  readonly windows: readonly number[]
  readonly contentIds: readonly number[]
  readonly collectionIds: readonly number[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly vectors: Uint16Array
}

/** The Arrow schema of one embedding-model generation. Non-null throughout: a row without a vector does not exist. */
export const vectorSchema = (dimensions: number): Schema =>
  new Schema([
    new Field('chunk_id', new Int64(), false),
    new Field('window', new Int32(), false),
    new Field('content_id', new Int64(), false),
    new Field('collection_id', new Int64(), false),
    new Field('start', new Int32(), false),
    new Field('end', new Int32(), false),
    new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float16(), true)), false),
  ])

const int64 = (values: readonly number[]) =>
  makeData({ type: new Int64(), length: values.length, nullCount: 0, data: BigInt64Array.from(values, BigInt) })
const int32 = (values: readonly number[]) =>
  makeData({ type: new Int32(), length: values.length, nullCount: 0, data: Int32Array.from(values) })

/** The Arrow table of a batch. @throws RangeError when the columns do not fit together. */
export const toArrow = (batch: VectorBatch, dimensions: number): Table => {
  const length = batch.chunkIds.length
  if (batch.vectors.length !== length * dimensions) {
    throw new RangeError(`${batch.vectors.length} values for ${length} vectors of ${dimensions} dimensions`)
  }
  const schema = vectorSchema(dimensions)
  const values = makeData({ type: new Float16(), length: length * dimensions, nullCount: 0, data: batch.vectors })
  const children = [
    int64(batch.chunkIds),
    int32(batch.windows),
    int64(batch.contentIds),
    int64(batch.collectionIds),
    int32(batch.starts),
    int32(batch.ends),
    makeData({
      type: new FixedSizeList(dimensions, new Field('item', new Float16(), true)),
      length,
      nullCount: 0,
      child: values,
    }),
  ]
  const struct = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })
  return new Table(schema, [new RecordBatch(schema, struct)])
}

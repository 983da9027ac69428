/**
 * Owns making tars header by header, honest ones and hostile ones: any field can be a lie. Refuses: reading tars.
 * Source of the layout: POSIX.1-2001, ustar and pax interchange formats.
 */
export type ForgedTarEntry = {
  name: string | Buffer
  data?: string | Buffer
  /** `0` file (the default), `1` hard link, `2` symbolic link, `3` and `4` devices, `5` folder, `6` FIFO, `x` pax, `L` GNU long name. */
  type?: string
  /** What the header says; by default the size of the data. */
  sizeBytes?: number
  /** The bytes of the size field as they are. */
  sizeField?: Buffer
  linkName?: string
  mode?: number
  prefix?: string
  magic?: string
  checksum?: number
  modifiedSeconds?: number
}

const BLOCK_BYTES = 512

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`

const pad = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)])

/** One entry: its header, and its data filled up. */
export const forgeTarEntry = (entry: ForgedTarEntry): Buffer => {
  const data = Buffer.from(entry.data ?? '')
  const header = Buffer.alloc(BLOCK_BYTES)
  Buffer.from(entry.name).copy(header, 0, 0, 100)
  header.write(octal(entry.mode ?? 0o644, 8), 100, 'latin1')
  header.write(octal(0, 8), 108, 'latin1')
  header.write(octal(0, 8), 116, 'latin1')
  if (entry.sizeField) entry.sizeField.copy(header, 124, 0, 12)
  else header.write(octal(entry.sizeBytes ?? data.length, 12), 124, 'latin1')
  header.write(octal(entry.modifiedSeconds ?? 1_715_947_200, 12), 136, 'latin1')
  header.write(entry.type ?? '0', 156, 'latin1')
  header.write(entry.linkName ?? '', 157, 100, 'latin1')
  header.write(entry.magic ?? 'ustar\x0000', 257, 'latin1')
  header.write(entry.prefix ?? '', 345, 155, 'utf8')
  header.fill(' ', 148, 156)
  const sum = entry.checksum ?? header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, pad(data)])
}

/** A record of a pax header. */
export const paxRecord = (key: string, value: string | Buffer): Buffer => {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')])
  let length = rest.length
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** A pax header with these records, for the entry after it. */
export const paxEntry = (records: Readonly<Record<string, string>>): ForgedTarEntry => ({
  name: 'PaxHeaders/x',
  type: 'x',
  data: Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value))),
})

/** The bytes of a tar with the two blocks that end it, unless told otherwise. */
export const forgeTar = (entries: readonly ForgedTarEntry[], { end = true } = {}): Buffer =>
  Buffer.concat([...entries.map(forgeTarEntry), Buffer.alloc(end ? 2 * BLOCK_BYTES : 0)])

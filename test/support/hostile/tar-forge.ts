/**
 * Owns making tars byte by byte, honest ones and hostile ones: any header field can be a lie. Refuses to read them.
 * Source of the layout: POSIX.1-2001, ustar and pax interchange formats.
 */
export type ForgedMember = {
  name: string | Buffer
  data?: string | Buffer
  /** `0` file, `1` hard link, `2` symbolic link, `3` character device, `4` block device, `5` folder, `6` FIFO, `x` pax, `L` GNU long name. */
  type?: string
  link?: string
  mode?: number
  /** Overrides what the header says. */
  sizeBytes?: number
  /** Raw bytes of the size field. */
  sizeField?: Buffer
  checksum?: number
}

const BLOCK = 512
const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`

const header = (member: ForgedMember, length: number): Buffer => {
  const block = Buffer.alloc(BLOCK)
  Buffer.from(member.name).copy(block, 0, 0, 100)
  block.write(octal(member.mode ?? 0o644, 8), 100, 'latin1')
  block.write(octal(0, 8), 108, 'latin1')
  block.write(octal(0, 8), 116, 'latin1')
  if (member.sizeField) member.sizeField.copy(block, 124, 0, 12)
  else block.write(octal(member.sizeBytes ?? length, 12), 124, 'latin1')
  block.write(octal(1_715_000_000, 12), 136, 'latin1')
  block.write(' '.repeat(8), 148, 'latin1')
  block.write(member.type ?? '0', 156, 'latin1')
  block.write(member.link ?? '', 157, 100, 'utf8')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${(member.checksum ?? sum).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

export const forgeMember = (member: ForgedMember): Buffer => {
  const data = Buffer.from(member.data ?? '')
  const padding = Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)
  return Buffer.concat([header(member, data.length), data, padding])
}

/** The bytes of a tar. `end`: the two empty blocks at its end. */
export const forgeTar = (members: readonly ForgedMember[], { end = true } = {}): Buffer =>
  Buffer.concat([...members.map(forgeMember), ...(end ? [Buffer.alloc(2 * BLOCK)] : [])])

/** A pax record: its length counts itself. */
export const paxRecord = (key: string, value: string): string => {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}

export const paxMember = (records: Readonly<Record<string, string>>): ForgedMember => ({
  name: 'PaxHeaders/x',
  type: 'x',
  data: Object.entries(records)
    .map(([key, value]) => paxRecord(key, value))
    .join(''),
})

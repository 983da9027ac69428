/**
 * Owns writing streams into an OLE compound file: a mail that is attached to an Outlook mail is a branch of that file, and is handed on as a
 * file of its own. Refuses: more than what `ole-file` reads. Source: [MS-CFB], version 4.
 */
export type CompoundStream = { readonly path: readonly string[]; readonly bytes: Buffer }

const SECTOR_BYTES = 4096
const SECTOR_SHIFT = 12
const MINI_BYTES = 64
const MINI_SHIFT = 6
const MINI_CUTOFF = 4096
const ENTRY_BYTES = 128
const HEADER_TABLES = 109
const END_OF_CHAIN = 0xfffffffe
const TABLE_SECTOR = 0xfffffffd
const NONE = 0xffffffff
const typeOf = { storage: 1, stream: 2, root: 5 } as const

type Node = {
  readonly name: string
  readonly type: number
  readonly bytes: Buffer
  readonly children: Map<string, Node>
  id: number
  next: number
  start: number
}

const createNode = (name: string, type: number, bytes: Buffer = Buffer.alloc(0)): Node => ({
  name,
  type,
  bytes,
  children: new Map(),
  id: 0,
  next: NONE,
  start: END_OF_CHAIN,
})

const createTree = (streams: readonly CompoundStream[]): Node => {
  const root = createNode('Root Entry', typeOf.root)
  for (const { path, bytes } of streams) {
    let folder = root
    for (const name of path.slice(0, -1)) {
      const next = folder.children.get(name) ?? createNode(name, typeOf.storage)
      folder.children.set(name, next)
      folder = next
    }
    const name = path[path.length - 1] ?? ''
    folder.children.set(name, createNode(name, typeOf.stream, bytes))
  }
  return root
}

/** All nodes, numbered; siblings follow each other to the right, in the order of the specification (by length, then by letters). */
const numberNodes = (root: Node): Node[] => {
  const nodes = [root]
  for (const node of nodes) {
    const children = [...node.children.values()].sort(
      (a, b) => a.name.length - b.name.length || (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1),
    )
    for (const child of children) child.id = nodes.push(child) - 1
    children.forEach((child, at) => {
      child.next = children[at + 1]?.id ?? NONE
    })
  }
  return nodes
}

const encodeEntry = (node: Node, sizeBytes: number): Buffer => {
  const entry = Buffer.alloc(ENTRY_BYTES)
  const name = node.name.slice(0, 31)
  entry.write(name, 0, 'utf16le')
  entry.writeUInt16LE((name.length + 1) * 2, 64)
  entry[66] = node.type
  // Black, as all nodes are.
  entry[67] = 1
  const ids = [...node.children.values()].map(({ id }) => id)
  entry.writeUInt32LE(NONE, 68)
  entry.writeUInt32LE(node.next, 72)
  entry.writeUInt32LE(ids.length === 0 ? NONE : Math.min(...ids), 76)
  entry.writeUInt32LE(sizeBytes === 0 && node.type !== typeOf.root ? END_OF_CHAIN : node.start, 116)
  entry.writeUInt32LE(sizeBytes, 120)
  return entry
}

const pad = (bytes: Buffer, unit: number): Buffer => {
  const over = bytes.length % unit
  return over === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(unit - over)])
}

/** A table whose chains run over neighbors. */
const createTable = () => {
  const next: number[] = []
  return {
    next,
    chain: (count: number): number => {
      if (count === 0) return END_OF_CHAIN
      const start = next.length
      for (let at = 0; at < count; at += 1) next.push(at === count - 1 ? END_OF_CHAIN : start + at + 1)
      return start
    },
  }
}

const numbersToBytes = (numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, at) => bytes.writeUInt32LE(number, at * 4))
  return bytes
}

const filled = (bytes: Buffer): Buffer => {
  const over = bytes.length % SECTOR_BYTES
  return over === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(SECTOR_BYTES - over, 0xff)])
}

/** The bytes of a compound file with these streams. Up to about 400 MB, which its header has room for. */
export const writeCompoundFile = (streams: readonly CompoundStream[]): Buffer => {
  const root = createTree(streams)
  const nodes = numberNodes(root)
  const sectors = createTable()
  const minis = createTable()
  const pieces: Buffer[] = []
  const small: Buffer[] = []
  for (const node of nodes) {
    if (node.type !== typeOf.stream || node.bytes.length === 0) continue
    if (node.bytes.length < MINI_CUTOFF) {
      const padded = pad(node.bytes, MINI_BYTES)
      node.start = minis.chain(padded.length / MINI_BYTES)
      small.push(padded)
    } else {
      const padded = pad(node.bytes, SECTOR_BYTES)
      node.start = sectors.chain(padded.length / SECTOR_BYTES)
      pieces.push(padded)
    }
  }
  const miniStream = Buffer.concat(small)
  const place = (bytes: Buffer): number => {
    pieces.push(bytes)
    return sectors.chain(bytes.length / SECTOR_BYTES)
  }
  root.start = place(pad(miniStream, SECTOR_BYTES))
  const miniTable = place(filled(numbersToBytes(minis.next)))
  const entries = nodes.map((node) => encodeEntry(node, node === root ? miniStream.length : node.bytes.length))
  const directory = place(pad(Buffer.concat(entries), SECTOR_BYTES))

  // The table has to hold its own sectors, too.
  const perTable = SECTOR_BYTES / 4
  let tables = 1
  while (sectors.next.length + tables > tables * perTable) tables += 1
  const firstTable = sectors.next.length
  for (let at = 0; at < tables; at += 1) sectors.next.push(TABLE_SECTOR)
  const table = filled(numbersToBytes(sectors.next))

  const header = Buffer.alloc(SECTOR_BYTES)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(4, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(SECTOR_SHIFT, 30)
  header.writeUInt16LE(MINI_SHIFT, 32)
  header.writeUInt32LE(Math.ceil((nodes.length * ENTRY_BYTES) / SECTOR_BYTES), 40)
  header.writeUInt32LE(tables, 44)
  header.writeUInt32LE(directory, 48)
  header.writeUInt32LE(MINI_CUTOFF, 56)
  header.writeUInt32LE(miniTable, 60)
  header.writeUInt32LE(Math.ceil((minis.next.length * 4) / SECTOR_BYTES), 64)
  header.writeUInt32LE(END_OF_CHAIN, 68)
  for (let at = 0; at < HEADER_TABLES; at += 1) header.writeUInt32LE(at < tables ? firstTable + at : NONE, 76 + at * 4)
  return Buffer.concat([header, ...pieces, table])
}

// Owns taking rights and room away from a command: file permissions that count, a disk that is small. Linux.
// Refuses: pretending. Where neither can be had, it throws and says what is missing.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

const isRoot = process.getuid?.() === 0

/**
 * What to put in front of a command so that permissions bind it. Root without its capabilities is a user like any other, who can
 * still read the program that is to be tested, wherever it lies.
 */
export const withoutPrivileges: readonly string[] = isRoot ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []

export type SmallDisk = {
  /** Put in front of every command that is to see the disk. */
  readonly prefix: readonly string[]
  /** Fills the disk until `freeBytes` are left. */
  readonly fill: (freeBytes: number) => void
  /** Takes the filling away again. */
  readonly empty: () => void
  readonly close: () => Promise<void>
}

const run = (prefix: readonly string[], script: string): string => {
  const [program = '', ...args] = [...prefix, 'sh', '-ec', script]
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 })
  if (status !== 0) throw new Error(`${script}: ${error?.message ?? stderr}`)
  return stdout.trim()
}

/**
 * Mounts a disk of `sizeBytes` on `folder`, in a mount namespace of its own: a real file system that really runs full, which nobody
 * else sees. Root needs CAP_SYS_ADMIN for it, everybody else a kernel that allows user namespaces.
 */
export const openSmallDisk = async (folder: string, sizeBytes: number): Promise<SmallDisk> => {
  mkdirSync(folder, { recursive: true })
  const asUser = isRoot ? [] : ['--user', '--map-root-user']
  const holder = spawn('unshare', [...asUser, '--mount', 'sh', '-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (holder.exitCode !== null) return resolve()
      holder.once('close', () => resolve())
      holder.stdin.end()
    })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    holder.stderr.on('data', (text: Buffer) => {
      said += text.toString()
    })
    holder.stdout.once('data', () => resolve())
    holder.once('error', reject)
    holder.once('close', () =>
      reject(new Error(`This system gives no private mount, so no disk can run full: ${said}`)),
    )
  })
  const inside = isRoot ? ['--mount'] : ['--user', '--preserve-credentials', '--mount']
  const prefix = ['nsenter', '--target', String(holder.pid), ...inside, '--']
  const ballast = `'${folder}/ballast'`
  try {
    run(prefix, `mount -t tmpfs -o size=${sizeBytes},mode=0755 small '${folder}'`)
  } catch (error) {
    await close()
    throw error
  }
  return {
    prefix,
    fill: (freeBytes) => {
      const availableKb = Number(run(prefix, `df --output=avail '${folder}' | tail -1`))
      run(
        prefix,
        `dd if=/dev/zero of=${ballast} bs=1024 count=${availableKb - Math.ceil(freeBytes / 1024)} 2>/dev/null`,
      )
    },
    empty: () => {
      run(prefix, `rm -f ${ballast}`)
    },
    close,
  }
}

import { describe, expect, it } from 'vitest'
import { readGroupFreeBytes } from '../../../src/main/pool/memory-group'

const MiB = 1024 * 1024

const from =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | null =>
    files[path.replaceAll('\\', '/')] ?? null

describe('memory of the control group', () => {
  it('is not bounded where there is no such group, none of version 2, or none with a bound', () => {
    expect(readGroupFreeBytes(from({}))).toBeNull()
    expect(readGroupFreeBytes(from({ '/proc/self/cgroup': '3:memory:/old\n' }))).toBeNull()
    const unbounded = {
      '/proc/self/cgroup': '0::/app\n',
      '/sys/fs/cgroup/app/memory.max': 'max\n',
      '/sys/fs/cgroup/app/memory.current': '1000\n',
    }
    expect(readGroupFreeBytes(from(unbounded))).toBeNull()
  })

  it('is the bound less what is used, but for cached files, which it gives back', () => {
    const files = {
      '/proc/self/cgroup': '0::/user.slice/app.scope\n',
      '/sys/fs/cgroup/user.slice/app.scope/memory.max': `${500 * MiB}\n`,
      '/sys/fs/cgroup/user.slice/app.scope/memory.current': `${400 * MiB}\n`,
      '/sys/fs/cgroup/user.slice/app.scope/memory.stat': `anon 5\ninactive_file ${50 * MiB}\nactive_file 9\n`,
    }
    expect(readGroupFreeBytes(from(files))).toBe(150 * MiB)
  })

  it('is that of the tightest group around, and never below nothing', () => {
    const files = {
      '/proc/self/cgroup': '0::/outer/inner\n',
      '/sys/fs/cgroup/outer/inner/memory.max': `${500 * MiB}`,
      '/sys/fs/cgroup/outer/inner/memory.current': `${MiB}`,
      '/sys/fs/cgroup/outer/memory.max': `${10 * MiB}`,
      '/sys/fs/cgroup/outer/memory.current': `${11 * MiB}`,
    }
    expect(readGroupFreeBytes(from(files))).toBe(0)
  })
})

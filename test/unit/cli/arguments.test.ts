import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultDataDir, resolveDataDir } from '../../../src/main/cli/data-dir'
import { exitCodeOf, worstOf } from '../../../src/main/cli/exit-code'
import { toOfferedPaths, workingFolder } from '../../../src/main/cli/offered-paths'
import { countOf } from '../../../src/main/cli/options'
import { outcomes, type OutcomeCounts } from '../../../src/shared/domain'

const counts = (more: Partial<OutcomeCounts>): OutcomeCounts => ({
  ...(Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Omit<OutcomeCounts, 'total'>),
  total: 1,
  ...more,
})

describe('the data folder', () => {
  it('is what was asked for, else what the environment says, else the one of the account', () => {
    const env = { SLUICE_DATA_DIR: '/env/dir', XDG_DATA_HOME: '/xdg' }
    expect(resolveDataDir('here', '/work', env)).toBe(resolve('/work/here'))
    expect(resolveDataDir(undefined, '/work', env)).toBe(resolve('/env/dir'))
    expect(resolveDataDir(undefined, '/work', { XDG_DATA_HOME: '/xdg' })).toBe(
      defaultDataDir({ XDG_DATA_HOME: '/xdg' }),
    )
  })

  it('follows the habits of each system', () => {
    expect(defaultDataDir({}, 'linux', '/home/a')).toBe(join('/home/a', '.local', 'share', 'sluice'))
    expect(defaultDataDir({ XDG_DATA_HOME: '/data' }, 'linux', '/home/a')).toBe(join('/data', 'sluice'))
    expect(defaultDataDir({ XDG_DATA_HOME: 'relative' }, 'linux', '/home/a')).toBe(
      join('/home/a', '.local/share/sluice'),
    )
    expect(defaultDataDir({}, 'darwin', '/Users/a')).toBe(join('/Users/a', 'Library/Application Support/Sluice'))
    expect(defaultDataDir({ APPDATA: '/roaming' }, 'win32', '/Users/a')).toBe(join('/roaming', 'Sluice'))
  })
})

describe('offered paths', () => {
  it('are absolute', () => {
    expect(toOfferedPaths(['a/../b', '/c'], ['a/../b', '/c'], '/work')).toEqual([
      { path: resolve('/work/b') },
      { path: resolve('/c') },
    ])
  })

  it.runIf(process.platform === 'linux')('carry their raw bytes where the name is not Unicode', () => {
    const raw = Buffer.concat([Buffer.from('dir/../caf'), Buffer.from([0xe9])])
    const argv = ['ingest', 'dir/../caf\uFFFD', 'plain', 'real-\uFFFD']
    const bytes = [Buffer.from('ingest'), raw, Buffer.from('plain'), Buffer.from('real-\uFFFD')]
    const [first, second, third] = toOfferedPaths(argv.slice(1), argv, '/work', () => bytes)
    expect(first?.path).toBe('/work/caf\uFFFD')
    expect(Buffer.from(first?.bytes ?? '', 'base64')).toEqual(
      Buffer.concat([Buffer.from('/work/caf'), Buffer.from([0xe9])]),
    )
    expect(second).toEqual({ path: '/work/plain' })
    expect(third).toEqual({ path: '/work/real-\uFFFD' })
  })

  it.runIf(process.platform === 'linux')('keep two names apart that look the same', () => {
    const argv = ['\uFFFD', '\uFFFD']
    const offered = toOfferedPaths(argv, argv, '/', () => [Buffer.from([0xe8]), Buffer.from([0xe9])])
    expect(offered.map(({ bytes }) => Buffer.from(bytes ?? '', 'base64'))).toEqual([
      Buffer.from([0x2f, 0xe8]),
      Buffer.from([0x2f, 0xe9]),
    ])
  })

  it('start where the person stood when npm changed the folder, and only then', () => {
    const npm = { npm_lifecycle_event: 'sluice', npm_package_json: '/repo/package.json', INIT_CWD: '/home/a' }
    expect(workingFolder(npm, '/repo')).toBe('/home/a')
    expect(workingFolder({ ...npm, npm_lifecycle_event: 'test' }, '/repo')).toBe('/repo')
    expect(workingFolder(npm, '/elsewhere')).toBe('/elsewhere')
  })
})

describe('what the shell is told', () => {
  it.each([
    ['completed', counts({ indexed: 1 }), 0],
    ['completed', counts({ skipped: 1 }), 0],
    ['completed_with_problems', counts({ failed: 1 }), 2],
    ['completed_with_problems', counts({ rejected: 1 }), 2],
    ['completed_with_problems', counts({ partial: 1 }), 2],
    ['failed', counts({ failed: 1 }), 2],
    ['failed', counts({ total: 0 }), 1],
    ['cancelled', counts({}), 2],
    ['paused', counts({}), 3],
    ['awaiting_confirmation', counts({}), 3],
  ] as const)('for a job that is %s with %o is %i', (state, documents, code) => {
    expect(exitCodeOf(state, documents)).toBe(code)
  })

  it('is the code that tells most when there are several', () => {
    expect(worstOf([0, 2, 3])).toBe(3)
    expect(worstOf([0, 2])).toBe(2)
    expect(worstOf([])).toBe(0)
  })
})

describe('a number option', () => {
  it('is a whole number within its bounds', () => {
    expect(countOf({ limit: '7' }, 'limit', 1, 10, 5)).toBe(7)
    expect(countOf({}, 'limit', 1, 10, 5)).toBe(5)
    for (const wrong of ['0', '11', '-1', '1.5', 'x', '', '1e1']) {
      expect(() => countOf({ limit: wrong }, 'limit', 1, 10, 5)).toThrow(/--limit needs a whole number/)
    }
  })
})

// What is inside a package, and what is not; and that the doors which the fuses close are closed.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from '@playwright/test'
import { materials, resources, unpacked } from './support/made'

/** What stands in the binary for a fuse: the characters 0 and 1. */
const [OFF, ON] = [0x30, 0x31]

const listFiles = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((path) => lstatSync(join(folder, path)).isFile())

const megabytes = (folder: string): number =>
  listFiles(folder).reduce((sum, path) => sum + lstatSync(join(folder, path)).size, 0) / 1e6

test('holds what runs, and nothing that only a developer needs', () => {
  const files = listFiles(unpacked)
  const stray = files.filter((path) =>
    /\.(?:map|d\.[cm]?ts|tsx?|test\.js|spec\.js)$|(?:^|\/)(?:test|tests|\.git|\.cache)\/|default_app\.asar$/.test(path),
  )
  expect(stray).toEqual([])
  const foreign = files.filter((path) => /darwin|win32|musl|\.(?:dll|dylib|exe)$/.test(path))
  expect(foreign).toEqual([])
  for (const path of ['app.asar', 'engine/main/cli.js', 'node/node', 'model/model.onnx', 'THIRD-PARTY-LICENSES.txt'])
    expect(existsSync(join(resources, path)), path).toBe(true)
  expect(files).toContain('LICENSES.chromium.html')
})

test('takes less than 620 MB', () => {
  const size = megabytes(unpacked)
  expect(size).toBeGreaterThan(200)
  expect(size).toBeLessThan(620)
})

test('names the licence of everything that it brings along', () => {
  const licences = readFileSync(join(resources, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  const { components } = JSON.parse(readFileSync(materials, 'utf8')) as {
    components: { name: string; version: string; type: string; licenses?: unknown[] }[]
  }
  const libraries = components.filter(({ type }) => type === 'library')
  const names = libraries.map(({ name }) => name)
  // Some that run from files, some that are only in the bundles, some without a trace in them.
  for (const name of [
    '@lancedb/lancedb',
    'libsql',
    'react',
    '@mantine/core',
    'openai',
    'yauzl',
    '@fontsource-variable/inter',
  ])
    expect(names).toContain(name)
  for (const { name, version, licenses } of libraries) {
    expect(licences, name).toContain(`\n${name} ${version}\n`)
    expect(licenses).toHaveLength(1)
  }
  const inside = readdirSync(join(resources, 'node_modules')).filter((name) => !name.startsWith('@'))
  expect(names).toEqual(expect.arrayContaining(inside))
})

test('has its fuses set', async () => {
  const wire = await getCurrentFuseWire(join(unpacked, 'sluice-window'))
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
  ]
  const on = [
    FuseV1Options.EnableCookieEncryption,
    FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
    FuseV1Options.OnlyLoadAppFromAsar,
  ]
  for (const fuse of off) expect(wire[fuse], FuseV1Options[fuse]).toBe(OFF)
  for (const fuse of on) expect(wire[fuse], FuseV1Options[fuse]).toBe(ON)
  // Electron has this one since version 29.
  const privileges = wire[FuseV1Options.GrantFileProtocolExtraPrivileges]
  const { electron } = JSON.parse(readFileSync(join(resources, 'build.json'), 'utf8')) as { electron: string }
  expect(privileges).toBe(Number(electron.split('.')[0]) >= 29 ? OFF : undefined)
})

test('does not run as Node', () => {
  const { stdout } = spawnSync(join(unpacked, 'sluice-window'), ['-e', 'console.log("ran")'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect(stdout).not.toContain('ran')
})

test('says what it was made with', () => {
  const said = JSON.parse(readFileSync(join(resources, 'build.json'), 'utf8')) as Record<string, string>
  expect(said['runtime']).toMatch(/^(?:official|override|test)$/)
  expect(said['node']).toMatch(/^24\./)
})

/**
 * Owns what may be loaded before there is a window: what is imported outright by the entry of the app, however far, is small. `import()` is not
 * followed: what it names comes later.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '..', '..', '..', 'src')
const IMPORT = /^(?:import|export) (?!type )(?:[^'"]*? from )?'([^']+)'/gm

const importsOf = (file: string): { files: string[]; packages: string[] } => {
  const names = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, name = '']) => name)
  const files = names
    .filter((name) => name.startsWith('.') && !name.endsWith('.json'))
    .map((name) => {
      const path = join(dirname(file), name)
      const found = [`${path}.ts`, `${path}.tsx`, join(path, 'index.ts')].find((one) => existsSync(one))
      if (found === undefined) throw new Error(`${file} imports ${name}, which is nowhere`)
      return found
    })
  return { files, packages: names.filter((name) => !name.startsWith('.') && !name.startsWith('node:')) }
}

/** The entry loads the second as soon as it knows where. */
const ENTRIES = [join(source, 'main', 'index.ts'), join(source, 'main', 'app', 'start.ts')]

const reachedFrom = (entries: readonly string[]): { files: Set<string>; packages: Set<string> } => {
  const reached = { files: new Set<string>(), packages: new Set<string>() }
  const reach = (file: string): void => {
    if (reached.files.has(file)) return
    reached.files.add(file)
    const { files, packages } = importsOf(file)
    for (const name of packages) reached.packages.add(name)
    files.forEach(reach)
  }
  entries.forEach(reach)
  return reached
}

describe('before there is a window', () => {
  it('nothing is loaded of the packages but Electron', () => {
    expect([...reachedFrom(ENTRIES).packages]).toEqual(['electron'])
  })

  it('neither the engine nor the texts are loaded', () => {
    const files = [...reachedFrom(ENTRIES).files].map((file) => relative(source, file).replaceAll('\\', '/'))
    expect(files).toContain('main/app/window.ts')
    expect(files.filter((file) => /^(?:shared\/texts|main\/(?:engine|jobs|search|calls))/.test(file))).toEqual([])
    expect(files.length).toBeLessThan(60)
  })

  it('the question about a version that does not start loads nothing that reads a feed', () => {
    const places = [
      ['app', 'failed-start.ts'],
      ['updates', 'going-back.ts'],
      ['updates', 'install-package.ts'],
    ]
    const { files, packages } = reachedFrom(places.map((place) => join(source, 'main', ...place)))
    expect([...packages].filter((name) => name.startsWith('electron-updater'))).toEqual([])
    expect([...files].map((file) => basename(file))).not.toContain('kept-manifest.ts')
    const later = reachedFrom([join(source, 'main', 'updates', 'kept-manifest.ts')])
    expect([...later.packages]).toContain('electron-updater/out/providers/Provider')
  })

  it('what the window is served with does load them', () => {
    const { packages } = reachedFrom([join(source, 'main', 'app', 'serving.ts')])
    expect([...packages]).toEqual(expect.arrayContaining(['zod', 'i18next']))
  })
})

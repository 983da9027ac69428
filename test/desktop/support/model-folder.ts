// Owns the models in folders that the desktop tests add. They are made by a process of its own: the runner here loads no ES modules.
import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '..', '..', '..')

/** Makes tiny models, each with its options (test/support/tiny-model.ts) in a folder below `parent`; returns their paths by name. */
export const makeModelFolders = <N extends string>(
  parent: string,
  models: Readonly<Record<N, Readonly<Record<string, unknown>>>>,
): Record<N, string> => {
  const places = Object.fromEntries(Object.keys(models).map((name) => [name, join(parent, name)])) as Record<N, string>
  const words = (Object.keys(models) as N[]).flatMap((name) => [places[name], JSON.stringify(models[name])])
  const maker = join(root, 'test', 'support', 'tiny-model-maker.ts')
  execFileSync(process.execPath, [join(root, 'node_modules', 'vite-node', 'vite-node.mjs'), maker, ...words], {
    cwd: root,
    timeout: 60_000,
  })
  return places
}

// Owns the import rules of the house (docs/architecture.md). Type-only imports count: a type ties two folders as a call does.
/** Each folder of main that stands alone: it may import only itself and shared. */
const ALONE = ['store', 'vectors', 'pool', 'providers', 'owner', 'observe', 'settings', 'polite', 'paths']
/** Each package that one folder owns: nobody else may import it. */
const OWNED = [
  { name: 'electron', package: 'electron', owners: '^src/(main/index\\.ts|main/app/|preload/)' },
  { name: 'piscina', package: 'piscina', owners: '^src/main/pool/' },
  { name: 'lancedb', package: '@lancedb/lancedb|apache-arrow', owners: '^src/main/vectors/' },
  { name: 'libsql', package: 'libsql', owners: '^src/main/store/' },
  { name: 'onnxruntime', package: 'onnxruntime-node', owners: '^src/workers/model/' },
]

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'No import cycles.', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'Every import resolves.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'listed-packages',
      severity: 'error',
      comment: 'Packages stand in package.json.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'shared-is-pure',
      severity: 'error',
      comment:
        'shared imports nothing of ours, and neither Node, the DOM nor Electron; of packages those of schemas and of catalogues.',
      from: { path: '^src/shared/' },
      to: { pathNot: '^(src/shared/|node_modules/(zod|i18next)/)' },
    },
    ...['preload', 'renderer', 'workers'].map((folder) => ({
      name: `${folder}-stands-alone`,
      severity: 'error',
      comment: `${folder} imports itself and shared.`,
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${folder}|shared)/` },
    })),
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      comment: 'The renderer runs sandboxed.',
      from: { path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    ...ALONE.map((folder) => ({
      name: `${folder}-stands-alone`,
      severity: 'error',
      comment: `${folder} imports only shared, itself and paths, which knows nothing of the rest; engine.ts wires them together.`,
      from: { path: `^src/main/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(main/${folder}|main/paths|shared)/` },
    })),
    {
      name: 'jobs-know-no-document',
      severity: 'error',
      comment: 'The queue never imports the phases.',
      from: { path: '^src/main/jobs/' },
      to: { path: '^src/main/ingest/' },
    },
    {
      name: 'faces-at-the-top',
      severity: 'error',
      comment: 'Only the entries and the faces import the faces; only they import the engine.',
      from: { path: '^src/main/', pathNot: '^src/main/(app/|cli/|index\\.ts|cli\\.ts|engine\\.ts|engine/)' },
      to: { path: '^src/main/(app/|cli/|index\\.ts|cli\\.ts|engine\\.ts|engine/)' },
    },
    {
      name: 'main-starts-workers-by-path',
      severity: 'error',
      comment: 'Worker code runs on piscina threads; main knows its contract from shared.',
      from: { path: '^src/main/' },
      to: { path: '^src/(workers|renderer|preload)/' },
    },
    ...OWNED.map(({ name, package: pattern, owners }) => ({
      name: `${name}-has-one-owner`,
      severity: 'error',
      comment: `Only ${owners} imports ${pattern}.`,
      from: { path: '^src/', pathNot: owners },
      to: { path: `^node_modules/(${pattern})/` },
    })),
    {
      name: 'product-without-tests',
      severity: 'error',
      comment: 'The product imports neither tests nor scripts.',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'bootstrap-without-packages',
      severity: 'error',
      comment: 'These run before anything is installed. Dynamic imports come after it.',
      from: {
        path: '^scripts/(bootstrap|start|sluice|test|dev|bench|build|check)\\.mjs$|^scripts/(setup|electron)/.*\\.mjs$',
      },
      to: { path: '^node_modules/', dynamic: false },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    combinedDependencies: false,
  },
}

// Owns the lint rules. Refuses what the style of the house refuses: any, non-null, empty catch, floating promises, leftover TODOs,
// suppressions without a reason.
import js from '@eslint/js'
import react from 'eslint-plugin-react-hooks'
import * as regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'
import { cataloguedText } from './scripts/lint/catalogued-text.mjs'
import { toldFailure } from './scripts/lint/told-failure.mjs'

const DIRECTIVE = /^\s*(eslint-disable|@ts-expect-error|prettier-ignore|knip-ignore)/
/** A suppression has to say why: `eslint-disable-next-line rule -- reason`, `@ts-expect-error reason`. */
const explainedSuppression = {
  meta: { type: 'suggestion', schema: [], messages: { why: 'Say why after " -- ": a suppression needs a reason.' } },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (DIRECTIVE.test(comment.value) && !/ -- \S.{9}/.test(comment.value)) {
          context.report({ loc: comment.loc, messageId: 'why' })
        }
      }
    },
  }),
}

/** What plain scripts may use without importing it. */
const NODE_GLOBALS = Object.fromEntries(
  [
    'AbortController',
    'AbortSignal',
    'Buffer',
    'TextDecoder',
    'TextEncoder',
    'URL',
    'clearInterval',
    'clearTimeout',
    'console',
    'fetch',
    'performance',
    'process',
    'setImmediate',
    'setInterval',
    'setTimeout',
    'structuredClone',
  ].map((name) => [name, 'readonly']),
)

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'out/**',
      '.out-*/**',
      'coverage/**',
      'test-results/**',
      'playwright-report/**',
      '.cache/**',
      '.sluice-demo/**',
      'resources/**',
      'test/fixtures/**',
      '**/*.cjs',
      'tsconfig.shared-globals.d.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: {
      house: {
        rules: {
          'explained-suppression': explainedSuppression,
          'told-failure': toldFailure,
          'catalogued-text': cataloguedText,
        },
      },
    },
    rules: {
      'house/explained-suppression': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      // An async function without await is how an interface is met synchronously.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Comments count as content only for blocks that are not catch blocks: an empty catch is refused below even with a comment.
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CatchClause > BlockStatement[body.length=0]',
          message: 'No empty catch: handle it, or log and count it.',
        },
        {
          selector:
            'CallExpression[callee.property.name="catch"] > ArrowFunctionExpression > BlockStatement[body.length=0]',
          message: 'No empty catch: handle it, or log and count it.',
        },
        {
          selector: 'UnaryExpression[operator="void"]',
          message: 'void hides a promise: await it, or hand it to what handles its failure.',
        },
      ],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-debugger': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'off',
      '@typescript-eslint/no-implied-eval': 'error',
    },
  },
  {
    files: ['src/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // The product reads hostile text: no pattern of it may take a time that grows faster than the text (a mail of 50 dashes held one for two minutes).
    files: ['src/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'certain' }],
      'regexp/no-misleading-unicode-character': 'error',
      'regexp/no-potentially-useless-backreference': 'error',
      'regexp/no-misleading-capturing-group': 'error',
    },
  },
  {
    // Nor one that begins anew at each character of what it has just read: 200,000 blanks held one for twenty seconds.
    files: ['src/workers/**'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-move': ['error', { report: 'certain' }] },
  },
  {
    files: ['src/renderer/**', 'test/unit/renderer/**'],
    ...react.configs.flat['recommended-latest'],
  },
  {
    files: ['src/renderer/**'],
    rules: { 'house/told-failure': 'error' },
  },
  {
    // Those whose words are in the catalogues.
    files: [
      'src/renderer/*.ts',
      'src/renderer/*.tsx',
      'src/renderer/ask/**',
      'src/renderer/client/**',
      'src/renderer/collections/**',
      'src/renderer/dashboard/**',
      'src/renderer/dead-letters/**',
      'src/renderer/documents/**',
      'src/renderer/exports/**',
      'src/renderer/intake/**',
      'src/renderer/models/**',
      'src/renderer/preview/**',
      'src/renderer/queue/**',
      'src/renderer/report/**',
      'src/renderer/search/**',
      'src/renderer/shell/**',
      'src/renderer/text/**',
    ],
    rules: { 'house/catalogued-text': 'error' },
  },
  {
    // Matchers such as expect.any() are typed any, and methods are handed to them as values.
    files: ['test/**'],
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  {
    // Plain scripts have no types to check against.
    files: ['**/*.mjs'],
    languageOptions: { globals: NODE_GLOBALS },
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
)

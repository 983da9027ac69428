// Owns the lint rule of the window that what a person reads comes from the catalogues: no words between tags, in the properties that are shown
// or read aloud, and in what is told. What is no language (names of products, units, keys) has no two letters in a row that are lower case, or is
// listed here.

const SHOWN = new Set([
  'label',
  'title',
  'placeholder',
  'description',
  'message',
  'alt',
  'confirm',
  'cancel',
  'explanation',
  'note',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
])
const TOLD = new Set(['showNote', 'formatPlural'])
const NO_LANGUAGE = new Set(['Sluice', 'OCR', 'PDF', 'CSV', 'JSON', 'ONNX', 'Esc', 'Enter', 'Ctrl', 'Shift', 'Alt'])

const isWords = (text) =>
  /\p{Ll}{2}|\p{Lu}\p{Ll}/u.test(text) &&
  !text.split(/[\s·,:/()]+/).every((word) => word === '' || NO_LANGUAGE.has(word))

/** The words of an expression that stand in the code itself. */
const wordsIn = (node) => {
  if (!node) return []
  if (node.type === 'Literal') return typeof node.value === 'string' && isWords(node.value) ? [node] : []
  if (node.type === 'TemplateLiteral') return node.quasis.some(({ value }) => isWords(value.raw)) ? [node] : []
  if (node.type === 'ConditionalExpression') return [...wordsIn(node.consequent), ...wordsIn(node.alternate)]
  if (node.type === 'LogicalExpression') return [...wordsIn(node.left), ...wordsIn(node.right)]
  if (node.type === 'BinaryExpression' && node.operator === '+') return [...wordsIn(node.left), ...wordsIn(node.right)]
  if (node.type === 'JSXExpressionContainer') return wordsIn(node.expression)
  if (node.type === 'ArrowFunctionExpression') return wordsIn(node.body)
  return []
}

const nameOf = (node) => (node.type === 'Literal' ? String(node.value) : node.name)

/** @type {import('eslint').Rule.RuleModule} */
export const cataloguedText = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { words: 'Words that a person reads are in the catalogues (src/shared/texts): take them by t().' },
  },
  create: (context) => {
    const report = (nodes) => nodes.forEach((node) => context.report({ node, messageId: 'words' }))
    return {
      JSXText(node) {
        if (isWords(node.value)) context.report({ node, messageId: 'words' })
      },
      JSXExpressionContainer(node) {
        if (node.parent.type === 'JSXElement' || node.parent.type === 'JSXFragment') report(wordsIn(node))
      },
      JSXAttribute(node) {
        if (node.name.type === 'JSXIdentifier' && SHOWN.has(node.name.name)) report(wordsIn(node.value))
      },
      Property(node) {
        if (!node.computed && SHOWN.has(nameOf(node.key))) report(wordsIn(node.value))
      },
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && TOLD.has(node.callee.name)) report(node.arguments.flatMap(wordsIn))
      },
    }
  },
}

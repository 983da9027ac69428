// Owns the lint rule of the window that no failure is silent: what is caught is heeded, and what a control starts goes through useAction, which
// shows that it is pending, cannot fire twice and tells what failed. Floating promises themselves are refused by the rules of TypeScript.

const isFunction = (node) => node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'

/** A function that cannot know what failed. */
const isDeaf = (node) =>
  isFunction(node) &&
  (node.params.length === 0 || (node.params[0].type === 'Identifier' && node.params[0].name.startsWith('_')))

const isInEffect = (node) => {
  for (let above = node.parent; above; above = above.parent) {
    if (above.type === 'CallExpression' && above.callee.type === 'Identifier' && above.callee.name === 'useEffect')
      return true
  }
  return false
}

/** @type {import('eslint').Rule.RuleModule} */
export const toldFailure = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      deaf: 'A failure is told: hand it to showFailure, or keep it for the view. If nobody needs it, disable this line and say why.',
      control:
        'What a control starts goes through useAction: it is pending, fires once at a time, and its failure is told.',
    },
  },
  create: (context) => ({
    CallExpression(node) {
      const { callee } = node
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const { name } = callee.property
      const heard = name === 'catch' ? node.arguments[0] : name === 'then' ? node.arguments[1] : undefined
      if (isDeaf(heard)) context.report({ node: heard, messageId: 'deaf' })
      if (name === 'catch' && heard?.type === 'Identifier' && heard.name === 'showFailure' && !isInEffect(node))
        context.report({ node, messageId: 'control' })
    },
    CatchClause(node) {
      if (node.param === null) context.report({ node, messageId: 'deaf' })
    },
  }),
}

/**
 * Owns what the page has in place of the schema library: calls are checked at the border, in the main process, so the page needs none of the
 * schemas that stand beside what it shares with it. The build puts this in the library's place; making them would be a sixth of the time until
 * the page is painted. Refuses: checking anything. Whoever tries finds out at once.
 */

/** What would look as if something had been checked. */
const CHECKS = new Set(['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'options', 'shape'])

const refuse = (name: string): never => {
  throw new TypeError(`the page has no schemas: "${name}" belongs in the main process`)
}

const schema: object = new Proxy(() => undefined, {
  apply: () => schema,
  get: (_target, name) => (typeof name === 'string' && CHECKS.has(name) ? refuse(name) : schema),
})

/** Stands for every schema. */
export const z = schema

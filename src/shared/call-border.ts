/**
 * Owns what a call has to pass at every border between processes: schemas on the way in and on the way out.
 * Refuses: transport.
 */
import { callTable, type CallName, type CallResult, type ParsedParams } from './calls'
import { AppError } from './errors'

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

const describeIssues = (issues: readonly Issue[]): string =>
  issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ')

/**
 * The parameters of a call with their defaults.
 * @throws AppError USAGE
 */
export const parseParams = <N extends CallName>(name: N, params: unknown): ParsedParams<N> => {
  const parsed = callTable[name].params.safeParse(params)
  if (!parsed.success) throw new AppError('USAGE', { reason: `${name}: ${describeIssues(parsed.error.issues)}` })
  return parsed.data as ParsedParams<N>
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first field of `given` that `taken` has not, as a path; `null` when everything was taken. */
const findDropped = (given: unknown, taken: unknown, path: readonly string[] = []): string | null => {
  const isBoth = (isPlain(given) && isPlain(taken)) || (Array.isArray(given) && Array.isArray(taken))
  if (!isBoth) return null
  const known = new Map(Object.entries(taken))
  for (const [key, value] of Object.entries(given)) {
    const here = [...path, key]
    const dropped = known.has(key) ? findDropped(value, known.get(key), here) : here.join('.')
    if (dropped !== null) return dropped
  }
  return null
}

/**
 * A parameter, as a path, that this version does not know and would leave out as if nobody had said it; `null` when all are known.
 * @param params as they came
 * @throws AppError USAGE
 */
export const findUnknownParam = (name: CallName, params: unknown): string | null =>
  findDropped(params, parseParams(name, params))

/**
 * The result of a call, with nothing in it that the contract does not name.
 * @throws AppError INTERNAL_BUG
 */
export const parseResult = <N extends CallName>(name: N, result: unknown): CallResult<N> => {
  const parsed = callTable[name].result.safeParse(result)
  if (parsed.success) return parsed.data as CallResult<N>
  throw new AppError('INTERNAL_BUG', {
    reason: `the answer of ${name} breaks its contract: ${describeIssues(parsed.error.issues)}`,
  })
}

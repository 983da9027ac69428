/**
 * Owns the border between the page and the engine: names, sizes and shapes are checked on the way in, results on the way out, and errors
 * become records without stacks. Refuses: Electron; who may call at all is decided by `ipc.ts`.
 */
import type { z } from 'zod'
import { appCallTable, isAppCallName } from '../../shared/app-calls'
import { callTable, isCallName, MAX_MESSAGE_BYTES } from '../../shared/calls'
import { AppError, toErrorRecord } from '../../shared/errors'
import type { AppCallHandlers, AppCallName } from '../../shared/app-calls'
import type { Caller, CallName } from '../../shared/calls'
import type { Reply } from '../../shared/window'

type Row = { readonly params: z.ZodType; readonly result: z.ZodType }
type AnyCall = (name: string, params: unknown) => Promise<unknown>

export type FailureLog = (name: string, thrown: unknown) => void

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

const describeIssues = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ')

const answer = async (name: string, row: Row, params: unknown, call: AnyCall): Promise<unknown> => {
  if (sizeOf(params) > MAX_MESSAGE_BYTES) {
    throw new AppError('USAGE', { reason: `The parameters of ${name} are larger than ${MAX_MESSAGE_BYTES} bytes.` })
  }
  const parsed = row.params.safeParse(params)
  if (!parsed.success) {
    throw new AppError('USAGE', {
      reason: `The parameters of ${name} are not valid (${describeIssues(parsed.error)}).`,
    })
  }
  const result = row.result.safeParse(await call(name, parsed.data))
  if (!result.success) {
    throw new AppError('INTERNAL_BUG', { reason: `${name} gave an invalid result (${describeIssues(result.error)})` })
  }
  if (sizeOf(result.data) > MAX_MESSAGE_BYTES) {
    throw new AppError('INTERNAL_BUG', { reason: `the result of ${name} is larger than ${MAX_MESSAGE_BYTES} bytes` })
  }
  return result.data
}

const reply = async (name: unknown, work: () => Promise<unknown>, log: FailureLog): Promise<Reply<unknown>> => {
  try {
    return { ok: true, value: await work() }
  } catch (thrown) {
    log(typeof name === 'string' ? name : `a ${typeof name}`, thrown)
    const { code, details, message } = toErrorRecord(thrown)
    return { ok: false, error: { code, details, message } }
  }
}

const unknownCall = (name: unknown): AppError =>
  new AppError('USAGE', { reason: `There is no call named ${typeof name === 'string' ? `"${name}"` : 'like that'}.` })

/** Answers a call of the engine. Never rejects. */
export const answerCall = (name: unknown, params: unknown, caller: Caller, log: FailureLog): Promise<Reply<unknown>> =>
  reply(
    name,
    async () => {
      if (!isCallName(name)) throw unknownCall(name)
      const call: AnyCall = (called, parsed) => caller(called as CallName, parsed as never)
      return answer(name, callTable[name], params, call)
    },
    log,
  )

/** Answers a call of the app around the engine. Never rejects. */
export const answerAppCall = (
  name: unknown,
  params: unknown,
  handlers: AppCallHandlers,
  log: FailureLog,
): Promise<Reply<unknown>> =>
  reply(
    name,
    async () => {
      if (!isAppCallName(name)) throw unknownCall(name)
      const call: AnyCall = (called, parsed) => handlers[called as AppCallName](parsed as never)
      return answer(name, appCallTable[name], params, call)
    },
    log,
  )

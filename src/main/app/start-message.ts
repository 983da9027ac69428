/**
 * Owns what one start says to the Sluice that is open already: that one may be of another version, so it is parsed. How much it may be is bounded
 * by the way it comes: a message by its size, a file by nothing. Loaded when there is one.
 */
import { z } from 'zod'
import { offeredPathSchema } from '../../shared/calls'
import { MOST_LINKS, type StartRequest } from './start-words'

const startRequestSchema = z.object({
  links: z.array(z.string()).max(MOST_LINKS),
  paths: z.array(offeredPathSchema),
  handed: z.string().max(100).nullable().default(null),
})

/** What was written down for another start. @throws ZodError */
export const readStartMessage = (content: unknown): StartRequest => startRequestSchema.parse(content)

/** What another start asked for, as it arrived; one that makes no sense asks for nothing. */
export const parseStartMessage = (message: unknown): StartRequest => {
  const parsed = startRequestSchema.safeParse(message)
  return parsed.success ? parsed.data : { links: [], paths: [], handed: null }
}

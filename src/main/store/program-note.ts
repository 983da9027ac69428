/**
 * Owns the word that a program leaves in a data folder: which version of it wrote there last, for the sentence that an older one says.
 * Refuses: deciding anything by it; the version of the schema decides.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeSync } from './whole-files'

const NAME = 'written-by.json'
const noteSchema = z.object({ program: z.string().max(100) })

/** The version of the program that wrote the folder last; `null` when it left no word. */
export const readProgram = (dataDir: string): string | null => {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(join(dataDir, NAME), 'utf8'))).program
  } catch {
    // It is for a sentence alone: one that is not there, or not to be read, is left out of it.
    return null
  }
}

/** Leaves word. Only for the owner. @throws what the file system throws */
export const noteProgram = (dataDir: string, program: string): void => {
  if (readProgram(dataDir) !== program) writeWholeSync(join(dataDir, NAME), JSON.stringify({ program }))
}

/**
 * Owns `sluice collections export` and `import`: the settings of a collection as a file. Refuses: documents; those are ingested.
 */
import { open, readFile, stat } from 'node:fs/promises'
import {
  fileOf,
  MAX_COLLECTION_FILE_BYTES,
  readCollectionFile,
  writeCollectionFile,
} from '../../../shared/collection-settings'
import { AppError } from '../../../shared/errors'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet, textOf } from '../options'
import { toOneLine } from '../output/display-text'
import { agreeToModel } from './collections'

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const writeNew = async (path: string, text: string): Promise<void> => {
  try {
    // What is there already is nobody's to replace.
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', { path, reason: reasonOf(cause) }, { cause })
  }
}

const readText = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path)
    if (size > MAX_COLLECTION_FILE_BYTES)
      throw new AppError('COLLECTION_FILE_INVALID', { path, reason: `it has ${size} bytes` })
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('COLLECTION_FILE_INVALID', { path, reason: reasonOf(cause) }, { cause })
  }
}

export const exportSettings: CommandRun = async (context, [name = ''], options) => {
  const { terminal, json } = context
  const path = textOf(options, 'out')
  const session = await context.open()
  const collection = await session.call('collections.show', { name })
  if (path !== undefined) await writeNew(path, writeCollectionFile(collection))
  if (path === undefined || json) await terminal.writeJson(fileOf(collection))
  else await terminal.writeLine(`The settings of "${toOneLine(collection.name)}" are in ${toOneLine(path)}.`)
  return exitCodes.done
}

export const importSettings: CommandRun = async (context, [path = ''], options) => {
  const { terminal, json } = context
  const file = readCollectionFile(await readText(path), path)
  const { model, ...settings } = file.settings
  const name = textOf(options, 'name') ?? file.name
  const session = await context.open()
  // The built-in model is there without being asked for.
  const asked = model === null || model === 'local' ? undefined : model
  if (
    asked !== undefined &&
    !(await agreeToModel(context, session, { name, model: asked, yes: isSet(options, 'yes') }))
  )
    return exitCodes.waits
  const collection = await session.call('collections.create', { name, ...settings, model: asked })
  if (json) await terminal.writeJson(collection)
  else await terminal.writeLine(`Made "${toOneLine(collection.name)}" with the settings of ${toOneLine(path)}.`)
  return exitCodes.done
}

/**
 * Owns the files of a model folder: finding them within the folder, reading what is small, marking what was read.
 * Refuses: anything outside the folder, whatever a name or a link says, and what is no regular file.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/errors'
import type { FileMark } from '../../../shared/model-folders'

/** Of a description. The largest tokenizers (250,000 pieces and their scores) have 33 MB. */
const MAX_JSON_BYTES = 128 * 1024 * 1024

export type FolderFiles = {
  readonly folder: string
  /** The absolute path of a file of the folder; `null` when there is none. @throws MODEL_UNSUPPORTED when it is outside */
  readonly find: (name: string) => Promise<string | null>
  /** @throws MODEL_FOLDER_INCOMPLETE, MODEL_UNSUPPORTED */
  readonly require: (name: string) => Promise<string>
  /** A description; `null` when there is none. @throws MODEL_FOLDER_DAMAGED when it is not what it should be */
  readonly readJson: <T>(name: string, schema: z.ZodType<T>) => Promise<T | null>
  /** @throws MODEL_FOLDER_INCOMPLETE */
  readonly mark: (name: string) => Promise<FileMark>
  readonly hash: (name: string, onPiece: () => void) => Promise<string>
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const isWithin = (root: string, file: string): boolean => {
  const relative = path.relative(root, file)
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)
}

/** Tools that fetch models keep a file once, in `blobs`, and link to it from `snapshots/REVISION`. */
const rootsOf = (folder: string): readonly string[] => {
  const snapshots = path.dirname(folder)
  return path.basename(snapshots) === 'snapshots' ? [folder, path.join(path.dirname(snapshots), 'blobs')] : [folder]
}

/** What could not be used of a folder. */
export const damaged = (folder: string, reason: string, cause?: unknown): AppError =>
  new AppError('MODEL_FOLDER_DAMAGED', { path: folder, reason }, { cause })

export const unsupported = (folder: string, reason: string): AppError =>
  new AppError('MODEL_UNSUPPORTED', { path: folder, reason })

/** @throws MODEL_FOLDER_MISSING */
export const openFolder = async (given: string): Promise<FolderFiles> => {
  const missing = (reason: string, cause?: unknown): AppError =>
    new AppError('MODEL_FOLDER_MISSING', { path: given, reason }, { cause })
  let folder: string
  try {
    folder = await realpath(given)
    if (!(await stat(folder)).isDirectory()) throw missing('it is no folder')
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    throw missing(['ENOENT', 'ENOTDIR'].includes(codeOf(thrown)) ? 'it is not there' : reasonOf(thrown), thrown)
  }
  const roots = rootsOf(folder)

  const find = async (name: string): Promise<string | null> => {
    const file = path.resolve(folder, name)
    if (name.includes('\0') || !isWithin(folder, file)) throw unsupported(given, `"${name}" is outside of its folder`)
    try {
      const real = await realpath(file)
      if (!roots.some((root) => isWithin(root, real))) {
        throw unsupported(given, `"${name}" is a link to something outside of its folder`)
      }
      return (await stat(real)).isFile() ? file : null
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(thrown))) return null
      throw damaged(given, reasonOf(thrown), thrown)
    }
  }
  const require = async (name: string): Promise<string> => {
    const file = await find(name)
    if (file === null) throw new AppError('MODEL_FOLDER_INCOMPLETE', { path: given, file: name })
    return file
  }

  return {
    folder: given,
    find,
    require,
    readJson: async (name, schema) => {
      const file = await find(name)
      if (file === null) return null
      if ((await stat(file)).size > MAX_JSON_BYTES) throw damaged(given, `"${name}" is too large to be a description`)
      try {
        return schema.parse(JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, '')))
      } catch (cause) {
        const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined
        const detail = issue ? `: ${issue.path.join('.')} ${issue.message}` : ''
        throw damaged(given, `"${name}" is not what it should be${detail}`, cause)
      }
    },
    mark: async (name) => {
      const { size, mtimeMs, ctimeMs, ino } = await stat(await require(name))
      return { name, sizeBytes: size, modifiedMs: mtimeMs, changedMs: ctimeMs, inode: ino }
    },
    hash: async (name, onPiece) => {
      const hash = createHash('sha256')
      for await (const piece of createReadStream(await require(name), { highWaterMark: 1024 * 1024 })) {
        hash.update(piece as Buffer)
        onPiece()
      }
      return hash.digest('hex')
    },
  }
}

/** Whether every file is still the one that was read. @throws MODEL_FOLDER_MISSING, MODEL_FOLDER_INCOMPLETE */
export const isUnchanged = async (files: FolderFiles, marks: readonly FileMark[]): Promise<boolean> => {
  for (const was of marks) {
    const now = await files.mark(was.name)
    const isSame =
      now.sizeBytes === was.sizeBytes &&
      now.modifiedMs === was.modifiedMs &&
      now.changedMs === was.changedMs &&
      now.inode === was.inode
    if (!isSame) return false
  }
  return true
}

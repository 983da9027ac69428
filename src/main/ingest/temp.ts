/**
 * Owns the temp folders: one for each job below the data folder, gone when the job ends and at every start.
 * Refuses: files anywhere else. Nothing durable depends on what is in here.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The job's own temp folder. It is made by the first worker that writes to it. */
export const jobTempDir = (tempRoot: string, jobId: number): string => join(tempRoot, `job-${jobId}`)

export const removeJobTemp = (tempRoot: string, jobId: number): Promise<void> =>
  rm(jobTempDir(tempRoot, jobId), { recursive: true, force: true, maxRetries: 3 })

/** Removes what a crash or a kill left. Only the owner may call it, before any work starts. */
export const clearTemp = (tempRoot: string): void => rmSync(tempRoot, { recursive: true, force: true, maxRetries: 3 })

/** Jobs that have a temp folder. */
export const listJobTemp = (tempRoot: string): number[] =>
  statSync(tempRoot, { throwIfNoEntry: false })
    ? readdirSync(tempRoot).flatMap((name) => {
        const [, id] = /^job-(\d+)$/.exec(name) ?? []
        return id === undefined ? [] : [Number(id)]
      })
    : []

/** Bytes in a job's temp folder now; files that vanish meanwhile count as nothing. */
export const jobTempBytes = (tempRoot: string, jobId: number): number => {
  const sizeOf = (path: string): number => {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats?.isDirectory() ? sumOf(path) : (stats?.size ?? 0)
  }
  const sumOf = (dir: string): number => readdirSync(dir).reduce((sum, name) => sum + sizeOf(join(dir, name)), 0)
  const dir = jobTempDir(tempRoot, jobId)
  return statSync(dir, { throwIfNoEntry: false }) ? sumOf(dir) : 0
}

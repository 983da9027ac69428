/**
 * Owns what is known of a backup of the data folder: the note that lies in it, and where backups and the sign of an upgrade lie.
 * Refuses: making, restoring and removing them; `main/store/backups.ts` does.
 */
import { z } from 'zod'

/** In the data folder: one folder for each backup. */
export const BACKUP_FOLDER = 'backups'

/** In the data folder while its owner brings it up to date. A process that finds another owner waits for it instead of giving up. */
export const UPGRADE_SIGN = 'upgrading'

/** Backups that are kept; older ones go when a new one is whole. */
export const BACKUPS_KEPT = 2

/** Why it was made: before an upgrade, or before another backup was put in the place of what it holds. */
export const backupReasons = ['upgrade', 'restore'] as const

/** `vectors`: `linked` shares its bytes with the index as long as both have them; `copied`; `none`, they are made again from the text. */
export const backupVectors = ['linked', 'copied', 'none'] as const

/** The note in a backup (`backup.json`). Fields are only ever added. */
export const backupNoteSchema = z.object({
  /** UTC. */
  madeAt: z.string(),
  reason: z.enum(backupReasons),
  /** The version of the data in it; a program reads its own version and older ones. */
  schema: z.number().int().min(0),
  /** What the upgrade led to. */
  toSchema: z.number().int().min(0),
  /** The program that wrote the folder before; `null` when it left no word of itself. */
  program: z.string().nullable(),
  /** Of the files that are its own: what removing it frees at least. */
  bytes: z.number().min(0),
  vectors: z.enum(backupVectors),
  /** Whether the upgrade it was made for came to its end. */
  done: z.boolean(),
})
export type BackupNote = z.infer<typeof backupNoteSchema>

export const backupSchema = backupNoteSchema.extend({
  /** The name of its folder. */
  id: z.string(),
  /** This program can read it. */
  usable: z.boolean(),
})
export type Backup = z.infer<typeof backupSchema>

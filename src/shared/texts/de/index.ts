/** Owns the list of the German catalogues; one that is missing is a type error. */
import { collections } from './collections'
import { commands } from './commands'
import { common } from './common'
import { desktop } from './desktop'
import { failed } from './failed'
import { figures } from './figures'
import { intake } from './intake'
import { dashboard } from './dashboard'
import { documents } from './documents'
import { failed } from './failed'
import { figures } from './figures'
import { kinds } from './kinds'
import { models } from './models'
import { queue } from './queue'
import { report } from './report'
import { shell } from './shell'
import { words } from './words'
import type { en } from '../en'

export const de: { readonly [Part in keyof typeof en]: Readonly<Record<keyof (typeof en)[Part], string>> } = {
  collections,
  commands,
  common,
  desktop,
  failed,
  figures,
  intake,
  dashboard,
  documents,
  failed,
  figures,
  kinds,
  models,
  queue,
  report,
  shell,
  words,
}

/** Owns the list of the English catalogues, by the part of the window they belong to. */
import { ask } from './ask'
import { client } from './client'
import { collections } from './collections'
import { commands } from './commands'
import { common } from './common'
import { dashboard } from './dashboard'
import { desktop } from './desktop'
import { documents } from './documents'
import { failed } from './failed'
import { figures } from './figures'
import { files } from './files'
import { goingBack } from './going-back'
import { intake } from './intake'
import { kinds } from './kinds'
import { models } from './models'
import { preview } from './preview'
import { queue } from './queue'
import { report } from './report'
import { roles } from './roles'
import { search } from './search'
import { settings } from './settings'
import { shell } from './shell'
import { updates } from './updates'
import { words } from './words'

export const en = {
  ask,
  client,
  collections,
  commands,
  common,
  dashboard,
  desktop,
  documents,
  failed,
  figures,
  files,
  goingBack,
  intake,
  kinds,
  models,
  preview,
  queue,
  report,
  roles,
  search,
  settings,
  shell,
  updates,
  words,
} as const

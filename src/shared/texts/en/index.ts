/** Owns the list of the English catalogues, by the part of the window they belong to. */
import { commands } from './commands'
import { common } from './common'
import { desktop } from './desktop'
import { failed } from './failed'
import { figures } from './figures'
import { intake } from './intake'
import { queue } from './queue'
import { report } from './report'
import { shell } from './shell'
import { words } from './words'

export const en = {
  commands,
  common,
  desktop,
  failed,
  figures,
  intake,
  queue,
  report,
  shell,
  words,
} as const

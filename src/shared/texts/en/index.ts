/** Owns the list of the English catalogues, by the part of the window they belong to. */
import { commands } from './commands'
import { common } from './common'
import { shell } from './shell'

export const en = { commands, common, shell } as const

/** Owns the list of the English catalogues, by the part of the window they belong to. */
import { commands } from './commands'
import { common } from './common'
import { failed } from './failed'
import { queue } from './queue'
import { report } from './report'
import { shell } from './shell'

export const en = { commands, common, failed, queue, report, shell } as const

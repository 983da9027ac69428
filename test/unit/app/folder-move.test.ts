// The data folder moved from the window: what waits for the engine is done before the engine closes, and only then the folder goes.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineLink } from '../../../src/main/app/engine-link'
import { makeFolderCalls } from '../../../src/main/app/folder-move'
import { Notes } from '../../../src/main/app/notes'
import { Speech } from '../../../src/main/app/speech'
import { SpokenLanguage } from '../../../src/main/app/spoken-language'
import { toAppError } from '../../../src/shared/errors'
import { silentLog } from '../../support/silent-log'
import type { BrowserWindow } from 'electron'

let chosen = ''
vi.mock('electron', () => ({
  dialog: { showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: [chosen] }) },
}))

let folder = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-folder-move-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('removes what waits to be removed while the engine is there, then closes it, moves, and starts anew', async () => {
  const dataDir = join(folder, 'from')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'settings.json'), '{}')
  chosen = join(folder, 'to')
  const steps: string[] = []
  const step = (name: string): void => {
    steps.push(`${name}${existsSync(join(dataDir, 'moved-to.json')) ? ', moved' : ''}`)
  }
  const session = {
    call: () => Promise.reject(new Error('nobody answers')),
    role: () => 'owner' as const,
    onEvent: () => () => undefined,
    close: async () => step('closed'),
  }
  const link = new EngineLink(
    async () => session,
    (error) => expect(error).toBeNull(),
  )
  await link.start()
  const notes = new Notes(dataDir)
  const calls = makeFolderCalls({
    dataDir,
    managedDir: null,
    link,
    window: () => ({}) as BrowserWindow,
    speech: new Speech(new SpokenLanguage('en', undefined, ['en'])),
    log: silentLog,
    removals: {
      close: async () => {
        step('removed')
        const late = {
          id: 'late',
          kind: 'text',
          name: null,
          bytes: Buffer.from('pasted meanwhile'),
          last: true,
        } as const
        await notes.add(late).catch((thrown: unknown) => step(toAppError(thrown).code))
      },
    },
    notes,
    startAnew: () => step('anew'),
  })
  const before = { id: 'before', kind: 'text', name: null, bytes: Buffer.from('pasted before'), last: true } as const
  const kept = await notes.add(before)
  await calls['dataFolder.choose']({})
  await calls['dataFolder.move']({})
  expect(steps).toEqual(['removed', 'MOVE_UNDER_WAY', 'closed', 'anew, moved'])
  expect(readdirSync(join(chosen, 'Notes'))).toEqual([basename(kept ?? '')])
})

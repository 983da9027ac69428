// The data folder moved from the window: what waits for the engine is done before the engine closes, and only then the folder goes.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { EngineLink } from '../../../src/main/app/engine-link'
import { makeFolderCalls } from '../../../src/main/app/folder-move'
import { Speech } from '../../../src/main/app/speech'
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
  const calls = makeFolderCalls({
    dataDir,
    managedDir: null,
    link,
    window: () => ({}) as BrowserWindow,
    speech: new Speech('en', undefined, ['en']),
    log: silentLog,
    removals: { close: async () => step('removed') },
    startAnew: () => step('anew'),
  })
  await calls['dataFolder.choose']({})
  await calls['dataFolder.move']({})
  expect(steps).toEqual(['removed', 'closed', 'anew, moved'])
})

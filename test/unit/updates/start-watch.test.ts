// How the app tells the end of a watched start: the first call of the page that is answered is a good one, a refused engine a failed one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { beginInstall, noteStart } from '../../../src/main/updates/installed'
import { watchStart } from '../../../src/main/updates/start-watch'
import { readState } from '../../../src/main/updates/state'
import { silentLog } from '../../support/silent-log'
import type { Caller } from '../../../src/shared/calls'
import type { Install } from '../../../src/main/updates/state'

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-watch-'))
  await beginInstall(folder, { from: '1.0.0', to: '2.0.0', packageFile: join(folder, 'new.deb'), previousFile: null })
  expect(await noteStart(folder, '2.0.0')).toEqual({ kind: 'watched' })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const kept = (): Partial<Install> | null =>
  readState(folder, (thrown) => {
    throw thrown
  }).install

it('a call of the page that is answered ends it well, and is handed on', async () => {
  const asked: string[] = []
  const call: Caller = (name) => {
    asked.push(name)
    return Promise.reject(new Error('not yet'))
  }
  const watch = watchStart(folder, silentLog)
  await expect(watch.watchCalls(call)('collections.list', {})).rejects.toThrow('not yet')
  expect(kept()).toMatchObject({ started: false, starting: true })
  const answering: Caller = () => Promise.resolve({} as never)
  await watch.watchCalls(answering)('collections.list', {})
  await expect.poll(kept).toMatchObject({ started: true, starting: false })
  expect(asked).toEqual(['collections.list'])
  watch.failed('INTERNAL_BUG')
  watch.quit()
  await new Promise((resolve) => setImmediate(resolve))
  expect(kept()).toMatchObject({ started: true, failedStarts: 0 })
})

it('an engine that refuses is a failed start, unless another version would be refused as well', async () => {
  const watch = watchStart(folder, silentLog)
  watch.failed('DATA_DIR_IN_USE')
  await new Promise((resolve) => setImmediate(resolve))
  expect(kept()).toMatchObject({ failedStarts: 0, starting: true })
  watch.failed('UPGRADE_FAILED')
  await expect.poll(kept).toMatchObject({ failedStarts: 1, starting: false })
  watch.quit()
  expect(await noteStart(folder, '2.0.0')).toEqual({ kind: 'watched' })
  expect(kept()).toMatchObject({ failedStarts: 1 })
})

it('a person who quits is no failed start', async () => {
  const watch = watchStart(folder, silentLog)
  watch.quit()
  await expect.poll(kept).toMatchObject({ failedStarts: 0, starting: false })
})

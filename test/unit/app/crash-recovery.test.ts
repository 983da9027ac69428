// What follows a crash of the page: again, a few times; then a page that says so, whose links are heard.
import { describe, expect, test } from 'vitest'
import { APP_PAGE } from '../../../src/main/app/content-policy'
import { createTranslate } from '../../../src/shared/translate'
import { CRASH_PAGE, crashLinks, renderCrashPage } from '../../../src/main/app/crash-page'
import { CrashRecovery } from '../../../src/main/app/crash-recovery'

const MINUTE = 60_000

const makeRecovery = (saveReport: (what: string) => Promise<string | null> = async () => null) => {
  const loaded: string[] = []
  const state = { nowMs: 0, quits: 0 }
  const recovery = new CrashRecovery({
    nowMs: () => state.nowMs,
    load: (address) => loaded.push(address),
    saveReport,
    quit: () => (state.quits += 1),
    onFailure: (thrown) => {
      throw thrown
    },
  })
  return { loaded, state, recovery }
}

describe('a page that crashes', () => {
  test('is loaded again three times, then the crash page stands in its place', () => {
    const { loaded, recovery } = makeRecovery()
    for (let crash = 0; crash < 4; crash += 1) recovery.take('oom', 5, APP_PAGE)
    expect(loaded).toEqual([APP_PAGE, APP_PAGE, APP_PAGE, CRASH_PAGE])
    expect(recovery.crash()).toEqual({ reason: 'oom', exitCode: 5, said: null })
  })

  test('is loaded again for ever when it crashes now and then only', () => {
    const { loaded, state, recovery } = makeRecovery()
    for (let crash = 0; crash < 12; crash += 1) {
      recovery.take('crashed', 11, APP_PAGE)
      state.nowMs += 2 * MINUTE
    }
    expect(new Set(loaded)).toEqual(new Set([APP_PAGE]))
  })

  test('is left alone when it ended by itself, or when the crash page crashes as well', () => {
    const { loaded, recovery } = makeRecovery()
    recovery.take('clean-exit', 0, APP_PAGE)
    expect(loaded).toEqual([])
    for (let crash = 0; crash < 6; crash += 1) recovery.take('crashed', 11, crash < 4 ? APP_PAGE : CRASH_PAGE)
    expect(loaded.filter((address) => address === CRASH_PAGE)).toHaveLength(1)
  })

  test('is opened again by the link, with its tries before it', () => {
    const { loaded, state, recovery } = makeRecovery()
    for (let crash = 0; crash < 4; crash += 1) recovery.take('crashed', 11, APP_PAGE)
    expect(recovery.follow(crashLinks.open, APP_PAGE)).toBe(false)
    expect(recovery.follow('https://example.com/', CRASH_PAGE)).toBe(false)
    expect(recovery.follow(crashLinks.open, CRASH_PAGE)).toBe(true)
    recovery.take('crashed', 11, APP_PAGE)
    expect(loaded.slice(4)).toEqual([APP_PAGE, APP_PAGE])
    expect(recovery.follow(crashLinks.quit, CRASH_PAGE)).toBe(true)
    expect(state.quits).toBe(1)
  })

  test('says where the report file is, or why there is none', async () => {
    const outcomes: (() => Promise<string | null>)[] = [
      async () => '/tmp/report.txt',
      async () => Promise.reject(new Error('no permission')),
    ]
    const said: (string | null)[] = []
    for (const outcome of outcomes) {
      const { loaded, recovery } = makeRecovery(outcome)
      recovery.follow(crashLinks.report, CRASH_PAGE)
      await expect.poll(() => loaded).toEqual([CRASH_PAGE])
      said.push(recovery.crash().said)
    }
    expect(said).toEqual(['Saved as /tmp/report.txt', 'no permission'])
  })
})

test('the crash page has no script, and what it quotes is text', () => {
  const page = renderCrashPage({ reason: '<script>', exitCode: 1, said: '"><img src=x>' }, 'abc', {
    t: createTranslate('en'),
    language: 'en',
  })
  expect(page).not.toMatch(/<script|<img|src="|http/)
  expect(page).toContain('&#60;script&#62;')
  for (const link of Object.values(crashLinks)) expect(page).toContain(`href="${link}"`)
})

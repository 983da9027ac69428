// What the desktop around the window decides: where the window opens, where links lead, what starts at login.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPlaceLink } from '../../../src/main/app/place-link'
import { placeWindow } from '../../../src/main/app/window-place'
import { WorkWatch, type WorkState } from '../../../src/main/app/work-watch'
import type { Caller } from '../../../src/shared/calls'

vi.mock('electron', () => ({ app: {} }))

describe('the window opens', () => {
  const main = { x: 0, y: 25, width: 1440, height: 875 }
  const second = { x: 1440, y: 0, width: 1920, height: 1080 }

  test.each([
    ['where it was', { x: 1500, y: 40, width: 900, height: 700 }, { x: 1500, y: 40, width: 900, height: 700 }],
    ['in the middle the first time', { x: null, y: null, width: 900, height: 700 }, { width: 900, height: 700 }],
    [
      'in the middle when its display is gone',
      { x: 4000, y: 40, width: 900, height: 700 },
      { width: 900, height: 700 },
    ],
    [
      'in the middle when its head is above all',
      { x: 10, y: -300, width: 900, height: 700 },
      { width: 900, height: 700 },
    ],
    [
      'no larger than its display',
      { x: 0, y: 25, width: 3000, height: 2000 },
      { x: 0, y: 25, width: 1440, height: 875 },
    ],
  ])('%s', (_name, wanted, place) => {
    expect(placeWindow(wanted, [main, second])).toEqual(place)
  })

  test('within a display of 800 by 600', () => {
    const place = placeWindow({ x: null, y: null, width: 1180, height: 780 }, [{ x: 0, y: 0, width: 800, height: 600 }])
    expect(place).toEqual({ width: 800, height: 600 })
  })
})

describe('a link', () => {
  test.each([
    ['sluice://search?q=blue%20heron', { kind: 'search', query: 'blue heron' }],
    ['sluice://document/0197-ab_C', { kind: 'document', id: '0197-ab_C' }],
  ])('%s leads there', (link, place) => {
    expect(readPlaceLink(link)).toEqual(place)
  })

  test.each([
    'sluice://app/index.html',
    'sluice://app/crash/quit',
    'sluice://search',
    'sluice://search?q=',
    'sluice://search?q=a&mode=keyword',
    'sluice://search/x?q=a',
    'sluice://search?q=a%0Ab',
    `sluice://search?q=${'a'.repeat(3_000)}`,
    'sluice://document/',
    'sluice://document/../../etc/passwd',
    'sluice://document/a%2Fb',
    'sluice://document/a?x=1',
    'sluice://user:secret@document/1',
    'sluice://document:80/1',
    'sluice://delete/1',
    'https://example.com/',
    'sluice://[',
    '',
  ])('%s leads nowhere', (link) => {
    expect(readPlaceLink(link)).toBeNull()
  })
})

describe('starting at login', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-login-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('is a file that comes and goes, and nobody else’s', async () => {
    const { setAutostart } = await import('../../../src/main/app/autostart-file')
    const file = join(folder, 'autostart', 'sluice.desktop')
    const command = ['/opt/Sluice App/sluice', '--data-dir', '/home/a "b" $c 100%']
    expect(await setAutostart(file, false, command)).toBe(true)
    expect(await setAutostart(file, true, command)).toBe(true)
    expect(await readFile(file, 'utf8')).toContain(
      'Exec="/opt/Sluice App/sluice" "--data-dir" "/home/a \\"b\\" \\$c 100%%"\n',
    )
    expect(await setAutostart(file, false, command)).toBe(true)
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
    await writeFile(file, '[Desktop Entry]\nName=Another\n')
    expect(await setAutostart(file, true, command)).toBe(false)
    expect(await readFile(file, 'utf8')).toContain('Another')
  })
})

test('the work is told as it is, and each job that ends once', async () => {
  const states: WorkState[] = []
  const ended: string[] = []
  const timers: (() => void)[] = []
  let hint: (event: { type: 'changed'; topics: 'jobs'[] }) => void = () => undefined
  let jobs = [
    { id: '1', state: 'running', progress: 0.5 },
    { id: '2', state: 'completed', progress: 1 },
  ]
  const answers: Record<string, () => unknown> = {
    'queue.status': () => ({ blocked: null, block: null, deadLetters: 3, jobs: { paused: 1 } }),
    'jobs.list': () => ({ jobs, total: jobs.length }),
  }
  const watch = new WorkWatch({
    call: (async (name: string) => answers[name]?.()) as unknown as Caller,
    onEvent: (listen) => {
      hint = listen
      return () => undefined
    },
    onState: (state) => states.push(state),
    onEnded: (job) => ended.push(job.id),
    onFailure: (thrown) => {
      throw thrown
    },
    setTimer: (_ms, fire) => {
      timers.push(fire)
      return () => undefined
    },
  })
  await expect.poll(() => timers.length).toBe(1)
  expect(states).toEqual([
    { working: true, paused: 1, open: 1, share: 0.5, deadLetters: 3, blocked: null, polite: false },
  ])
  // The last one has begun and ended since.
  jobs = [...jobs.map((job) => ({ ...job, state: 'completed' })), { id: '3', state: 'failed', progress: 1 }]
  for (let time = 0; time < 5; time += 1) hint({ type: 'changed', topics: ['jobs'] })
  timers.shift()?.()
  await expect.poll(() => timers.length).toBe(1)
  expect(states.at(-1)).toMatchObject({ working: false, open: 0, share: null })
  expect(states).toHaveLength(2)
  expect(ended).toEqual(['1', '3'])
  watch.close()
})

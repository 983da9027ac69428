// What the page cannot do, whoever writes its scripts.
import { expect, test } from '@playwright/test'
import { launchApp, waitUntilReady, type RunningApp } from './support/app'
import type { Reply } from '../../src/shared/window'

test.describe.configure({ mode: 'serial' })

let running: RunningApp

test.beforeAll(async () => {
  running = await launchApp()
  await waitUntilReady(running)
})
test.afterAll(async () => {
  await running.close()
})

const codeOf = (reply: Reply<unknown>): string => (reply.ok ? 'ok' : reply.error.code)

test('the page has no Node, and of the app only the bridge', async () => {
  const found = await running.page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    bridge: Object.keys(window.sluice).sort(),
    isolated: window.location.origin,
  }))
  expect(found).toEqual({
    globals: [],
    bridge: ['app', 'call', 'onEvent', 'pathsOfDrop'],
    isolated: 'sluice://app',
  })
})

test('the window is sandboxed and isolated', async () => {
  const preferences = await running.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences: () => Record<string, unknown>
    }
    const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences()
    return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag: webviewTag ?? false }
  })
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  })
})

test('the page is served with a strict policy and a fresh nonce for each load', async () => {
  const nonces: string[] = []
  for (let load = 0; load < 2; load += 1) {
    const response = await running.page.reload()
    const policy = response?.headers()['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("connect-src 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toContain('unsafe')
    nonces.push(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '')
  }
  expect(nonces[0]).toMatch(/^[A-Za-z0-9+/]{20,}=*$/)
  expect(nonces[0]).not.toBe(nonces[1])
  await waitUntilReady(running)
})

test('scripts are not made from text, and markup is not injected', async () => {
  const outcomes = await running.page.evaluate(async () => {
    const attempt = (work: () => unknown): string => {
      try {
        work()
        return 'done'
      } catch (error) {
        return error instanceof Error ? error.name : 'refused'
      }
    }
    const target = document.createElement('div')
    const script = document.createElement('script')
    Object.assign(window, { ran: false })
    const results = {
      markup: attempt(() => (target.innerHTML = '<img src=x onerror="window.ran = true">')),
      text: attempt(() => (target.innerHTML = 'only text')),
      scriptText: attempt(() => (script.text = 'window.ran = true')),
      scriptAddress: attempt(() => (script.src = 'data:text/javascript,window.ran=true')),
    }
    const inline = document.createElement('script')
    const inlineText = attempt(() => {
      inline.append('window.ran = true')
      document.body.append(inline)
    })
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- code from text is just what has to be refused here
    const evaluated = attempt(() => setTimeout('window.ran = true', 0))
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { ...results, inlineText, evaluated, ran: (window as unknown as { ran: boolean }).ran }
  })
  expect(outcomes).toEqual({
    markup: 'TypeError',
    text: 'done',
    scriptText: 'TypeError',
    scriptAddress: 'TypeError',
    inlineText: 'TypeError',
    evaluated: 'TypeError',
    ran: false,
  })
})

test('the page reaches no network and no other file', async () => {
  const outcomes = await running.page.evaluate(async () => {
    const attempt = (address: string): Promise<string> =>
      fetch(address).then(
        () => 'answered',
        () => 'refused',
      )
    return Promise.all(
      ['https://example.com/', 'http://127.0.0.1:1/', 'file:///etc/passwd', 'sluice://other/index.html'].map(attempt),
    )
  })
  expect(outcomes).toEqual(['refused', 'refused', 'refused', 'refused'])
})

test('the protocol serves the built page only', async () => {
  const statuses = await running.app.evaluate(async ({ net }) => {
    const addresses = [
      'sluice://app/index.html',
      'sluice://app/../../package.json',
      'sluice://app/%2e%2e/%2e%2e/package.json',
      'sluice://app/..%2f..%2fpackage.json',
      'sluice://elsewhere/index.html',
    ]
    const answers = await Promise.all(addresses.map((address) => net.fetch(address)))
    return answers.map(({ status }) => status)
  })
  expect(statuses).toEqual([200, 404, 404, 404, 404])
})

test('the page is not navigated away and opens no windows', async () => {
  const { app, page } = running
  await page.evaluate(() => {
    window.open('https://example.com/')
    const link = document.createElement('a')
    link.href = 'https://example.com/'
    document.body.append(link)
    link.click()
    window.location.href = 'file:///etc/passwd'
  })
  await expect(page.getByRole('search')).toBeVisible()
  expect(page.url()).toBe('sluice://app/index.html')
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('permissions are denied', async () => {
  const outcomes = await running.page.evaluate(async () => {
    const states = await Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'].map(async (name) => {
        const { state } = await navigator.permissions.query({ name: name as PermissionName })
        return state
      }),
    )
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    )
    return [...states, media]
  })
  expect(outcomes).toEqual(['denied', 'denied', 'denied', 'denied', 'denied', 'denied'])
})

test('calls are checked at the border', async () => {
  const replies = (await running.page.evaluate(async () => {
    const { call, app } = window.sluice as unknown as Record<'call' | 'app', (...args: unknown[]) => Promise<unknown>>
    return Promise.all([
      call('no.such.call', {}),
      call('__proto__', {}),
      call(42, {}),
      call('jobs.create', { paths: [] }),
      call('collections.create', { name: 'x'.repeat(2_000_000) }),
      call('search', { query: 'x', limit: 100_000 }),
      call('documents.show', { id: 'no such document' }),
      app('theme.set', { choice: 'pink' }),
      app('app.evaluate', {}),
      call('collections.list', {}),
    ])
  })) as Reply<unknown>[]
  expect(replies.map(codeOf)).toEqual([
    'USAGE',
    'USAGE',
    'USAGE',
    'USAGE',
    'USAGE',
    'USAGE',
    'NOT_FOUND',
    'USAGE',
    'USAGE',
    'ok',
  ])
  expect(JSON.stringify(replies)).not.toContain('at ')
})

test('another page of the same app is not served by the channels', async () => {
  const reply = await running.app.evaluate(async ({ BrowserWindow }, preload) => {
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
    await other.loadURL('sluice://app/index.html')
    const answer = (await other.webContents.executeJavaScript('window.sluice.call("collections.list", {})')) as unknown
    other.destroy()
    return answer
  }, `${process.cwd()}/out/preload/index.js`)
  expect(codeOf(reply as Reply<unknown>)).toBe('USAGE')
})

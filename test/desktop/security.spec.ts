// What the page cannot do, whoever writes its scripts.
import { createServer } from 'node:http'
import { expect, test } from '@playwright/test'
import { launchApp, waitUntilReady, type RunningApp } from './support/app'
import type { AddressInfo } from 'node:net'
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

test('neither the page nor its session reaches the network, and the page no other file', async () => {
  let requests = 0
  // A server that would gladly answer anybody: what is refused is refused on this side.
  const server = createServer((_request, response) => {
    requests += 1
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('reached')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const fromPage = await running.page.evaluate(async (reachable) => {
    const attempt = (target: string): Promise<string> =>
      fetch(target).then(
        () => 'answered',
        () => 'refused',
      )
    const image = new Promise<string>((resolve) => {
      const element = new Image()
      element.onload = element.onerror = () => resolve(element.naturalWidth > 0 ? 'answered' : 'refused')
      element.src = reachable
    })
    return [...(await Promise.all([reachable, 'file:///etc/passwd', 'sluice://other/'].map(attempt))), await image]
  }, address)
  const fromSession = await running.app.evaluate(
    ({ session }, target) =>
      session.defaultSession.fetch(target).then(
        () => 'answered',
        () => 'refused',
      ),
    address,
  )
  server.close()
  expect([...fromPage, fromSession]).toEqual(['refused', 'refused', 'refused', 'refused', 'refused'])
  expect(requests).toBe(0)
  // What was refused is in the ledger.
  const { port } = new URL(address)
  const readLedger = () =>
    running.page.evaluate(async () => {
      const reply = await window.sluice.call('ledger.list', {})
      return reply.ok ? reply.value : null
    })
  await expect
    .poll(async () => {
      const ledger = await readLedger()
      const asked = ledger?.connections.filter((connection) => String(connection.port) === port) ?? []
      return [...new Set(asked.map(({ purpose }) => purpose))].sort()
    })
    .toEqual(['window: connect-src', 'window: img-src', 'window: request'])
  expect((await readLedger())?.sent).toBe(0)
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
  const { app } = running
  // Asked of the main process throughout: the test runner waits for navigations that were denied.
  const after = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    if (contents === undefined) return null
    const run = (script: string): Promise<unknown> => contents.executeJavaScript(script, true)
    await run('window.open("https://example.com/"), 0')
    await run('window.location.href = "https://example.com/", 0')
    await run('window.location.href = "file:///etc/passwd", 0')
    await run(`
      const link = document.createElement('a')
      link.href = 'https://example.com/'
      document.body.append(link)
      link.click()
      new Promise((resolve) => setTimeout(resolve, 300))
    `)
    return {
      url: contents.getURL(),
      views: await run('document.querySelectorAll("[role=search]").length'),
      windows: BrowserWindow.getAllWindows().length,
    }
  })
  expect(after).toEqual({ url: 'sluice://app/index.html', views: 1, windows: 1 })
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
  expect(JSON.stringify(replies)).not.toContain('"stack"')
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

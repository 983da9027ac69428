// What the app does beyond its window: menus, keys, links, notifications, the tray, the battery, and where the window opens.
import { chmodSync, writeFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, type ElectronApplication } from '@playwright/test'
import { launchApp, makeFolder, openView, requireRuntime, startArguments, waitUntilReady } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeHousehold, writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'

const run = promisify(execFile)

const clickMenu = (app: ElectronApplication, id: string): Promise<boolean> =>
  app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted)
    item?.click()
    return item !== null && item !== undefined
  }, id)

/** Records notifications instead of showing them, and has the window look as if another one had the focus. */
const recordNotifications = async (app: ElectronApplication): Promise<() => Promise<string[]>> => {
  await app.evaluate(({ Notification, BrowserWindow }) => {
    const shown: unknown[] = []
    Object.assign(globalThis, { recordedNotifications: shown })
    Notification.isSupported = () => true
    Notification.prototype.show = function show() {
      shown.push(this)
    }
    BrowserWindow.prototype.isFocused = () => false
  })
  return () =>
    app.evaluate(() =>
      (globalThis as unknown as { recordedNotifications: { title: string; body: string }[] }).recordedNotifications.map(
        ({ title, body }) => `${title} | ${body}`,
      ),
    )
}

const setBattery = (app: ElectronApplication, onBattery: boolean): Promise<void> =>
  app.evaluate(({ powerMonitor }, on) => {
    Object.defineProperty(powerMonitor, 'onBatteryPower', { configurable: true, get: () => on })
    powerMonitor.emit(on ? 'on-battery' : 'on-ac')
  }, onBattery)

test('menus, keys and links lead where they say, and what they share is one sheet', async () => {
  const running = await launchApp()
  const { app, page, dataDir } = running
  await waitUntilReady(running)
  const labels = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label))
  expect(labels).toEqual(['&File', 'Edit', '&View', '&Go', '&Queue', 'Window', '&Help'])
  expect(await clickMenu(app, 'showDocuments')).toBe(true)
  await expect(page.getByRole('heading', { name: 'Documents' })).toBeVisible()
  await page.keyboard.press('Control+2')
  await expect(page.getByRole('heading', { name: 'Queue' })).toBeVisible()
  await clickMenu(app, 'newCollection')
  await expect(page.getByRole('dialog')).toContainText('New collection')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('Control+/')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet.getByRole('listitem').filter({ hasText: 'Add Files' })).toContainText('Ctrl')
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((choice) => window.sluice.app('theme.set', { choice }), theme)
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme)
    expect(await judge(page)).toEqual([])
    await takeScreenshot(page, `shortcuts-${theme}`)
  }
  await page.keyboard.press('Escape')

  await run(requireRuntime(), [...startArguments(dataDir), 'sluice://search?q=heron%20at%20dusk'])
  await expect(page.getByRole('textbox', { name: 'Search all collections' })).toHaveValue('heron at dusk')
  await run(requireRuntime(), [...startArguments(dataDir), 'sluice://document/12345'])
  await expect(page.getByRole('alert')).toHaveText([/NOT_FOUND/])
  // Where the window was is where it comes back.
  const bounds = { x: 60, y: 50, width: 900, height: 640 }
  await app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), bounds)
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(bounds.width)
  await running.close()
  const again = await launchApp({ dataDir })
  await waitUntilReady(again)
  const placed = await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(placed).toMatchObject({ width: bounds.width, height: bounds.height })
  await again.close()
})

test('work waits on battery and says so, goes on in the tray, and is told of once when it is over', async () => {
  // A desktop that shows signs, as far as the app can ask: there is none under the tests.
  const bin = makeFolder('bin')
  writeFileSync(join(bin, 'gdbus'), '#!/bin/sh\necho "(true,)"\n')
  chmodSync(join(bin, 'gdbus'), 0o755)
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }
  const running = await launchApp({ env })
  const { app, page } = running
  await waitUntilReady(running)
  const notifications = await recordNotifications(app)
  await page.evaluate(() => window.sluice.call('settings.set', { name: 'power.pauseOnBattery', value: 'on' }))
  await setBattery(app, true)
  const parent = makeFolder('papers')
  await dropFiles(page, [writeHousehold(parent)])
  await openView(page, 'Queue')
  await expect(page.getByTestId('block')).toContainText('Paused: the computer is on battery')
  expect(await judge(page)).toEqual([])
  await takeScreenshot(page, 'queue-on-battery')
  const isVisible = (): Promise<boolean | undefined> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  // The sign is asked for once the work is known to be there.
  await expect
    .poll(async () => {
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
      return isVisible()
    })
    .toBe(false)
  expect(await notifications()).toEqual([expect.stringContaining('Sluice goes on in the tray')])
  await setBattery(app, false)
  await expect.poll(notifications, { timeout: 60_000 }).toHaveLength(2)
  expect((await notifications())[1]).toMatch(/^household: completed with problems \| \d+ of \d+ documents can be found/)
  await app.evaluate(() => {
    const { recordedNotifications } = globalThis as unknown as {
      recordedNotifications: { emit: (event: string) => void }[]
    }
    recordedNotifications[1]?.emit('click')
  })
  await expect.poll(isVisible).toBe(true)
  await expect(page.getByTestId('job-state')).toHaveText('Completed with problems')
  // A job too small to be seen at work is told of as well. Without work, closing is quitting.
  await dropFiles(page, [writeNotes(parent, 2, 1)])
  await expect.poll(notifications, { timeout: 60_000 }).toHaveLength(3)
  const ended = new Promise((resolve) => app.process().once('exit', resolve))
  await app.evaluate(({ BrowserWindow }) => {
    setTimeout(() => BrowserWindow.getAllWindows()[0]?.close(), 0)
  })
  await ended
})

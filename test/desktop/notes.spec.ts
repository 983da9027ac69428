// Text that has no file: dropped, pasted, out of a mail program. It becomes a note that is found like any document, and goes with it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { takeScreenshot } from './support/screenshots'

test.describe.configure({ mode: 'serial' })

let running: RunningApp

test.beforeAll(async () => {
  running = await launchApp()
  await waitUntilReady(running)
  await openView(running.page, 'Queue')
})
test.afterAll(async () => {
  await running.close()
})

const listNotes = (): string[] => {
  const folder = join(running.dataDir, 'Notes')
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

type Carried = { readonly data?: Readonly<Record<string, string>>; readonly file?: { name: string; text: string } }

/** Drags something without files on disk over the window, as the browser tells the page of it; `drop` says how it ends. */
const drag = (page: Page, carried: Carried, events: readonly string[]): Promise<void> =>
  page.evaluate(
    ([{ data = {}, file }, names]) => {
      const transfer = new DataTransfer()
      for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
      if (file !== undefined) transfer.items.add(new File([file.text], file.name))
      for (const name of names)
        document.body.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }))
    },
    [carried, events] as const,
  )

const ended = (label: string): ReturnType<Page['getByTestId']> =>
  running.page.getByTestId('ended-job').filter({ hasText: label })

test('dropped text is said to become a note, becomes one, and is found', async () => {
  const { page } = running
  const text = 'Call the plumber about the dripping tap in the laundry.\n\nHe is there on Tuesdays.\n'
  await drag(page, { data: { 'text/plain': text } }, ['dragenter', 'dragover'])
  await expect(page.getByTestId('drop-overlay')).toContainText('Drop to keep the text as a note in “default”')
  await takeScreenshot(page, 'drop-note')
  await drag(page, { data: { 'text/plain': text } }, ['drop'])
  await expect(page.getByTestId('drop-overlay')).toBeHidden()
  await expect(ended('Call the plumber about the dripping tap in')).toContainText('1 searchable', { timeout: 60_000 })
  const [name = ''] = listNotes()
  expect(name).toMatch(/^Call the plumber about the dripping tap in-\d{4}-\d\d-\d\d\.txt$/)
  expect(readFileSync(join(running.dataDir, 'Notes', name), 'utf8')).toBe(text)
})

test('what is pasted outside of fields is a note; what is pasted in a field is not', async () => {
  const { page, app } = running
  await app.evaluate(({ clipboard }) => clipboard.writeText('The attic window was sealed with beeswax.'))
  await page.keyboard.press('Control+k')
  await page.keyboard.press('Control+v')
  await expect(page.getByRole('textbox', { name: 'Search all collections' })).toHaveValue(/attic window/)
  expect(listNotes()).toHaveLength(1)
  await openView(page, 'Queue')
  await page.keyboard.press('Control+v')
  await expect(ended('The attic window')).toContainText('1 searchable', { timeout: 60_000 })
  expect(listNotes()).toHaveLength(2)
})

test('the menu pastes as a note, too, and says when there is nothing', async () => {
  const { page, app } = running
  const choose = (): Promise<void> =>
    app.evaluate(({ Menu }) => {
      Menu.getApplicationMenu()?.getMenuItemById('pasteNote')?.click()
    })
  await app.evaluate(({ clipboard }) => clipboard.writeText('Granite from the old quarry is grey.'))
  await choose()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Granite from the old quarry')
  await dialog.getByRole('button', { name: 'Add 1 document' }).click()
  await expect(ended('Granite from the old quarry')).toContainText('1 searchable', { timeout: 60_000 })
  await app.evaluate(({ clipboard }) => clipboard.clear())
  await choose()
  await expect(page.getByText('There is no text to add.')).toBeVisible()
})

test('a mail without a path, an address of a file and a link each are what they are', async () => {
  const { page } = running
  const mail =
    'From: anna@example.com\r\nTo: ben@example.com\r\nSubject: The piano tuner\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\nHe comes on Friday.\r\n'
  await drag(page, { file: { name: '../../evil:piano.eml', text: mail } }, ['dragenter', 'dragover', 'drop'])
  await expect(ended('piano')).toContainText('1 searchable', { timeout: 60_000 })
  await drag(page, { data: { 'text/plain': mail.replace('piano', 'organ') } }, ['drop'])
  await expect(ended('The organ tuner')).toContainText('1 searchable', { timeout: 60_000 })
  expect(listNotes().filter((name) => name.endsWith('.eml'))).toHaveLength(2)
  const before = listNotes().length
  const path = join(makeFolder('address'), 'ship log.txt')
  writeFileSync(path, 'The log of the ship begins in May.\n')
  const address = `file://${path.replaceAll(' ', '%20')}`
  await drag(page, { data: { 'text/uri-list': `${address}\r\n`, 'text/plain': address } }, ['drop'])
  await expect(ended('ship log.txt')).toContainText('1 searchable', { timeout: 60_000 })
  await drag(page, { data: { 'text/uri-list': 'https://example.com/a', 'text/plain': 'https://example.com/a' } }, [
    'drop',
  ])
  await expect(page.getByText('Links are not fetched')).toBeVisible()
  expect(listNotes()).toHaveLength(before)
})

test('a note goes with its document', async () => {
  const { page, dataDir } = running
  const removed = await page.evaluate(async () => {
    const { sluice } = window as unknown as {
      sluice: { call: (name: string, params: unknown) => Promise<{ value: Record<string, unknown> }> }
    }
    const list = await sluice.call('documents.list', { contains: 'plumber', limit: 10 })
    const ids = (list.value['documents'] as { id: string }[]).map(({ id }) => id)
    return (await sluice.call('documents.remove', { ids, prove: true })).value
  })
  expect(removed).toMatchObject({ removed: 1, proof: { proven: true } })
  const left = listNotes()
  expect(left.some((name) => name.startsWith('Call the plumber'))).toBe(false)
  expect(left.some((name) => name.startsWith('The attic window'))).toBe(true)
  expect(readdirSync(dataDir)).toContain('Notes')
})

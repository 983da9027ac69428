// Searching in the real window: as one types, by keyboard alone, into the very page and the very entry of an archive.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { drawText, forgePdf, PDF_FONT, pdfPage } from '../support/hostile/pdf-forge'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { writeHousehold } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import { recordShell } from './support/stand-ins'

test.describe.configure({ mode: 'serial' })

let running: RunningApp

const LINES = [
  'The harbour office opens at eight in the morning.',
  'Moorings are paid for by the season.',
  'The dredger works on the inner basin until Friday.',
]

/** A handbook of three short pages, each with a line of text: one passage goes over all of them. */
const writeHandbook = (folder: string): void => {
  const contents = LINES.map((line) => ['', drawText(line)] as const)
  const kids = LINES.map((_line, at) => `${4 + at} 0 R`).join(' ')
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count 3>>`,
    PDF_FONT,
    ...LINES.map((_line, at) => pdfPage(7 + at)),
    ...contents,
  ]
  writeFileSync(join(folder, 'handbook.pdf'), forgePdf({ objects }))
}

/** A book so long that it comes in several pieces, with a word that stands in three far places of it. */
const writeBook = (folder: string): void => {
  const filler = Array.from({ length: 6_000 }, (_, at) => `Line ${at}: the tide turned and the boats swung round.`)
  for (const at of [10, 3_000, 5_990]) filler[at] = `Line ${at}: here a cormorant dries its wings.`
  writeFileSync(join(folder, 'log-book.txt'), filler.join('\n'))
}

/** Results of one page: the shelf, and what is like it by meaning. */
const PAGE = 20
/** More notes with one word in common than a window shows at once, each with a text of its own. */
const writeShelf = (folder: string): void => {
  const others = [
    'fox',
    'bell',
    'cart',
    'dune',
    'elm',
    'fern',
    'gate',
    'hive',
    'ink',
    'jar',
    'kite',
    'loom',
    'mast',
    'nest',
  ]
  for (const [at, word] of others.entries())
    writeFileSync(join(folder, `shelf-${at}.txt`), `The marigold by the ${word}: ${`${word} `.repeat(at + 3)}`)
}

const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Search all collections' })
const preview = (page: Page): Locator => page.getByRole('dialog')
const focusedHit = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.closest('[data-hit]')?.getAttribute('aria-label') ?? null)
/** A result of what was typed last: results of before stay until these are there. */
const hitOf = async (page: Page, name: string, word: string): Promise<Locator> => {
  const mark = page.locator('mark').filter({ hasText: word })
  const hit = page.getByRole('article', { name }).filter({ has: mark }).first()
  await expect(hit).toBeVisible()
  return hit
}
const readClipboard = (): Promise<string> => running.app.evaluate(({ clipboard }) => clipboard.readText())

test.beforeAll(async () => {
  const folder = writeHousehold(makeFolder('search'))
  writeHandbook(folder)
  writeBook(folder)
  writeShelf(folder)
  // The one test that asks the system for the shortcut.
  running = await launchApp({ env: { SLUICE_GLOBAL_SHORTCUT: 'on' } })
  await waitUntilReady(running)
  await dropFiles(running.page, [folder])
  await openView(running.page, 'Queue')
  await expect(running.page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
  await openView(running.page, 'Search')
})
test.afterAll(async () => {
  await running.close()
})

test('results are reached, opened and left by keyboard alone', async () => {
  const { page } = running
  await openView(page, 'Documents')
  await page.keyboard.press('Control+k')
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('spare key boathouse')
  await expect(page.getByRole('feed', { name: 'Results' }).getByRole('article').first()).toContainText('keys.txt')
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => focusedHit(page)).toBe('keys.txt')
  await page.keyboard.press('Enter')
  await expect(preview(page)).toContainText('hangs behind the third lifebuoy')
  await expect(preview(page).locator('mark').filter({ hasText: 'spare' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(preview(page)).toBeHidden()
  await expect.poll(() => focusedHit(page)).toBe('keys.txt')
  await page.keyboard.press('ArrowUp')
  await expect(field(page)).toBeFocused()
})

test('whoever goes on to the results at once after calling for the search is not taken back from there', async () => {
  const { page } = running
  await field(page).fill('boathouse')
  await hitOf(page, 'keys.txt', 'boathouse')
  await page.evaluate(() => {
    const { select } = HTMLInputElement.prototype
    HTMLInputElement.prototype.select = function (): void {
      select.call(this)
      HTMLInputElement.prototype.select = select
      // Sooner than anything that is done a little later.
      const key = { key: 'ArrowDown', bubbles: true, cancelable: true }
      setTimeout(() => this.dispatchEvent(new KeyboardEvent('keydown', key)), 0)
    }
  })
  await page.keyboard.press('Control+k')
  await expect.poll(() => focusedHit(page)).not.toBeNull()
  // Longer than a dialog takes to give the focus back.
  await page.waitForTimeout(200)
  expect(await focusedHit(page)).not.toBeNull()
})

test('the first results are there before the others, and all of them in their order', async () => {
  const { page } = running
  await field(page).fill('')
  await page.evaluate(() => {
    const seen: number[] = []
    Object.assign(window, { seen })
    new MutationObserver(() => {
      const feed = document.querySelector<HTMLElement>('[role="feed"]')
      if (feed?.dataset['query'] === 'marigold') seen.push(feed.querySelectorAll('[data-hit]').length)
    }).observe(document.body, { subtree: true, childList: true, attributes: true })
  })
  await page.keyboard.type('marigold')
  const feed = page.getByRole('feed', { name: 'Results' })
  await expect(feed.getByRole('article')).toHaveCount(PAGE)
  await expect(feed).toHaveAttribute('aria-busy', 'false')
  const places = await feed.getByRole('article').evaluateAll((all) => all.map((hit) => hit.ariaPosInSet))
  expect(places).toEqual(Array.from({ length: PAGE }, (_, at) => String(at + 1)))
  const seen = await page.evaluate(() => (window as { readonly seen?: number[] }).seen ?? [])
  expect(seen[0]).toBe(6)
  expect(seen.at(-1)).toBe(PAGE)
  await page.keyboard.press('Escape')
})

test('the very page of a PDF is drawn, with the words marked on it', async () => {
  const { page } = running
  await field(page).fill('dredger basin')
  const hit = await hitOf(page, 'handbook.pdf', 'dredger')
  await hit.focus()
  await page.keyboard.press('Enter')
  const place = preview(page).getByTestId('pdf-page')
  await expect(place).toHaveText('Page 3 of 3')
  await expect(place).toHaveAttribute('data-drawn', 'true')
  await expect(preview(page).getByTestId('pdf-mark')).toHaveCount(2)
  // The keys that scroll are the document's.
  await expect(preview(page).getByRole('region', { name: 'Page 3 of handbook.pdf' })).toBeFocused()
  const ink = await preview(page)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      let dark = 0
      for (let at = 0; at < pixels.length; at += 4) if ((pixels[at] ?? 255) < 100) dark += 1
      return dark
    })
  expect(ink).toBeGreaterThan(100)
  await takeScreenshot(page, 'preview-page')
  await preview(page).getByRole('button', { name: 'Previous page' }).click()
  await expect(place).toHaveText('Page 2 of 3')
  await expect(place).toHaveAttribute('data-drawn', 'true')
  await preview(page).getByText('Text', { exact: true }).click()
  await expect(preview(page).getByTestId('preview-text')).toContainText('dredger')
  await page.keyboard.press('Escape')
})

test('every match of a long text is marked and stepped to, however far apart', async () => {
  const { page } = running
  await field(page).fill('cormorant')
  const hit = await hitOf(page, 'log-book.txt', 'cormorant')
  await hit.getByRole('button', { name: /^Read the text/ }).click()
  const count = preview(page).getByTestId('match-count')
  const active = preview(page).locator('mark[data-active]')
  await expect(count).toHaveText(/^\d of 3$/)
  const seen = new Set<string>()
  for (let step = 0; step < 3; step += 1) {
    await expect(active).toBeInViewport()
    seen.add(
      await active.evaluate((mark) => /Line \d+: here a $/.exec(mark.previousSibling?.textContent ?? '')?.[0] ?? ''),
    )
    const before = await count.textContent()
    await page.keyboard.press('F3')
    await expect(count).not.toHaveText(before ?? '')
  }
  expect([...seen].sort()).toEqual(['Line 10: here a ', 'Line 3000: here a ', 'Line 5990: here a '])
  await takeScreenshot(page, 'preview-text')
  await page.keyboard.press('Escape')
})

test('each step of the way into an archive does what can be done there', async () => {
  const { app, page } = running
  const shell = await recordShell(app)
  await field(page).fill('outer one chafes at the fairlead')
  const hit = await hitOf(page, 'moorings.md', 'fairlead')
  await hit.getByRole('button', { name: 'household/boat.zip: what can be done' }).click()
  await page.getByRole('menuitem', { name: 'Show in its folder' }).click()
  await expect
    .poll(async () => (await shell()).map(({ verb, path }) => [verb, path.endsWith('boat.zip')]))
    .toEqual([['reveal', true]])
  await hit.getByRole('button', { name: 'Preview moorings.md' }).click()
  await expect(preview(page)).toContainText('Check the ropes after every storm')
  await preview(page).getByRole('button', { name: 'old/papers.zip: what can be done' }).click()
  await page.getByRole('menuitem', { name: 'Documents in it' }).click()
  await expect(page.getByRole('table', { name: 'Documents' })).toContainText('keys.txt')
  await expect(page.getByRole('table', { name: 'Documents' }).getByText('inventory.csv')).toHaveCount(0)
  await openView(page, 'Search')
})

test('a passage is copied with its source, and a path as it is on this computer', async () => {
  const { page } = running
  await field(page).fill('dredger basin')
  const hit = await hitOf(page, 'handbook.pdf', 'dredger')
  await hit.getByRole('button', { name: /^Copy the passage/ }).click()
  await expect.poll(readClipboard).toBe(`“${LINES.join('\n\n')}”\n— household/handbook.pdf, page 3`)
  await hit.getByRole('button', { name: /^Read the text/ }).click()
  await preview(page).getByRole('button', { name: 'Copy path' }).click()
  await expect.poll(readClipboard).toMatch(/^\/.*household\/handbook\.pdf$/)
  await page.keyboard.press('Escape')
})

test('the shortcut is registered, and what it calls for is the search, wherever the window is', async () => {
  const { app, page } = running
  const isRegistered = await app.evaluate(({ globalShortcut }) =>
    globalShortcut.isRegistered('CommandOrControl+Shift+Space'),
  )
  expect(isRegistered).toBe(true)
  await openView(page, 'Queue')
  // No test can press a key of the system; this is what the app tells the page when it is pressed.
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.send('sluice:event', { type: 'showSearch' }),
  )
  await expect(field(page)).toBeFocused()
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await expect(preview(page)).toContainText('It shows the search from any program.')
  await page.getByRole('button', { name: 'No shortcut' }).click()
  await expect(preview(page)).toContainText('There is no shortcut.')
  expect(await app.evaluate(({ globalShortcut }) => globalShortcut.isRegistered('CommandOrControl+Shift+Space'))).toBe(
    false,
  )
  await page.keyboard.press('Escape')
})

test('a search is saved and made again, and searches of before are forgotten', async () => {
  const { page } = running
  await field(page).fill('dredger basin')
  await page.getByRole('button', { name: 'Save this search' }).click()
  await page.getByRole('textbox', { name: 'Name of the search' }).fill('The dredger')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved as “The dredger”')).toBeVisible()
  await page.getByRole('button', { name: 'Clear the search' }).click()
  const past = page.getByRole('region', { name: 'Recent searches' })
  await expect(past).toContainText('cormorant')
  await past.getByRole('button', { name: 'Forget all' }).click()
  await expect(past).not.toContainText('cormorant')
  const saved = page.getByRole('region', { name: 'Saved searches' })
  await saved.getByRole('button', { name: 'The dredger', exact: false }).last().click()
  await expect(saved).toHaveCount(0)
  await page.getByRole('alert').filter({ hasText: 'The dredger' }).getByRole('button', { name: 'Undo' }).click()
  await saved.getByText('The dredger').click()
  await expect(field(page)).toHaveValue('dredger basin')
  await hitOf(page, 'handbook.pdf', 'dredger')
})

test('a question is answered with the place it is taken from, and one that nothing answers is not', async () => {
  const { page } = running
  await page.getByText('Ask', { exact: true }).click()
  const question = page.getByRole('textbox', { name: 'Ask all collections' })
  await question.fill('Where does the spare key to the boathouse hang?')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('answer')).toContainText('third lifebuoy')
  await takeScreenshot(page, 'answer')
  await page.getByTestId('citation').first().click()
  await expect(preview(page).locator('[data-passage]').first()).toContainText('third lifebuoy')
  await page.keyboard.press('Escape')
  await question.fill('What is the capital of Mongolia?')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Not found in your documents')).toBeVisible()
  await page.getByText('Find', { exact: true }).click()
})

test('results, page and text have no serious violation, light or dark', async () => {
  const { page } = running
  const found: Record<string, string[]> = {}
  const look = async (name: string): Promise<void> => {
    const violations = await judge(page)
    if (violations.length > 0) found[name] = violations
  }
  for (const theme of ['Light', 'Dark']) {
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('menuitem', { name: theme }).click()
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme.toLowerCase())
    await field(page).fill('type:pdf harbour dredger')
    const hit = await hitOf(page, 'handbook.pdf', 'dredger')
    await look(`${theme}: results`)
    await hit.focus()
    await page.keyboard.press('Enter')
    await expect(preview(page).getByTestId('pdf-page')).toHaveAttribute('data-drawn', 'true')
    await look(`${theme}: page`)
    if (theme === 'Dark') {
      await preview(page).getByText('Text', { exact: true }).click()
      await expect(preview(page).getByTestId('preview-text')).toBeVisible()
      await look('Dark: text')
    }
    await page.keyboard.press('Escape')
    await expect(preview(page)).toBeHidden()
    await field(page).fill('')
    await expect(page.getByText('What are you looking for?')).toBeVisible()
    await look(`${theme}: start`)
  }
  expect(found).toEqual({})
})

test('the page complained about nothing', () => {
  expect(running.complaints).toEqual([])
})

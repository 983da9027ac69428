// Who uses only the keyboard, another language, or a window that reads from right to left.
import { expect, test, type Page } from '@playwright/test'
import { launchApp, makeFolder, openView, waitUntilReady } from './support/app'
import { dropFiles } from './support/drop'
import { writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'

const NOTES = 180
const SMALL = { width: 800, height: 600 }
/** Far more than there is to go through. */
const MOST_TABS = 60

/** Goes on by Tab until what has this name is focused. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let press = 0; press < MOST_TABS; press += 1) {
    await page.keyboard.press('Tab')
    const focused = page.locator(':focus')
    const words = `${(await focused.getAttribute('aria-label')) ?? ''} ${await focused.innerText()}`
    if (words.includes(name)) return
  }
  throw new Error(`nothing named “${name}” is reached by Tab`)
}

/** How far the window, and the view in it, are wider than what is seen of them. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const excess = (element: Element): number => element.scrollWidth - element.clientWidth
    const main = document.querySelector('main')
    return Math.max(excess(document.documentElement), main === null ? 0 : excess(main))
  })

test('from the first start to a search hit in the preview, without a mouse', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await tabTo(page, 'Try the samples')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: 'Try one of these with the sample documents:' })).toBeVisible({
    timeout: 60_000,
  })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('key to the trunk')
  const first = page.getByRole('article').first()
  await expect(first).toContainText('grandmother.docx', { timeout: 30_000 })
  await page.keyboard.press('ArrowDown')
  await expect(first).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('preview-text')).toContainText('trunk')
  await expect(page.getByTestId('match-count')).toContainText('of')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('preview-text')).toBeHidden()
  await expect(first).toBeFocused()
  await running.close()
})

test('a first start in German speaks German', async () => {
  const running = await launchApp({ env: { SLUICE_LANGUAGE: 'de' } })
  const { page } = running
  await waitUntilReady(running)
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(page.getByRole('heading', { name: 'Willkommen bei Sluice' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Alle Sammlungen durchsuchen' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Beispiele ausprobieren' })).toBeVisible()
  await takeScreenshot(page, 'welcome-de')
  await page.getByRole('navigation', { name: 'Ansichten' }).getByRole('button', { name: 'Warteschlange' }).click()
  await expect(page.getByRole('heading', { name: 'Warteschlange' })).toBeVisible()
  expect(running.complaints).toEqual([])
  await running.close()
})

test('a mirrored, longer language fits a small window', async () => {
  const running = await launchApp({ env: { SLUICE_LANGUAGE: 'qps-plocm' } })
  const { page, app } = running
  await waitUntilReady(running)
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height)
  }, SMALL)
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(SMALL.width)
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  const views = page.getByRole('navigation').first().getByRole('button')
  for (const [name, at] of [
    ['search', 0],
    ['queue', 1],
    ['documents', 3],
    ['settings', 5],
  ] as const) {
    await views.nth(at).click()
    await expect(views.nth(at)).toHaveAttribute('aria-current', 'page')
    await expect(page.locator('main')).not.toBeEmpty()
    // Its rows come after its head.
    if (name === 'settings') await expect(page.locator('main input').nth(5)).toBeVisible()
    expect(await overflowOf(page), name).toBe(0)
    await takeScreenshot(page, `mirrored-${name}`)
  }
  // On the side where reading begins.
  const side = await page.getByRole('navigation').first().boundingBox()
  expect(side?.x).toBeGreaterThan(SMALL.width / 2)
  await running.close()
})

test('the language is changed in the side, and what runs goes on', async () => {
  const running = await launchApp()
  const { page } = running
  await waitUntilReady(running)
  await openView(page, 'Queue')
  await dropFiles(page, [writeNotes(makeFolder('language'), NOTES)])
  await expect(page.getByTestId('open-job')).toContainText('notebook')
  await page.getByRole('button', { name: 'Appearance and language' }).click()
  await page.getByRole('menuitem', { name: 'Deutsch' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.getByRole('navigation', { name: 'Ansichten' }).getByRole('button', { name: 'Warteschlange' }).click()
  await expect(page.getByTestId('ended-job')).toContainText(`${NOTES} zu finden`, { timeout: 120_000 })
  await expect(page.getByTestId('ended-job')).toHaveCount(1)
  expect(running.complaints).toEqual([])
  await running.close()
})

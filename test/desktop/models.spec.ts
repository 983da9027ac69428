// Models in the real window, with a real server on loopback: added, tried, used for a collection under load, given up again; and what a
// budget that is used up leaves to choose.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { launchApp, makeFolder, openView, waitUntilReady, type RunningApp } from './support/app'
import { judge } from './support/axe'
import { dropFiles } from './support/drop'
import { makeModelFolders } from './support/model-folder'
import { writeHousehold, writeNotes } from './support/samples'
import { takeScreenshot } from './support/screenshots'
import { answerDialogs } from './support/stand-ins'
import { askAllTheTime } from './support/steady-searches'

test.describe.configure({ mode: 'serial' })

const KEY = 'desk-key-that-nobody-may-see'

let running: RunningApp
let fake: FakeProvider

test.beforeAll(async () => {
  fake = await startFakeProvider({ key: KEY })
  running = await launchApp()
  await waitUntilReady(running)
  const { page } = running
  await dropFiles(page, [writeHousehold(makeFolder('models'))])
  await openView(page, 'Queue')
  await expect(page.getByTestId('ended-job')).toBeVisible({ timeout: 60_000 })
})
test.afterAll(async () => {
  await running.close()
  await fake.close()
})

const card = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })
const model = (page: Page): Locator => card(page, 'Model of default')
const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Search all collections' })

/** Types a search and waits for what it is about; results of before stay until these are there. */
const typeSearch = async (page: Page, query: string, document: string): Promise<void> => {
  await field(page).fill('')
  await field(page).pressSequentially(query, { delay: 5 })
  const mark = page.locator('mark').filter({ hasText: query.split(' ')[0] ?? query })
  await expect(page.getByRole('article', { name: document }).filter({ has: mark }).first()).toBeVisible()
}

const chooseModel = async (page: Page, name: RegExp): Promise<void> => {
  await page.getByRole('button', { name: 'Change the model of default' }).click()
  await page.getByRole('combobox', { name: 'Model' }).click()
  await page.getByRole('option', { name }).click()
  await expect(page.getByTestId('model-estimate')).toBeVisible()
}

/** Sets the budget of a day in tokens, by the form. */
const setBudget = async (page: Page, tokens: number): Promise<void> => {
  await openView(page, 'Models')
  await page.getByRole('button', { name: 'Actions for the model desk' }).click()
  await page.getByRole('menuitem', { name: 'Change…' }).click()
  await page.getByRole('textbox', { name: 'A day, in tokens' }).fill(String(tokens))
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
}

test('a provider is added without its key, gets it, and answers when it is tried', async () => {
  const { page } = running
  await openView(page, 'Models')
  await expect(model(page).getByTestId('serving')).toHaveText('Built-in model')
  await page.getByRole('button', { name: 'Add a model…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'What it is' }).click()
  await page.getByRole('option', { name: /Another server/ }).click()
  await expect(dialog.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('desk')
  await dialog.getByRole('textbox', { name: 'Address' }).fill(fake.url)
  await dialog.getByRole('textbox', { name: 'Model that makes vectors' }).fill('fake-embedding')
  await dialog.getByRole('textbox', { name: 'Size of its vectors' }).fill('24')
  await dialog.getByRole('textbox', { name: 'Model that writes' }).fill('fake-chat')
  expect(await judge(page)).toEqual([])
  await takeScreenshot(page, 'model-add')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(card(page, 'desk')).toContainText('No key yet')
  await page.getByRole('button', { name: 'Test desk' }).click()
  await expect(card(page, 'desk').getByTestId('test-result')).toContainText('PROVIDER_KEY_MISSING')

  await page.getByRole('button', { name: 'Actions for the model desk' }).click()
  await page.getByRole('menuitem', { name: 'Change…' }).click()
  await dialog.getByRole('textbox', { name: 'Key', exact: true }).fill(KEY)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(card(page, 'desk')).toContainText('Its key is in')
  await page.getByRole('button', { name: 'Test desk' }).click()
  await expect(card(page, 'desk').getByTestId('test-result')).toContainText(
    /It works: a vector of 24 dimensions in \d+ ms/,
  )
  // It went in, and does not come out again.
  await page.getByRole('button', { name: 'Actions for the model desk' }).click()
  await page.getByRole('menuitem', { name: 'Change…' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Key', exact: true })).toHaveValue('')
  expect(await page.content()).not.toContain(KEY)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('the model is changed and changed back while documents are added, and no search ever fails', async () => {
  const { page } = running
  const searches = await askAllTheTime(page)
  const release = fake.hold()
  await chooseModel(page, /^desk/)
  await takeScreenshot(page, 'model-estimate')
  await page.getByRole('button', { name: 'Make the vectors' }).click()
  await expect(model(page).getByTestId('building')).toContainText('Searches go on with the built-in model')
  await expect(model(page).getByTestId('serving')).toHaveText('Built-in model')
  await takeScreenshot(page, 'model-building')
  expect(await judge(page)).toEqual([])

  await dropFiles(page, [writeNotes(makeFolder('load'), 120, 2)])
  await openView(page, 'Search')
  await typeSearch(page, 'spare key boathouse', 'keys.txt')
  await typeSearch(page, 'tomatoes blight', 'tomatoes.md')
  release()
  // The vectors of what is added meanwhile are made, too, before the new model is used.
  await expect
    .poll(
      async () => {
        await typeSearch(page, 'lentil soup cumin', 'lentil-soup.md')
        await typeSearch(page, 'boiler pressure', 'heating.txt')
        const seen = await page.evaluate(() => window.sluice.call('collections.models', { name: 'default' }))
        return seen.ok ? seen.value.generations.find(({ state }) => state === 'serving')?.ref : seen.error.code
      },
      { timeout: 60_000 },
    )
    .toBe('desk')
  const asked = fake.counts.embeddings.calls
  await typeSearch(page, 'battery ashore', 'winter storage.txt')
  // What is typed is asked of the new model now.
  expect(fake.counts.embeddings.calls).toBeGreaterThan(asked)

  await openView(page, 'Models')
  await expect(model(page).getByTestId('serving')).toHaveText('desk')
  await expect(model(page).getByTestId('previous')).toBeVisible()
  await takeScreenshot(page, 'model-switched')
  await page.getByRole('button', { name: 'Go back to the built-in model' }).click()
  await expect(model(page).getByTestId('serving')).toHaveText('Built-in model')
  await openView(page, 'Search')
  await typeSearch(page, 'sourdough starter', 'bread.md')
  await searches.untilAsked(10)

  const seen = await searches.stop()
  expect(seen.failures).toEqual([])
  expect(seen.complaints).toEqual([])
  expect(new Set(seen.modes)).toEqual(new Set(['hybrid', 'semantic', 'keyword']))
})

test('a model can be made ready and compared before it is used', async () => {
  const { page } = running
  await openView(page, 'Models')
  await chooseModel(page, /^desk/)
  await page.getByRole('checkbox', { name: 'Let me compare both before it is used' }).check()
  await page.getByRole('button', { name: 'Make the vectors' }).click()
  await expect(model(page).getByTestId('ready')).toBeVisible({ timeout: 60_000 })
  await expect(model(page).getByTestId('serving')).toHaveText('Built-in model')
  await page.getByRole('textbox', { name: 'Search to compare on' }).fill('tomatoes blight')
  await page.getByRole('button', { name: 'Compare' }).click()
  await expect(model(page).getByTestId('overlap')).toContainText('in common')
  await takeScreenshot(page, 'model-ready')
  expect(await judge(page)).toEqual([])
  await page.getByRole('button', { name: 'Use “desk”' }).click()
  await expect(model(page).getByTestId('serving')).toHaveText('desk')
})

test('a budget that is used up is said, and is waited for, raised, or left behind for the built-in model', async () => {
  const { page } = running
  const parent = makeFolder('budget')
  await setBudget(page, 1)
  await dropFiles(page, [writeNotes(`${parent}/first`, 3)])
  await openView(page, 'Queue')
  const stop = page.getByTestId('budget-stop')
  await expect(stop).toContainText('The budget of “desk” for today is used up')
  await takeScreenshot(page, 'budget-stop')
  expect(await judge(page)).toEqual([])
  await stop.getByRole('button', { name: 'Wait' }).click()
  await expect(page.getByTestId('budget-waiting')).toContainText('1 job waits for the budget of “desk”')
  await page.getByRole('button', { name: 'Choose otherwise' }).click()
  await stop.getByRole('button', { name: 'Raise it…' }).click()
  await page.getByRole('textbox', { name: 'Budget for today' }).fill('10000000')
  await page.getByRole('button', { name: 'Raise it', exact: true }).click()
  await expect(stop).toHaveCount(0)
  await expect(page.getByTestId('open-job')).toHaveCount(0, { timeout: 30_000 })

  await setBudget(page, 1)
  await dropFiles(page, [writeNotes(`${parent}/second`, 4, 5)])
  await expect(stop).toBeVisible()
  await stop.getByRole('button', { name: 'Go on with the built-in model…' }).click()
  await expect(page.getByTestId('model-estimate')).toBeVisible()
  await page.getByRole('button', { name: 'Make the vectors' }).click()
  await expect(model(page).getByTestId('serving')).toHaveText('Built-in model', { timeout: 30_000 })
  await expect(stop).toHaveCount(0)
  await openView(page, 'Queue')
  await expect(page.getByTestId('open-job')).toHaveCount(0, { timeout: 30_000 })
})

test('a model in a folder is added, used for a collection and removed; a folder that cannot be used says why', async () => {
  const { app, page } = running
  const folders = makeModelFolders(makeFolder('folder-model'), {
    'Mute model': { pooling: null },
    'Tiny model': { prompts: { query: 'query: ' } },
  })
  const dialog = page.getByRole('dialog')
  await openView(page, 'Models')
  // What is given up in the dialog of the system changes nothing.
  await answerDialogs(app, {})
  await page.getByRole('button', { name: 'Add a model from a folder…' }).click()
  await expect(page.getByRole('button', { name: 'Add a model from a folder…' })).toBeEnabled()
  await expect(dialog).toBeHidden()

  await answerDialogs(app, { open: [folders['Mute model']] })
  await page.getByRole('button', { name: 'Add a model from a folder…' }).click()
  await expect(dialog.getByTestId('folder-refused')).toContainText('MODEL_UNSUPPORTED')
  await expect(dialog.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
  await takeScreenshot(page, 'model-folder-refused')
  await dialog.getByRole('button', { name: 'Say what the folder does not' }).click()
  await dialog.getByRole('combobox', { name: /^Pooling/ }).click()
  await page.getByRole('option', { name: /^mean of all/ }).click()
  await dialog.getByRole('button', { name: 'Look again with this' }).click()
  await expect(dialog.getByTestId('folder-report')).toContainText('16 dimensions')

  await answerDialogs(app, { open: [folders['Tiny model']] })
  await dialog.getByRole('button', { name: 'Another folder…' }).click()
  await expect(dialog.getByTestId('model-folder')).toContainText('Tiny model')
  await expect(dialog.getByTestId('folder-report')).toContainText('“query: ”')
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('tiny-model')
  expect(await judge(page)).toEqual([])
  await takeScreenshot(page, 'model-folder-add')
  await dialog.getByRole('textbox', { name: 'Name' }).press('Enter')
  await expect(dialog).toBeHidden()
  await expect(card(page, 'tiny-model')).toContainText('A folder on this computer, offline')

  await chooseModel(page, /^tiny-model/)
  await page.getByRole('button', { name: 'Make the vectors' }).click()
  await expect(model(page).getByTestId('serving')).toHaveText('tiny-model', { timeout: 30_000 })
  await page.getByRole('button', { name: 'Go back to the built-in model' }).click()
  await expect(model(page).getByTestId('serving')).toHaveText('Built-in model')
  await page.getByRole('button', { name: 'Actions for the model tiny-model' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect(card(page, 'tiny-model')).toHaveCount(0)
})

test('a model that is not used any more is removed, with its key', async () => {
  const { page } = running
  await openView(page, 'Models')
  await page.getByRole('button', { name: 'Actions for the model desk' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect(card(page, 'desk')).toHaveCount(0)
  for (const theme of ['Light', 'Dark']) {
    await page.getByRole('button', { name: 'Appearance' }).click()
    await page.getByRole('menuitem', { name: theme }).click()
    expect(await judge(page), theme).toEqual([])
    await takeScreenshot(page, `models-${theme.toLowerCase()}`)
  }
  expect(running.complaints).toEqual([])
})

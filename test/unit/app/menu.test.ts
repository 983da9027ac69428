// The menus speak the language of the window: nothing in them is left to the English of the runtime.
import { expect, test, vi } from 'vitest'
import { menuTemplate, textMenuTemplate } from '../../../src/main/app/menu'
import { createTranslate } from '../../../src/shared/translate'
import type { MenuItemConstructorOptions } from 'electron'

vi.mock('electron', () => ({ app: {}, Menu: {} }))

const allOf = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? allOf(item.submenu) : [])])

const nothing = (): void => undefined
const everything = {
  canUndo: true,
  canRedo: true,
  canCut: true,
  canCopy: true,
  canPaste: true,
  canDelete: true,
  canSelectAll: true,
  canEditRichly: false,
}

test.each(['en', 'de'] as const)(
  'every item has a label in %s, and those that open one are written out',
  (language) => {
    const t = createTranslate(language)
    const menus = menuTemplate({ t, page: nothing, app: { pasteNote: nothing, saveReport: nothing } })
    const items = [
      ...allOf(menus),
      ...textMenuTemplate({ isEditable: true, selectionText: '', editFlags: everything }, t),
    ]
    for (const item of items.filter(({ type }) => type !== 'separator'))
      expect(item.label, item.role).toMatch(/^&?\p{Lu}/u)
    for (const menu of menus) expect(menu.submenu).toBeInstanceOf(Array)
  },
)

test('roles are called as in German', () => {
  const t = createTranslate('de')
  const items = textMenuTemplate({ isEditable: false, selectionText: 'a', editFlags: everything }, t)
  expect(items).toEqual([{ role: 'copy', label: 'Kopieren', enabled: true }])
})

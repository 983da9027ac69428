/**
 * Owns how pressed keys are written as a shortcut, and how a shortcut reads. Source of the names: Electron's accelerators.
 */

type Press = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const named: Readonly<Record<string, string>> = {
  Space: 'Space',
  Tab: 'Tab',
  Enter: 'Return',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
}

const keyOf = (code: string): string | null =>
  named[code] ?? /^(?:Key([A-Z])|Digit(\d)|(F\d{1,2}))$/.exec(code)?.slice(1).find(Boolean) ?? null

/** The shortcut that was pressed; `null` while only Ctrl and the like are held, or nothing is held with the key. */
export const toAccelerator = ({ code, ctrlKey, metaKey, altKey, shiftKey }: Press, isMac: boolean): string | null => {
  const key = keyOf(code)
  const main = isMac ? metaKey : ctrlKey
  const other = isMac ? ctrlKey : metaKey
  if (key === null || !(main || other || altKey)) return null
  const held = [
    main && 'CommandOrControl',
    other && (isMac ? 'Control' : 'Super'),
    altKey && 'Alt',
    shiftKey && 'Shift',
  ]
  return [...held.filter((name) => name !== false), key].join('+')
}

/** `CommandOrControl+Shift+Space` gives `Ctrl`, `Shift`, `Space`. */
export const readAccelerator = (accelerator: string, isMac: boolean): string[] =>
  accelerator.split('+').map((part) => (part === 'CommandOrControl' ? (isMac ? '⌘' : 'Ctrl') : part))

/**
 * Owns how commands reach the page: by the menu of the system and by their keys, from one table. Refuses: doing them.
 */
import { useHotkeys, type HotkeyItem } from '@mantine/hooks'
import { useEffect, useEffectEvent } from 'react'
import { commandIds, commandTable, isPageCommand, type PageCommandId } from '../../shared/commands'
import { onCommand } from './changes'

/** `CommandOrControl+Shift+O` as the page hears it: `mod+shift+o`. */
export const toHotkey = (keys: string): string => keys.replace('CommandOrControl', 'mod').toLowerCase()

/** Does what is called for, from now on; also while a person types. */
export function useCommands(actions: Readonly<Record<PageCommandId, () => void>>): void {
  const run = useEffectEvent((command: PageCommandId) => actions[command]())
  useEffect(() => onCommand((command) => run(command)), [])
  const keys = commandIds.flatMap((id): HotkeyItem[] => {
    const row = commandTable[id]
    return row.keys === null || !isPageCommand(id) ? [] : [[toHotkey(row.keys), () => actions[id]()]]
  })
  useHotkeys(keys, [])
}

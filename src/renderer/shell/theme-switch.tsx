/**
 * Owns the choice between the system's looks, light and dark. The app keeps it and tells the page through the system's color scheme.
 */
import { ActionIcon, Menu } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showFailure } from '../client/failures'
import type { ReactNode } from 'react'
import type { ThemeChoice } from '../../shared/app-calls'

const options = [
  { choice: 'system', label: 'Like the system', Icon: IconDeviceDesktop },
  { choice: 'light', label: 'Light', Icon: IconSun },
  { choice: 'dark', label: 'Dark', Icon: IconMoon },
] as const

export function ThemeSwitch(): ReactNode {
  const [choice, setChoice] = useState<ThemeChoice>('system')
  useEffect(() => {
    callApp('theme.get', {})
      .then((state) => setChoice(state.choice))
      .catch(showFailure)
  }, [])
  const choosing = useAction(async (wanted: ThemeChoice) =>
    setChoice((await callApp('theme.set', { choice: wanted })).choice),
  )
  const Current = (options.find((option) => option.choice === choice) ?? options[0]).Icon
  return (
    <Menu position="top-end" width={180}>
      <Menu.Target>
        <ActionIcon aria-label="Appearance">
          <Current size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map(({ choice: offered, label, Icon }) => (
          <Menu.Item
            key={offered}
            leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
            rightSection={offered === choice ? <IconCheck size={14} aria-label="chosen" /> : null}
            disabled={choosing.pending}
            onClick={() => choosing.run(offered)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

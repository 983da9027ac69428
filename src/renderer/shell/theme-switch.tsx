/**
 * Owns the choice between the system's looks, light and dark, and of the language. The app keeps both; it tells the page of the looks through the
 * system's color scheme, and loads it anew in another language.
 */
import { ActionIcon, Menu } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showFailure } from '../client/failures'
import { languageChoices, languageTable, type LanguageChoice } from '../../shared/languages'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { ThemeChoice } from '../../shared/desktop-choices'

const options = [
  { choice: 'system', label: t('shell.likeSystem'), Icon: IconDeviceDesktop },
  { choice: 'light', label: t('shell.light'), Icon: IconSun },
  { choice: 'dark', label: t('shell.dark'), Icon: IconMoon },
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
  const [language, setLanguage] = useState<LanguageChoice>('system')
  useEffect(() => {
    callApp('language.get', {})
      .then((state) => setLanguage(state.choice))
      .catch(showFailure)
  }, [])
  const speaking = useAction(async (wanted: LanguageChoice) =>
    setLanguage((await callApp('language.set', { choice: wanted })).choice),
  )
  const Current = (options.find((option) => option.choice === choice) ?? options[0]).Icon
  return (
    <Menu position="top-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={t('shell.appearance')}>
          <Current size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map(({ choice: offered, label, Icon }) => (
          <Menu.Item
            key={offered}
            leftSection={<Icon size={16} stroke={1.7} aria-hidden />}
            rightSection={offered === choice ? <IconCheck size={14} aria-label={t('shell.chosen')} /> : null}
            disabled={choosing.pending}
            onClick={() => choosing.run(offered)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.language')}</Menu.Label>
        {languageChoices.map((offered) => (
          <Menu.Item
            key={offered}
            rightSection={offered === language ? <IconCheck size={14} aria-label={t('shell.chosen')} /> : null}
            disabled={speaking.pending}
            onClick={() => speaking.run(offered)}
          >
            {/* Each in itself: who cannot read this one finds their own. */}
            {offered === 'system' ? t('shell.languageOfSystem') : languageTable[offered].name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

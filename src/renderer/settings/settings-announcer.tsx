/**
 * Owns telling, wherever in the window a person is, that settings cannot be used or that the policy of the organization has a fault. Refuses: the
 * details; the view of settings has them.
 */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useEffectEvent, useState } from 'react'
import { useCall } from '../client/queries'
import { t } from '../text/language'
import type { ReactNode } from 'react'

type Announcement = {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly show: () => void
  readonly color?: string
}

/** It stays until it is closed: what holds instead may not be what the person wants. */
export function announce({ id, title, text, show, color = 'yellow.5' }: Announcement): void {
  notifications.show({
    id,
    color,
    withBorder: true,
    autoClose: false,
    title,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" lineClamp={4}>
          {text}
        </Text>
        <Button
          size="compact-xs"
          variant="light"
          flex="none"
          onClick={() => {
            notifications.hide(id)
            show()
          }}
        >
          {t('settings.show')}
        </Button>
      </Group>
    ),
  })
}

export function SettingsAnnouncer({ onShow }: { readonly onShow: () => void }): ReactNode {
  const { data } = useCall('settings.list', {}, { topics: ['settings', 'owner'] })
  const [told] = useState(() => new Set<string>())
  const show = useEffectEvent(onShow)
  useEffect(() => {
    if (data === undefined) return
    const once = (id: string, title: string, text: string): void => {
      if (told.has(text)) return
      told.add(text)
      announce({ id, title, text, show: () => show() })
    }
    if (data.policy?.broken) once('policy-broken', t('settings.policyBroken'), t('settings.policyBrokenMore'))
    if (data.problems.length > 0) once('settings-problems', t('settings.problemsToast'), data.problems.join(' '))
  }, [data, told])
  return null
}

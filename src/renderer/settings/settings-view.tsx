/**
 * Owns the view of settings: every limit and option, searchable, with what of the file or the environment is not used.
 */
import { Alert, Card, Center, List, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react'
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { useCall } from '../client/queries'
import { ViewHead } from '../shell/view-head'
import { t } from '../text/language'
import column from '../shell/column.module.css'
import { DataFolder } from './data-folder'
import { Removal } from './removal'
import { PolicyNotice } from './policy-notice'
import { SettingsExchange } from './settings-exchange'
import { groupSettings } from './setting-groups'
import { SettingRow } from './setting-row'
import { UpdatesSection } from './updates'
import classes from './settings-view.module.css'

function Problems({ problems }: { readonly problems: readonly string[] }): ReactNode {
  if (problems.length === 0) return null
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle aria-hidden />}
      title={t('settings.problems', { count: problems.length })}
    >
      <List size="sm">
        {problems.map((problem) => (
          <List.Item key={problem}>{problem}</List.Item>
        ))}
      </List>
    </Alert>
  )
}

export function SettingsView(): ReactNode {
  const [query, setQuery] = useState('')
  const [wanted] = useDebouncedValue(query, 100)
  const [changes, setChanges] = useState(0)
  const { data } = useCall('settings.list', {}, { topics: ['settings'], again: changes })
  const fitting = useMemo(() => groupSettings(data?.settings ?? [], wanted), [data, wanted])
  // A hundred rows are made between frames: the view is there at once.
  const groups = useDeferredValue(fitting)
  const changed = (data?.settings ?? []).filter(({ source }) => source !== 'default').length
  const shown = fitting.reduce((sum, { settings }) => sum + settings.length, 0)

  return (
    <div className={column.scroll}>
      <Stack className={column.column} gap="lg">
        <ViewHead
          title={t('settings.title')}
          figures={
            data === undefined
              ? ''
              : changed === 0
                ? t('settings.allAsTheyCome')
                : t('settings.changedCount', { count: changed })
          }
          scope={null}
        >
          <SettingsExchange onImported={() => setChanges((before) => before + 1)} />
        </ViewHead>
        <TextInput
          aria-label={t('settings.search')}
          placeholder={t('settings.searchHint')}
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
          value={query}
          maxLength={200}
          spellCheck={false}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        <PolicyNotice policy={data?.policy} />
        <Problems problems={data?.problems ?? []} />
        {query.trim() === '' ? <DataFolder /> : null}
        {query.trim() === '' ? <UpdatesSection /> : null}
        {groups.map(({ name, title, settings }) => (
          <section key={name} aria-label={title}>
            <Title order={2} size="sm" mb="xs">
              {title}
            </Title>
            <Card withBorder padding={0}>
              <ul className={classes.list}>
                {settings.map((setting) => (
                  <SettingRow
                    key={setting.name}
                    setting={setting}
                    onChanged={() => setChanges((before) => before + 1)}
                  />
                ))}
              </ul>
            </Card>
          </section>
        ))}
        {data !== undefined && fitting.length === 0 ? (
          <Center mih={160}>
            <Text c="dimmed">{t('settings.noneFits')}</Text>
          </Center>
        ) : null}
        {query.trim() === '' ? <Removal /> : null}
        <span className="spoken-only" role="status">
          {data === undefined ? '' : t('settings.shown', { count: shown })}
        </span>
        <Text size="xs" c="dimmed">
          {t('settings.inForceAtOnce')}
        </Text>
      </Stack>
    </div>
  )
}

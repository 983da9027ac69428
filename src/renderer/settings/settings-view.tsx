/**
 * Owns the view of settings: every limit and option, searchable, with what of the file or the environment is not used.
 */
import { Alert, Card, Center, List, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useCall } from '../client/queries'
import { ViewHead } from '../shell/view-head'
import { formatCount, formatPlural } from '../text/figures'
import column from '../shell/column.module.css'
import { groupSettings } from './setting-groups'
import { SettingRow } from './setting-row'
import classes from './settings-view.module.css'

function Problems({ problems }: { readonly problems: readonly string[] }): ReactNode {
  if (problems.length === 0) return null
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${formatPlural(problems.length, 'value')} that cannot be used; the default holds instead`}
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
  const groups = useMemo(() => groupSettings(data?.settings ?? [], wanted), [data, wanted])
  const changed = (data?.settings ?? []).filter(({ source }) => source !== 'default').length
  const shown = groups.reduce((sum, { settings }) => sum + settings.length, 0)

  return (
    <div className={column.scroll}>
      <Stack className={column.column} gap="lg">
        <ViewHead
          title="Settings"
          figures={data === undefined ? '' : changed === 0 ? 'all as they come' : `${formatCount(changed)} changed`}
          scope={null}
        >
          {null}
        </ViewHead>
        <TextInput
          aria-label="Search settings"
          placeholder="Search settings: memory, OCR, zip, retry…"
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
          value={query}
          maxLength={200}
          spellCheck={false}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        <Problems problems={data?.problems ?? []} />
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
        {data !== undefined && groups.length === 0 ? (
          <Center mih={160}>
            <Text c="dimmed">No setting has these words.</Text>
          </Center>
        ) : null}
        <span className="spoken-only" role="status">
          {data === undefined ? '' : formatPlural(shown, 'setting')}
        </span>
        <Text size="xs" c="dimmed">
          A change is in force at once and kept in settings.json in the data folder. Values may be typed with their
          unit: 200 MiB, 5 min, 30 s, 100:1.
        </Text>
      </Stack>
    </div>
  )
}

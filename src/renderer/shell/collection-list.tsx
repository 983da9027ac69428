/**
 * Owns the list of collections: choosing what is looked at and dropped into, making, changing, copying and removing them.
 */
import { ActionIcon, Badge, Group, Menu, NavLink, Text, Tooltip } from '@mantine/core'
import {
  IconBooks,
  IconCopy,
  IconCpu,
  IconDots,
  IconFileExport,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react'
import { useCall } from '../client/queries'
import { formatCount } from '../text/figures'
import { ColorMark } from '../collections/color-mark'
import {
  exportCollection,
  openCreateDialog,
  openDuplicateDialog,
  openEditDialog,
  openRemoveDialog,
} from '../collections/dialogs'
import { t } from '../text/language'
import classes from './collection-list.module.css'
import type { ReactNode } from 'react'
import type { Collection } from '../../shared/domain'
import type { Scope } from '../client/places'

type Props = {
  readonly scope: Scope
  readonly onScope: (scope: Scope) => void
  readonly onChangeModel: (collection: string) => void
}

const count = (documents: number): ReactNode => (
  <Text span size="xs" c="dimmed" className="figures" aria-label={t('common.documents', { count: documents })}>
    {formatCount(documents)}
  </Text>
)

function CollectionRow({
  collection,
  scope,
  onScope,
  onChangeModel,
}: Props & { readonly collection: Collection }): ReactNode {
  const { name } = collection
  const active = scope === name
  return (
    <div className={classes.row}>
      <NavLink
        component="button"
        className={classes.link}
        label={name}
        active={active}
        aria-pressed={active}
        leftSection={<ColorMark color={collection.color ?? null} />}
        rightSection={
          <Group gap={6} wrap="nowrap">
            {collection.pendingVectors > 0 ? (
              <Tooltip label={t('shell.toEmbed', { count: collection.pendingVectors })}>
                <Badge circle size="8" color="yellow.5" aria-label={t('shell.embeddingUnfinished')} />
              </Tooltip>
            ) : null}
            {count(collection.documents)}
          </Group>
        }
        onClick={() => onScope(name)}
      />
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon size="sm" aria-label={t('shell.actionsFor', { name })} className={classes.menu}>
            <IconDots size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={15} aria-hidden />}
            onClick={() => openEditDialog(collection, (renamed) => (active ? onScope(renamed) : undefined))}
          >
            {t('shell.edit')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCopy size={15} aria-hidden />}
            onClick={() => openDuplicateDialog(collection, onScope)}
          >
            {t('shell.duplicate')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFileExport size={15} aria-hidden />}
            onClick={() => exportCollection(collection)}
          >
            {t('shell.exportSettings')}
          </Menu.Item>
          <Menu.Item leftSection={<IconCpu size={15} aria-hidden />} onClick={() => onChangeModel(name)}>
            {t('shell.model')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => openRemoveDialog(collection, () => (active ? onScope(null) : undefined))}
          >
            {t('shell.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

export function CollectionList({ scope, onScope, onChangeModel }: Props): ReactNode {
  const { data } = useCall('collections.list', {}, { topics: ['collections', 'documents'], pauseMs: 800 })
  const collections = data?.collections ?? []
  const total = collections.reduce((sum, { documents }) => sum + documents, 0)
  return (
    <section aria-label={t('shell.collections')} className={classes.section}>
      <Group justify="space-between" ps={10} pe={4} pb={4}>
        <Text size="xs" fw={600} c="dimmed">
          {t('shell.collections')}
        </Text>
        <Tooltip label={t('shell.newCollection')}>
          <ActionIcon size="sm" aria-label={t('shell.newCollection')} onClick={() => openCreateDialog(onScope)}>
            <IconPlus size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      <NavLink
        component="button"
        className={classes.link}
        label={t('shell.allCollections')}
        active={scope === null}
        aria-pressed={scope === null}
        leftSection={<IconBooks size={17} stroke={1.7} aria-hidden />}
        rightSection={count(total)}
        onClick={() => onScope(null)}
      />
      {collections.map((collection) => (
        <CollectionRow
          key={collection.id}
          collection={collection}
          scope={scope}
          onScope={onScope}
          onChangeModel={onChangeModel}
        />
      ))}
    </section>
  )
}

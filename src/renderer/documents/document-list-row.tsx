/**
 * Owns one document in the list: name, path, state with its reason, and what can be done with it.
 */
import { ActionIcon, Button, Group, Menu, Stack, Text, Tooltip } from '@mantine/core'
import { modals } from '@mantine/modals'
import {
  IconChecklist,
  IconDots,
  IconExternalLink,
  IconFolderSearch,
  IconTextCaption,
  IconTrash,
} from '@tabler/icons-react'
import { memo, useRef, useState, type CSSProperties, type ReactNode } from 'react'
import { isOpenable } from '../../shared/openable'
import { useAction } from '../client/actions'
import { formatCount, formatMoment, formatSize } from '../text/figures'
import { t } from '../text/language'
import { readingOfDocument } from '../preview/reading'
import { isInArchive, nameOfPath } from '../text/passages'
import { documentStateColors, documentStateLabels } from '../text/words'
import { openReceipt } from '../report/receipt-dialog'
import { openDocument, revealDocument } from './document-actions'
import { DocumentPath } from './document-path'
import { removeLater, useIsLeaving } from './leaving'
import { KindIcon } from './kind-icon'
import columns from './document-columns.module.css'
import classes from './document-list-row.module.css'
import type { DocumentRow } from '../../shared/domain'
import type { Reading } from '../preview/reading'

type Props = {
  readonly document: DocumentRow
  readonly rowIndex: number
  readonly showCollection: boolean
  readonly isPicked: boolean
  readonly onPick: (document: DocumentRow) => void
  readonly onRead: (reading: Reading) => void
}

function Removal({ document }: { readonly document: DocumentRow }): ReactNode {
  const removing = useAction(async () => {
    await removeLater([document.id], nameOfPath(document.path))
    modals.closeAll()
  })
  return (
    <Stack>
      <Text size="sm">{t('documents.removeOneText')}</Text>
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={() => modals.closeAll()}>
          {t('documents.keepIt')}
        </Button>
        <Button color="red" loading={removing.pending} onClick={removing.run}>
          {t('documents.removeOne')}
        </Button>
      </Group>
    </Stack>
  )
}

function OpenedRowMenu({ document, onRead }: Pick<Props, 'document' | 'onRead'>): ReactNode {
  const name = nameOfPath(document.path)
  const target = useRef<HTMLButtonElement>(null)
  const inArchive = isInArchive(document.path)
  const opening = useAction(openDocument)
  const revealing = useAction(revealDocument)
  return (
    <Menu position="bottom-end" width={190} defaultOpened returnFocus={false} onClose={() => target.current?.focus()}>
      <Menu.Target>
        <ActionIcon
          ref={target}
          aria-label={t('documents.actionsFor', { name })}
          loading={opening.pending || revealing.pending}
        >
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {inArchive && !isOpenable(document.path, true) ? null : (
          <Menu.Item leftSection={<IconExternalLink size={15} aria-hidden />} onClick={() => opening.run(document.id)}>
            {t(inArchive ? 'documents.openCopy' : 'documents.open')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconFolderSearch size={15} aria-hidden />} onClick={() => revealing.run(document.id)}>
          {t(inArchive ? 'documents.showArchive' : 'documents.showInFolder')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTextCaption size={15} aria-hidden />}
          disabled={document.chunks === 0}
          onClick={() => onRead(readingOfDocument(document))}
        >
          {t('documents.readText')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconChecklist size={15} aria-hidden />}
          onClick={() => openReceipt(document.id, document.path)}
        >
          {t('documents.whatWasRead')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() =>
            modals.open({ title: t('documents.removeOneTitle', { name }), children: <Removal document={document} /> })
          }
        >
          {t('documents.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The menu is made when it is asked for: one for each of the rows that scroll by would cost more than all else in them. */
function RowMenu(props: Pick<Props, 'document' | 'onRead'>): ReactNode {
  const [isWanted, setWanted] = useState(false)
  if (isWanted) return <OpenedRowMenu {...props} />
  const name = nameOfPath(props.document.path)
  return (
    <button
      type="button"
      className={classes.more}
      aria-label={t('documents.actionsFor', { name })}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setWanted(true)}
    >
      <IconDots size={17} aria-hidden />
    </button>
  )
}

/** Why the document is in its state, where there is more to say than the state. */
const describeState = (document: DocumentRow): string | null => {
  if (document.message !== null) return document.message
  if (document.pendingVectors > 0) return t('documents.toEmbed', { count: document.pendingVectors })
  return null
}

const stateStyle = (color: string): CSSProperties => ({
  color: `var(--mantine-color-${color}-light-color)`,
  background: `var(--mantine-color-${color}-light)`,
})

/** Hundreds of these go by in a second of scrolling: plain elements, made anew only when something of them changes. */
export const DocumentListRow = memo(function DocumentListRow({
  document,
  rowIndex,
  showCollection,
  isPicked,
  onPick,
  onRead,
}: Props): ReactNode {
  const isLeaving = useIsLeaving(document.id)
  const reason = isLeaving ? null : describeState(document)
  const name = nameOfPath(document.path)
  const badge = (
    <span className={classes.state} style={stateStyle(isLeaving ? 'red' : documentStateColors[document.state])}>
      {isLeaving ? t('documents.leaving') : documentStateLabels[document.state]}
    </span>
  )
  return (
    <div role="row" aria-rowindex={rowIndex} className={`${columns.columns} ${classes.row}`} aria-selected={isPicked}>
      <div role="cell">
        <input
          type="checkbox"
          className={classes.pick}
          aria-label={t('documents.pickOne', { name })}
          checked={isPicked}
          onChange={() => onPick(document)}
        />
      </div>
      <div role="cell" className={classes.name}>
        <KindIcon kind={document.kind} isPlain />
        <div className={classes.words}>
          <div className={classes.title}>{name}</div>
          <div className={classes.path}>
            {showCollection ? <span>{document.collection} ·</span> : null}
            <DocumentPath path={document.path} />
          </div>
        </div>
      </div>
      <div role="cell">
        {reason === null ? (
          badge
        ) : (
          <Tooltip label={reason} multiline maw={340}>
            <span
              tabIndex={0}
              aria-label={t('documents.stateWithReason', { state: documentStateLabels[document.state], reason })}
              role="note"
            >
              {badge}
            </span>
          </Tooltip>
        )}
      </div>
      <div role="cell" className={`${classes.figure} ${classes.date} figures`}>
        {document.indexedAt === null ? '–' : formatMoment(document.indexedAt)}
      </div>
      <div role="cell" className={`${classes.figure} figures`}>
        <bdi>{formatSize(document.bytes)}</bdi>
      </div>
      <div role="cell" className={`${classes.figure} figures`}>
        {formatCount(document.chunks)}
      </div>
      <div role="cell">
        <RowMenu document={document} onRead={onRead} />
      </div>
    </div>
  )
})

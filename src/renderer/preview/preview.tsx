/**
 * Owns reading a document beside the search: the way to it, its text with every match marked, or the very page of a PDF, and what can be
 * done with it. Refuses: markup of documents; their text is shown as text, their pages as pictures.
 */
import { Button, CloseButton, Drawer, Group, SegmentedControl } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconClipboardText, IconExternalLink, IconFolderSearch, IconLink } from '@tabler/icons-react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { isOpenable } from '../../shared/openable'
import { useAction } from '../client/actions'
import { copyText } from '../client/clipboard'
import { openDocument, revealDocument } from '../documents/document-actions'
import { KindIcon } from '../documents/kind-icon'
import { isInArchive, nameOfPath } from '../text/passages'
import { formatCitation, formatLocation } from './citation'
import { Crumbs } from './crumbs'
import { DocumentSummary } from './document-summary'
import { useDocumentMatches, useDocumentText, type DocumentMatches, type DocumentText } from './document-text'
import { MatchBar } from './match-bar'
import { PdfPane } from './pdf-pane'
import { findBlock, findMatchFrom, sliceBlocks } from './text-blocks'
import { TextPane } from './text-pane'
import { t } from '../text/language'
import classes from './preview.module.css'
import type { ReactNode } from 'react'
import type { Reading } from './reading'

type Props = {
  readonly reading: Reading | null
  readonly onRead: (reading: Reading) => void
  readonly onClose: () => void
  readonly onShowDocuments: (prefix: string) => void
}

const faces = [
  { value: 'page', label: t('preview.page') },
  { value: 'text', label: t('preview.text') },
] as const
type Face = (typeof faces)[number]['value']

/** Words of a page that are marked; more would be a page of marks. */
const MAX_WORDS = 50
/** Of a document that is copied without a passage or a selection. */
const MAX_CITED_CHARS = 2_000

const copyCitation = async ({ path, passage }: Reading, { blocks }: DocumentText): Promise<void> => {
  const chosen = window.getSelection()?.toString().trim() ?? ''
  const whole = passage ?? { start: 0, end: MAX_CITED_CHARS, page: null }
  const text = chosen === '' ? sliceBlocks(blocks, whole) : chosen
  await copyText(formatCitation(text, path, whole.page), t('preview.textWithSource'))
}

const copyPath = (reading: Reading): Promise<void> =>
  copyText(formatLocation(reading.location, reading.path), t('preview.path'))

/** The words that were found, as they stand in the text: what to mark on a picture of it. */
const wordsOf = (text: DocumentText, { ranges }: DocumentMatches): string[] => {
  const words = new Set<string>()
  for (const { start, end } of ranges) {
    const block = text.blocks[findBlock(text.blocks, start)]
    if (block === undefined) continue
    const word = block.text.slice(start - block.start, end - block.start).toLowerCase()
    for (const part of word.split(/\s+/)) if (part !== '') words.add(part)
    if (words.size >= MAX_WORDS) break
  }
  return [...words]
}

function Actions({ reading, text }: { readonly reading: Reading; readonly text: DocumentText }): ReactNode {
  const opening = useAction(openDocument)
  const revealing = useAction(revealDocument)
  const citing = useAction(copyCitation)
  const copying = useAction(copyPath)
  const inArchive = isInArchive(reading.path)
  const look = { size: 'compact-sm', variant: 'subtle', color: 'gray' } as const
  return (
    <Group gap={2}>
      {inArchive && !isOpenable(reading.path, true) ? null : (
        <Button
          {...look}
          leftSection={<IconExternalLink size={14} aria-hidden />}
          loading={opening.pending}
          onClick={() => opening.run(reading.id)}
        >
          {t(inArchive ? 'search.openCopy' : 'search.open')}
        </Button>
      )}
      <Button
        {...look}
        leftSection={<IconFolderSearch size={14} aria-hidden />}
        loading={revealing.pending}
        onClick={() => revealing.run(reading.id)}
      >
        {t(inArchive ? 'search.showArchive' : 'search.showInFolder')}
      </Button>
      <Button
        {...look}
        leftSection={<IconClipboardText size={14} aria-hidden />}
        loading={citing.pending}
        // The selection is what is copied: pressing the button must not end it.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => citing.run(reading, text)}
      >
        {t('preview.copyWithSource')}
      </Button>
      <Button
        {...look}
        leftSection={<IconLink size={14} aria-hidden />}
        loading={copying.pending}
        onClick={() => copying.run(reading)}
      >
        {t('preview.copyPath')}
      </Button>
    </Group>
  )
}

function Body({ reading, onRead, onClose, onShowDocuments }: Props & { readonly reading: Reading }): ReactNode {
  const { passage, path } = reading
  const name = nameOfPath(path)
  const text = useDocumentText(reading.id)
  const matches = useDocumentMatches(reading)
  const isPdf = reading.kind === 'pdf'
  const [face, setFace] = useState<Face>(isPdf && (passage === null || passage.page !== null) ? 'page' : 'text')
  const [page, setPage] = useState<number | null>(passage === null ? 1 : null)
  const [stepped, setStepped] = useState<{ readonly to: number; readonly jump: number } | null>(null)
  const first = useMemo(() => {
    const at = findMatchFrom(matches.ranges, passage?.start ?? 0)
    const match = matches.ranges[at]
    const isInside = match !== undefined && (passage === null ? reading.query !== null : match.start < passage.end)
    return isInside ? at : null
  }, [matches, passage, reading.query])
  const active = stepped?.to ?? first
  const words = useMemo(() => wordsOf(text, matches), [text, matches])
  const place = useMemo(() => {
    const { start = 0, end = 0 } = passage ?? {}
    const isKnown = matches.known && (text.whole || text.error !== null || text.chars >= end)
    const inside = matches.ranges.filter((range) => range.start >= start && range.end <= end)
    return {
      page: passage?.page ?? 1,
      chars: end - start,
      words: isKnown ? wordsOf(text, { ...matches, ranges: inside }) : null,
    }
  }, [text, matches, passage])

  // The keys that scroll are for the document, once; who goes elsewhere stays there.
  const hasFocused = useRef(false)
  const focusPane = useCallback((pane: HTMLElement): void => {
    if (hasFocused.current) return
    hasFocused.current = true
    pane.focus({ preventScroll: true })
  }, [])

  const step = (by: 1 | -1): void => {
    const { length } = matches.ranges
    if (length === 0) return
    setFace('text')
    const from = active ?? (by === 1 ? -1 : 0)
    setStepped((before) => ({ to: (from + by + length) % length, jump: (before?.jump ?? 0) + 1 }))
  }
  useHotkeys([
    ['F3', () => step(1)],
    ['shift+F3', () => step(-1)],
    ['mod+G', () => step(1)],
    ['mod+shift+G', () => step(-1)],
  ])

  return (
    <div className={classes.body}>
      <header className={classes.head}>
        <Group gap={10} wrap="nowrap" align="flex-start">
          <KindIcon kind={reading.kind} />
          <div className={classes.words}>
            <Drawer.Title className={classes.title}>
              {reading.title === null || reading.title === '' ? name : reading.title}
            </Drawer.Title>
            <Crumbs
              id={reading.id}
              path={path}
              page={passage?.page ?? null}
              collection={null}
              onRead={onRead}
              onShowDocuments={onShowDocuments}
            />
          </div>
          <CloseButton aria-label={t('preview.close')} onClick={onClose} />
        </Group>
        <Group justify="space-between" gap="xs" mt={8}>
          <Actions reading={reading} text={text} />
          <Group gap="sm" wrap="nowrap">
            {reading.query === null ? null : <MatchBar matches={matches} active={active} onStep={step} />}
            {isPdf ? (
              <SegmentedControl
                size="xs"
                aria-label={t('preview.whatIsShown')}
                value={face}
                onChange={(chosen) => setFace(faces.find(({ value }) => value === chosen)?.value ?? 'text')}
                data={[...faces]}
              />
            ) : null}
          </Group>
        </Group>
        <DocumentSummary id={reading.id} />
      </header>
      <div
        className={classes.pane}
        data-autofocus
        tabIndex={-1}
        onFocus={(event) => {
          if (event.target === event.currentTarget)
            event.currentTarget.querySelector<HTMLElement>('[role="region"]')?.focus({ preventScroll: true })
        }}
      >
        {face === 'page' ? (
          <PdfPane
            id={reading.id}
            name={name}
            page={page}
            onPage={setPage}
            passage={place}
            words={words}
            onShowText={() => setFace('text')}
            onReady={focusPane}
          />
        ) : (
          <TextPane
            text={text}
            matches={matches}
            passage={passage}
            active={active}
            jump={stepped?.jump ?? 0}
            label={t('preview.textOf', { name })}
            onReady={focusPane}
          />
        )}
      </div>
    </div>
  )
}

export function Preview(props: Props): ReactNode {
  const { reading, onClose } = props
  return (
    <Drawer.Root opened={reading !== null} onClose={onClose} position="right" size="min(940px, 92vw)">
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content className={classes.drawer}>
        {reading === null ? null : (
          <Body key={`${reading.id}-${reading.passage?.start ?? ''}`} {...props} reading={reading} />
        )}
      </Drawer.Content>
    </Drawer.Root>
  )
}

/**
 * Owns showing the whole text of a document: only what is in view is drawn, the passage that was found is set off, every match is marked.
 * Refuses: markup of any kind; the text is shown as text.
 */
import { Alert, Skeleton, Text } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { findBlock, splitBlock, type Range, type TextBlock } from './text-blocks'
import { t } from '../text/language'
import classes from './text-pane.module.css'
import type { ReactNode } from 'react'
import type { DocumentMatches, DocumentText } from './document-text'

type Props = {
  readonly text: DocumentText
  readonly matches: DocumentMatches
  readonly passage: Range | null
  /** The match that is looked at; `null`: the passage is. */
  readonly active: number | null
  /** Changes whenever the person asks to be taken there (again). */
  readonly jump: number
  readonly label: string
  /** Gets what can be scrolled, when it is there. */
  readonly onReady: (pane: HTMLElement) => void
}

/** For a first guess of the height of a block, before it is measured. */
const LINE_CHARS = 84
const LINE_PX = 24
/** Frames until a block that was scrolled to is there, on the slowest of machines. */
const MAX_FRAMES = 60

type BlockProps = Pick<Props, 'passage' | 'active'> & {
  readonly block: TextBlock
  readonly ranges: readonly Range[]
}

function Block({ block, ranges, passage, active }: BlockProps): ReactNode {
  const parts = useMemo(() => splitBlock(block, ranges, passage), [block, ranges, passage])
  return parts.map((part, at) => {
    const set = part.inPassage ? classes.passage : undefined
    if (part.match === null)
      return (
        <span key={at} className={set} data-passage={part.inPassage || undefined}>
          {part.text}
        </span>
      )
    return (
      <mark key={at} data-match={part.match} data-active={part.match === active || undefined} className={classes.match}>
        {part.text}
      </mark>
    )
  })
}

const estimateBlock = (block: TextBlock | undefined): number => {
  const text = block?.text ?? ''
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE_CHARS)), 0)
  return Math.max(1, lines) * LINE_PX
}

export function TextPane({ text, matches, passage, active, jump, label, onReady }: Props): ReactNode {
  const { blocks } = text
  const scroll = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here and not passed on, so nothing is memoized with them
  const virtual = useVirtualizer({
    count: blocks.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => estimateBlock(blocks[at]),
    overscan: 3,
    paddingStart: 14,
    paddingEnd: 28,
  })
  const scrollTo = useRef(virtual.scrollToIndex)
  useEffect(() => {
    scrollTo.current = virtual.scrollToIndex
  })

  const isShown = blocks.length > 0 && text.error === null
  useEffect(() => {
    if (isShown && scroll.current !== null) onReady(scroll.current)
  }, [isShown, onReady])

  const target = active === null ? (passage?.start ?? null) : (matches.ranges[active]?.start ?? null)
  const isThere = target !== null && (text.whole || target < text.chars)
  const block = isThere ? findBlock(blocks, target) : null
  useEffect(() => {
    if (block === null) return undefined
    let frame = 0
    let frames = 0
    const wanted = active === null ? '[data-passage]' : `[data-match="${active}"]`
    const settle = (): void => {
      const element = scroll.current?.querySelector(wanted) ?? null
      frames += 1
      if (element !== null) {
        // In the middle, where there is text above and below it.
        element.scrollIntoView({ block: 'center' })
        // Blocks that are measured meanwhile move it once more.
        if (frames < 3) frame = requestAnimationFrame(settle)
      } else if (frames < MAX_FRAMES) {
        if (frames % 10 === 1) scrollTo.current(block, { align: 'center' })
        frame = requestAnimationFrame(settle)
      }
    }
    frame = requestAnimationFrame(settle)
    return () => cancelAnimationFrame(frame)
  }, [block, active, jump])

  if (text.error !== null)
    return (
      <Alert color="red" title={text.error.message} m="md">
        {text.error.code}
      </Alert>
    )
  if (blocks.length === 0)
    return text.whole ? (
      <Text c="dimmed" p="md">
        {t('preview.noText')}
      </Text>
    ) : (
      <Skeleton h={240} m="md" w="auto" />
    )
  return (
    <div
      ref={scroll}
      className={classes.scroll}
      tabIndex={0}
      role="region"
      aria-label={label}
      data-testid="preview-text"
    >
      <div className={classes.whole} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const shown = blocks[item.index]
          return shown === undefined ? null : (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={classes.block}
              // Documents have a direction of their own.
              dir="auto"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Block block={shown} ranges={matches.ranges} passage={passage} active={active} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

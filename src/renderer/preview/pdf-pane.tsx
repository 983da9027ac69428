/**
 * Owns showing a PDF page by page, beginning with that of the passage, with the words that were asked for marked on it.
 * Refuses: bytes from anywhere but the engine, which unpacks what is inside an archive.
 */
import { ActionIcon, Alert, Button, Group, Loader, Text } from '@mantine/core'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { toAppError, type AppError } from '../../shared/errors'
import { openPdf, type DrawnPage, type OpenPdf } from './pdf-document'
import { t } from '../text/language'
import classes from './pdf-pane.module.css'
import type { ReactNode } from 'react'

type Props = {
  readonly id: string
  readonly name: string
  /** `null`: that on which the words of the passage stand. */
  readonly page: number | null
  readonly onPage: (page: number) => void
  readonly passage: PassagePlace
  /** Lower case, as they stand in the text. */
  readonly words: readonly string[]
  readonly onShowText: () => void
  /** Gets what can be scrolled, when it is there. */
  readonly onReady: (pane: HTMLElement) => void
}

/** Where a passage begins, how long it is, and what was found in it; `words` is `null` while that is not known. */
export type PassagePlace = { readonly page: number; readonly chars: number; readonly words: readonly string[] | null }

type Opened = { readonly pdf: OpenPdf | null; readonly error: AppError | null }

function usePdf(id: string): Opened {
  const [opened, setOpened] = useState<Opened>({ pdf: null, error: null })
  useEffect(() => {
    let live = true
    let pdf: OpenPdf | null = null
    openPdf(id).then(
      (loaded) => {
        pdf = loaded
        if (live) setOpened({ pdf, error: null })
        else loaded.close()
      },
      (thrown: unknown) => {
        if (live) setOpened({ pdf: null, error: toAppError(thrown) })
      },
    )
    return () => {
      live = false
      pdf?.close()
    }
  }, [id])
  return opened
}

/** Around the page on both sides, its border and the scroll bar, as in the style sheets. */
const MARGIN_PX = 60
const MAX_WIDTH_PX = 860

export function PdfPane({ id, name, page: chosen, onPage, passage, words, onShowText, onReady }: Props): ReactNode {
  const { pdf, error } = usePdf(id)
  const { ref, width } = useElementSize<HTMLDivElement>()
  const pane = useRef<HTMLDivElement>(null)
  const paneRef = useMergedRef(ref, pane)
  useEffect(() => {
    if (pane.current !== null) onReady(pane.current)
  }, [onReady])
  const canvas = useRef<HTMLCanvasElement>(null)
  const [drawn, setDrawn] = useState<(DrawnPage & { readonly page: number }) | null>(null)
  const [failure, setFailure] = useState<AppError | null>(null)
  const widthPx = Math.min(MAX_WIDTH_PX, Math.floor(width) - MARGIN_PX)
  const page = chosen ?? passage.page
  const shown = pdf === null ? page : Math.min(Math.max(1, page), pdf.pages)
  const wordKey = words.join('\n')

  const placeKey = passage.words === null ? null : passage.words.join('\n')
  useEffect(() => {
    if (pdf === null || chosen !== null || placeKey === null) return undefined
    let live = true
    pdf.findPage(passage.page, passage.chars, placeKey === '' ? [] : placeKey.split('\n')).then(
      (found) => {
        if (live) onPage(found)
      },
      (thrown: unknown) => {
        if (live) setFailure(toAppError(thrown))
      },
    )
    return () => {
      live = false
    }
  }, [pdf, chosen, placeKey, passage.page, passage.chars, onPage])

  useEffect(() => {
    const target = canvas.current
    if (pdf === null || chosen === null || target === null || widthPx <= 0) return undefined
    let live = true
    pdf.draw(shown, target, widthPx, wordKey === '' ? [] : wordKey.split('\n')).then(
      (result) => {
        if (!live || result === null) return
        setFailure(null)
        setDrawn({ ...result, page: shown })
      },
      (thrown: unknown) => {
        if (live) setFailure(toAppError(thrown))
      },
    )
    return () => {
      live = false
    }
  }, [pdf, chosen, shown, widthPx, wordKey])

  const problem = error ?? failure
  if (problem !== null)
    return (
      <Alert color="yellow" title={t('preview.notDrawn')} m="md">
        <Text size="sm">{problem.message}</Text>
        <Text size="xs" c="dimmed" mt={4}>
          {problem.code}
        </Text>
        <Button variant="default" size="compact-sm" mt="sm" onClick={onShowText}>
          {t('preview.showText')}
        </Button>
      </Alert>
    )
  const isDrawn = chosen !== null && drawn !== null && drawn.page === shown
  return (
    <div className={classes.pane}>
      <Group justify="center" gap={6} className={classes.pages}>
        <ActionIcon aria-label={t('preview.previousPage')} disabled={shown <= 1} onClick={() => onPage(shown - 1)}>
          <IconChevronLeft size={17} aria-hidden />
        </ActionIcon>
        <Text size="sm" className="figures" role="status" data-testid="pdf-page" data-drawn={isDrawn || undefined}>
          {pdf === null ? t('search.page', { page: shown }) : t('preview.pageOf', { page: shown, of: pdf.pages })}
        </Text>
        <ActionIcon
          aria-label={t('preview.nextPage')}
          disabled={pdf === null || shown >= pdf.pages}
          onClick={() => onPage(shown + 1)}
        >
          <IconChevronRight size={17} aria-hidden />
        </ActionIcon>
      </Group>
      {pdf?.changed === true ? (
        <Text size="xs" c="dimmed" ta="center" pb={6}>
          {t('preview.fileChanged')}
        </Text>
      ) : null}
      <div
        ref={paneRef}
        className={classes.scroll}
        tabIndex={0}
        role="region"
        aria-label={t('preview.pageOf', { page: shown, of: name })}
      >
        {isDrawn ? null : <Loader size="sm" className={classes.wait} aria-label={t('preview.drawing')} />}
        <div
          className={classes.sheet}
          style={drawn === null ? { visibility: 'hidden' } : { width: drawn.width, height: drawn.height }}
        >
          <canvas
            ref={canvas}
            className={classes.canvas}
            role="img"
            aria-label={t('preview.pictureOf', { page: shown })}
          />
          {isDrawn
            ? drawn.boxes.map((box, at) => (
                <span key={at} className={classes.box} style={{ ...box }} data-testid="pdf-mark" />
              ))
            : null}
        </div>
      </div>
    </div>
  )
}

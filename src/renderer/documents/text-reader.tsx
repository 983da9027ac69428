/**
 * Owns reading what was extracted from a document: plain text in pieces, with the passage that was found set off.
 * Refuses: markup of any kind; the text is shown as text.
 */
import { Button, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import { useAction } from '../client/actions'
import { DocumentPath } from './document-path'
import classes from './text-reader.module.css'
import type { ReactNode } from 'react'

/** What is read: a document, and the passage in it to set off (offsets in characters). */
export type Reading = {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly passage: { readonly start: number; readonly end: number } | null
}

type Piece = { readonly from: number; readonly text: string; readonly nextOffset: number | null }

/** Characters shown before the passage, so that it is read in its context. */
const CONTEXT_CHARS = 4_000

const startOf = ({ passage }: Reading): number => Math.max(0, (passage?.start ?? 0) - CONTEXT_CHARS)

function PieceText({ piece, passage }: { readonly piece: Piece; readonly passage: Reading['passage'] }): ReactNode {
  const start = (passage?.start ?? 0) - piece.from
  const end = (passage?.end ?? 0) - piece.from
  if (passage === null || end <= 0 || start >= piece.text.length) return piece.text
  return (
    <>
      {piece.text.slice(0, Math.max(0, start))}
      <span className={classes.passage} ref={(element) => element?.scrollIntoView({ block: 'center' })}>
        {piece.text.slice(Math.max(0, start), end)}
      </span>
      {piece.text.slice(end)}
    </>
  )
}

function ReaderBody({ reading }: { readonly reading: Reading }): ReactNode {
  const [pieces, setPieces] = useState<readonly Piece[] | null>(null)
  const [from, setFrom] = useState(() => startOf(reading))
  useEffect(() => {
    let live = true
    call('documents.text', { id: reading.id, offset: from })
      .then((piece) => {
        if (live) setPieces([{ from, ...piece }])
      })
      .catch(showFailure)
    return () => {
      live = false
    }
  }, [reading.id, from])

  const nextOffset = pieces?.at(-1)?.nextOffset ?? null
  const more = useAction(async () => {
    if (nextOffset === null) return
    const piece = await call('documents.text', { id: reading.id, offset: nextOffset })
    setPieces((before) => [...(before ?? []), { from: nextOffset, ...piece }])
  })
  if (pieces === null) return <Skeleton h={240} />
  return (
    <Stack gap="sm">
      {from > 0 ? (
        <Button variant="default" size="compact-sm" w="fit-content" onClick={() => setFrom(0)}>
          Show from the beginning
        </Button>
      ) : null}
      <div className={classes.text}>
        {pieces.map((piece) => (
          <PieceText key={piece.from} piece={piece} passage={reading.passage} />
        ))}
      </div>
      {nextOffset === null ? (
        <Text size="xs" c="dimmed">
          End of the document
        </Text>
      ) : (
        <Button variant="default" w="fit-content" onClick={more.run} loading={more.pending}>
          Show more
        </Button>
      )}
    </Stack>
  )
}

type Props = { readonly reading: Reading | null; readonly onClose: () => void }

export function TextReader({ reading, onClose }: Props): ReactNode {
  return (
    <Drawer
      opened={reading !== null}
      onClose={onClose}
      position="right"
      size="min(720px, 80vw)"
      title={<Text fw={600}>{reading?.name}</Text>}
      closeButtonProps={{ 'aria-label': 'Close the text' }}
    >
      {reading === null ? null : (
        <Stack gap="md">
          <Group gap="xs">
            <DocumentPath path={reading.path} />
          </Group>
          <ReaderBody key={`${reading.id}-${reading.passage?.start ?? 0}`} reading={reading} />
        </Stack>
      )}
    </Drawer>
  )
}

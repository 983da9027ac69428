/**
 * Owns reading the whole text of a document into the window, piece after piece, and where the words that were asked for stand in it.
 * Refuses: keeping it when the document is put away.
 */
import { useEffect, useState } from 'react'
import { toAppError, type AppError } from '../../shared/errors'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import { cutIntoBlocks, type Range, type TextBlock } from './text-blocks'
import type { Reading } from './reading'

export type DocumentText = {
  readonly blocks: readonly TextBlock[]
  /** Characters that are there. */
  readonly chars: number
  readonly whole: boolean
  readonly error: AppError | null
}

export type DocumentMatches = { readonly ranges: readonly Range[]; readonly more: boolean; readonly known: boolean }

const NOTHING: DocumentText = { blocks: [], chars: 0, whole: false, error: null }
const NO_MATCHES: DocumentMatches = { ranges: [], more: false, known: false }
const NOTHING_ASKED: DocumentMatches = { ...NO_MATCHES, known: true }

/** The text as far as it has come. */
export function useDocumentText(id: string): DocumentText {
  const [text, setText] = useState(NOTHING)
  useEffect(() => {
    let live = true
    const read = async (): Promise<void> => {
      for (let offset: number | null = 0; offset !== null && live;) {
        const from: number = offset
        const piece: { text: string; nextOffset: number | null } = await call('documents.text', { id, offset: from })
        if (!live) return
        const blocks = cutIntoBlocks(piece.text, from)
        offset = piece.nextOffset
        const whole = offset === null
        setText((before) => ({
          blocks: from === 0 ? blocks : [...before.blocks, ...blocks],
          chars: from + piece.text.length,
          whole,
          error: null,
        }))
      }
    }
    read().catch((thrown: unknown) => {
      if (live) setText((before) => ({ ...before, error: toAppError(thrown) }))
    })
    return () => {
      live = false
    }
  }, [id])
  return text
}

/** Where the words of the query stand. A text whose matches cannot be told is shown without marks. */
export function useDocumentMatches({
  id,
  query,
  found: told,
}: Pick<Reading, 'id' | 'query' | 'found'>): DocumentMatches {
  const [matches, setMatches] = useState(NO_MATCHES)
  useEffect(() => {
    if (query === null) {
      return undefined
    }
    let live = true
    call('documents.matches', { id, query })
      .then(({ matches: found, more }) => ({
        ranges: found.map(([start, end]) => ({ start, end })),
        more,
        known: true,
      }))
      .then((found) => {
        if (live) setMatches(found.ranges.length > 0 ? found : { ...found, ranges: told })
      })
      .catch((thrown: unknown) => {
        if (!live) return
        setMatches({ ranges: told, more: false, known: true })
        showFailure(thrown)
      })
    return () => {
      live = false
    }
  }, [id, query, told])
  return query === null ? NOTHING_ASKED : matches
}

/**
 * Owns making passages of subtitles: cues are too short to find or to read alone, so what is said within a while stands together under the time
 * at which it begins. Refuses: styles, positions, and saying a line twice that runs over several cues.
 */
import { collapseSpace } from '../text/clean'
import { makeBlock } from './format'
import type { Emit, LineReader } from './line-blocks'

/** A passage ends at the next cue from this length on: half a minute of speech, or so. */
const PASSAGE_CHARS = 600
/** After a silence of this length a passage of at least a quarter of that ends, too. */
const SILENCE_MS = 10_000
/** After this long what comes next is another matter, however little was said. */
const LONG_SILENCE_MS = 60_000
const REMEMBERED_LINES = 4

const TIMING = /^\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})/
const SPEAKER = /<v(?:\.[^\s>]*)?\s+([^\s>][^>]*)>/g
const TAGS = /<\/?(?:[a-z][^>]*|\d[^>]*)>|\{\\[^}]*\}/gi
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  lrm: '',
  rlm: '',
  quot: '"',
}

const millisOf = (time: string): number =>
  time
    .replace(',', '.')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000

/** `00:01:02`, as people write it. */
const clock = (millis: number): string =>
  [3_600, 60, 1]
    .map((unit) => String(Math.floor(millis / 1_000 / unit) % (unit === 3_600 ? 1_000 : 60)).padStart(2, '0'))
    .join(':')

const plainCue = (line: string): string =>
  collapseSpace(
    line
      .replace(SPEAKER, '$1: ')
      .replace(TAGS, '')
      .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole),
  )

/** Reads cues: the line above the times is a number or a name and is left out, the lines below them are what is said. */
export const createSubtitleReader = (emit: Emit): LineReader => {
  let passage: string[] = []
  let chars = 0
  let startMs = 0
  let endMs = 0
  let inCue = false
  /** Whether a cue of the passage has come. */
  let timed = false
  /** A line between cues, which may be the name of the next. */
  let held: string | null = null
  const recent: string[] = []

  const endPassage = (): void => {
    if (passage.length === 0) return
    const heading = clock(startMs)
    emit(makeBlock('heading', heading))
    emit(makeBlock('paragraph', passage.join('\n'), [heading]))
    passage = []
    chars = 0
    timed = false
  }
  const say = (raw: string): void => {
    const text = plainCue(raw)
    // Captions that roll show each line again with the next one.
    if (text === '' || recent.includes(text)) return
    recent.push(text)
    if (recent.length > REMEMBERED_LINES) recent.shift()
    passage.push(text)
    chars += text.length + 1
  }
  const begin = (start: number, end: number): void => {
    const silenceMs = start - endMs
    const silent = silenceMs >= SILENCE_MS && chars >= PASSAGE_CHARS / 4
    if (chars >= PASSAGE_CHARS || silent || silenceMs >= LONG_SILENCE_MS) endPassage()
    // What stood before the first cue belongs to it.
    if (!timed) startMs = start
    timed = true
    endMs = end
    inCue = true
  }
  return {
    line: (line) => {
      const times = TIMING.exec(line)
      if (times) {
        held = null
        return begin(millisOf(times[1] ?? ''), millisOf(times[2] ?? ''))
      }
      if (line.trim() === '') {
        inCue = false
        return
      }
      if (inCue) return say(line)
      // Text that belongs to no cue is text all the same; of the last line before the times that cannot be known yet.
      if (held !== null) say(held)
      held = line
    },
    end: () => {
      if (held !== null) say(held)
      endPassage()
    },
  }
}

/**
 * Owns SubRip subtitles. Refuses: their numbers and positions.
 */
import type { Format } from './format'
import { readLineBlocks } from './line-blocks'
import { createSubtitleReader } from './subtitle-passages'

const START = /^\ufeff?\s*\d+[ \t]*\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->/

export const srtFormat: Format = {
  kind: 'srt',
  extensions: ['srt'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (START.test(text)) return 0.96
    return extension === 'srt' ? 0.6 : null
  },
  extract: (item, context) => readLineBlocks(item, context, createSubtitleReader),
}

/**
 * Owns WebVTT subtitles. Refuses: styles and regions. Source: W3C WebVTT.
 */
import type { Format } from './format'
import { readLineBlocks } from './line-blocks'
import { createSubtitleReader } from './subtitle-passages'

const START = /^\ufeff?WEBVTT(?:[ \t]+(?![ \t])(?:-\s*(?!\s))?(.*))?$/
const SKIPPED = /^(?:STYLE|REGION)\s*$/

export const vttFormat: Format = {
  kind: 'vtt',
  extensions: ['vtt'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (/^\ufeff?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 0.98
    return extension === 'vtt' ? 0.6 : null
  },
  extract: (item, context) =>
    readLineBlocks(item, context, (emit) => {
      const cues = createSubtitleReader(emit)
      let skipping = false
      let place: 'start' | 'header' | 'body' = 'start'
      return {
        line: (line) => {
          if (place === 'start') {
            const start = START.exec(line)
            place = start ? 'header' : 'body'
            if (start?.[1]) context.describe({ title: start[1] })
            if (start) return
          }
          if (place === 'header') {
            const [, name, value] = /^(Language|Title)\s*:\s*(?!\s)(.*)$/i.exec(line) ?? []
            if (name?.toLowerCase() === 'title' && value) context.describe({ title: value })
            if (name?.toLowerCase() === 'language' && value)
              context.describe({ language: value.slice(0, 2).toLowerCase() })
            if (line.trim() === '') place = 'body'
            if (!line.includes('-->')) return
            place = 'body'
          }
          if (line.trim() === '') skipping = false
          else if (SKIPPED.test(line)) skipping = true
          if (!skipping) cues.line(line.replace(/^NOTE(?:[ \t]+|$)/, ''))
        },
        end: cues.end,
      }
    }),
}

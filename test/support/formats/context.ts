/**
 * Owns the context that a format is read in by tests. Refuses: judging what comes out.
 */
import { resolveLimits, type LimitName } from '../../../src/shared/limits'
import type { Coverage, Warning } from '../../../src/shared/work'
import type { FormatContext, FormatFacts } from '../../../src/workers/formats/format'

/** What a format told while it was read. */
export type Told = { warnings: Warning[]; facts: Partial<FormatFacts>; coverage: Coverage[]; ocrPages: number }

/** A context that writes down what it is told; `limits` replaces some of the defaults, `more` any other part. */
export const makeFormatContext = ({
  limits,
  ...more
}: Partial<Omit<FormatContext, 'limits'>> & { limits?: Partial<Record<LimitName, number>> } = {}): {
  context: FormatContext
  told: Told
} => {
  const told: Told = { warnings: [], facts: {}, coverage: [], ocrPages: 0 }
  const context: FormatContext = {
    name: 'a.txt',
    limits: resolveLimits(limits),
    signal: new AbortController().signal,
    beat: () => undefined,
    warn: (warning) => told.warnings.push(warning),
    describe: (facts) => Object.assign(told.facts, facts),
    cover: (part) => told.coverage.push(part),
    passwords: [],
    ocr: false,
    needOcr: (pages) => {
      told.ocrPages += pages
    },
    ...more,
  }
  return { context, told }
}

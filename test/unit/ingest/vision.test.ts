// What becomes of a picture that the model does not read: for which failures its document waits, and for which OCR reads it.
import { describe, expect, it } from 'vitest'
import { createVisionReader } from '../../../src/main/ingest/vision'
import type { VisionProvider } from '../../../src/main/providers/vision'
import type { ClaimedTask, Store } from '../../../src/main/store/contract'
import { AppError, type ErrorCode } from '../../../src/shared/errors'
import { resolveLimits } from '../../../src/shared/limits'
import { silentLog } from '../../support/engine'

const picture = { type: 'image/png', bytes: new Uint8Array([1]), width: 1, height: 1, turn: 0 } as const

/** A reader whose provider always fails so, at the try after so many. */
const readerOf = (code: ErrorCode, attempts = 0, wanted = true) => {
  const provider: VisionProvider = {
    name: 'eyes',
    model: 'm',
    reader: 'pages',
    figureReader: 'figures',
    isLocal: false,
    pageUsd: null,
    figureUsd: null,
    read: () => Promise.reject(new AppError(code)),
  }
  const store = { run: () => Promise.resolve({ page: null, wanted }) } as unknown as Store
  const task = { id: 1, jobId: 1, collectionId: 1, attempts, path: 'a.pdf' } as ClaimedTask
  const eyes = { scans: provider, figures: provider }
  return createVisionReader({ store, log: silentLog }, task, eyes, resolveLimits(), new AbortController().signal)
}

const page = { type: 'picture', picture, page: 1 } as const

describe('a picture that the model does not read', () => {
  it.each([
    'BUDGET_EXCEEDED',
    'PROVIDER_UNAVAILABLE',
    'PROVIDER_REFUSED',
    'PROVIDER_RATE_LIMIT',
    'PROVIDER_UNREACHABLE',
    'PROVIDER_FAILED',
  ] as const)('waits (%s)', async (code) => {
    await expect(readerOf(code)(page)).rejects.toMatchObject({ code })
  })

  it.each([
    ['VISION_REFUSED', 0],
    ['PROVIDER_REQUEST', 0],
    ['PROVIDER_UNREACHABLE', 2],
    ['PROVIDER_FAILED', 2],
  ] as const)('is left to OCR (%s after %i tries)', async (code, attempts) => {
    expect(await readerOf(code, attempts)(page)).toMatchObject({ text: null, note: { code: 'VISION_FALLBACK' } })
    expect(await readerOf(code, attempts)({ ...page, figure: true })).toMatchObject({
      text: null,
      note: { code: 'FIGURE_FALLBACK' },
    })
  })

  it('is not sent when that was taken back: a page goes to OCR, a figure to nobody', async () => {
    const reader = readerOf('INTERNAL_BUG', 0, false)
    expect(await reader(page)).toMatchObject({ text: null, note: { code: 'VISION_FALLBACK' } })
    expect(await reader({ ...page, figure: true })).toEqual({ proceed: true, text: '', note: null })
  })
})

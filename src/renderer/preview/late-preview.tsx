/**
 * Owns that the preview is loaded when the first document is looked at, or a little after the start, whichever comes first. Refuses: the preview.
 */
import { lazy, Suspense, useState, type ComponentProps, type ReactNode } from 'react'
import type * as Full from './preview'

/** Loads the preview, once. */
export const loadPreview = async (): Promise<{ default: typeof Full.Preview }> => ({
  default: (await import('./preview')).Preview,
})
const LoadedPreview = lazy(loadPreview)

/** The preview beside what is read. It stays once it was there: it closes in its own time, and gives back the focus. */
export function Preview(props: ComponentProps<typeof LoadedPreview>): ReactNode {
  const [wasThere, setWasThere] = useState(false)
  const isThere = wasThere || props.reading !== null
  if (isThere && !wasThere) setWasThere(true)
  return isThere ? (
    <Suspense fallback={null}>
      <LoadedPreview {...props} />
    </Suspense>
  ) : null
}

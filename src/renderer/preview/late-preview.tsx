/**
 * Owns that the preview is loaded when the first document is looked at, or a little after the start, whichever comes first. Refuses: the preview.
 */
import { lazy, Suspense, useEffect, useState, type ComponentProps, type ReactNode } from 'react'
import type * as Full from './preview'

/** Loads the preview, once. */
export const loadPreview = async (): Promise<{ default: typeof Full.Preview }> => ({
  default: (await import('./preview')).Preview,
})
const LoadedPreview = lazy(loadPreview)

/** It is there closed first, as it would be without waiting for it: so it comes in in its own way, and gives back the focus when it closes. */
function Settled(props: ComponentProps<typeof LoadedPreview>): ReactNode {
  const [isSettled, setSettled] = useState(false)
  useEffect(() => {
    const frame = requestAnimationFrame(() => setSettled(true))
    return () => cancelAnimationFrame(frame)
  }, [])
  return <LoadedPreview {...props} reading={isSettled ? props.reading : null} />
}

/** The preview beside what is read. It stays once it was there. */
export function Preview(props: ComponentProps<typeof LoadedPreview>): ReactNode {
  const [wasThere, setWasThere] = useState(false)
  const isThere = wasThere || props.reading !== null
  if (isThere && !wasThere) setWasThere(true)
  return isThere ? (
    <Suspense fallback={null}>
      <Settled {...props} />
    </Suspense>
  ) : null
}

/**
 * Owns what the page does while it is printed: it is light, and lists that show a part of what is loaded show all of it.
 * Refuses: what is hidden on paper; `print.css` says.
 */
import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

const SCHEME = 'data-mantine-color-scheme'

/** From now on the page is printed in light colors. */
export const printLight = (): void => {
  let before: string | null = null
  window.addEventListener('beforeprint', () => {
    before = document.documentElement.getAttribute(SCHEME)
    document.documentElement.setAttribute(SCHEME, 'light')
  })
  window.addEventListener('afterprint', () => {
    if (before !== null) document.documentElement.setAttribute(SCHEME, before)
  })
}

/** Whether the page is printed now; drawn anew at once when that begins, since paper does not wait. */
export const usePrinting = (): boolean => {
  const [printing, setPrinting] = useState(false)
  useEffect(() => {
    const begin = (): void => flushSync(() => setPrinting(true))
    const end = (): void => setPrinting(false)
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    return () => {
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
    }
  }, [])
  return printing
}

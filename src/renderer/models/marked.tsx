/**
 * Owns showing a text in which what matters stands between two pairs of stars. Refuses: any other mark.
 */
import { Fragment, type ReactNode } from 'react'

export const Marked = ({ text }: { readonly text: string }): ReactNode =>
  text.split('**').map((part, at) => (at % 2 === 1 ? <b key={at}>{part}</b> : <Fragment key={at}>{part}</Fragment>))

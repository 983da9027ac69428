/**
 * Owns the sign of a collection in its color. Refuses: saying anything by the color alone: the name of the collection, or of the color,
 * stands beside it.
 */
import { IconBook2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { CollectionColor } from '../../shared/domain'
import classes from './collection-wizard.module.css'

export const colorNames: Readonly<Record<CollectionColor, string>> = {
  gray: 'Gray',
  red: 'Red',
  orange: 'Orange',
  yellow: 'Yellow',
  green: 'Green',
  teal: 'Teal',
  blue: 'Blue',
  violet: 'Violet',
  pink: 'Pink',
}

export const ColorMark = ({ color, size = 17 }: { readonly color: CollectionColor | null; readonly size?: number }) => (
  <IconBook2 size={size} stroke={1.7} aria-hidden className={classes.mark} data-color={color ?? undefined} />
)

/** The sign with the name of the color, as it is chosen. */
export const ColorName = ({ color }: { readonly color: CollectionColor | null }): ReactNode => (
  <span className={classes.color}>
    <ColorMark color={color} />
    {color === null ? 'None' : colorNames[color]}
  </span>
)

/**
 * Owns the sign of a collection in its color. Refuses: saying anything by the color alone: the name of the collection, or of the color,
 * stands beside it.
 */
import { IconBook2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { CollectionColor } from '../../shared/domain'
import { t } from '../text/language'
import classes from './color-mark.module.css'

export const colorNames: Readonly<Record<CollectionColor, string>> = {
  gray: t('collections.gray'),
  red: t('collections.red'),
  orange: t('collections.orange'),
  yellow: t('collections.yellow'),
  green: t('collections.green'),
  teal: t('collections.teal'),
  blue: t('collections.blue'),
  violet: t('collections.violet'),
  pink: t('collections.pink'),
}

export const ColorMark = ({ color, size = 17 }: { readonly color: CollectionColor | null; readonly size?: number }) => (
  <IconBook2 size={size} stroke={1.7} aria-hidden className={classes.mark} data-color={color ?? undefined} />
)

/** The sign with the name of the color, as it is chosen. */
export const ColorName = ({ color }: { readonly color: CollectionColor | null }): ReactNode => (
  <span className={classes.color}>
    <ColorMark color={color} />
    {color === null ? t('collections.noColor') : colorNames[color]}
  </span>
)

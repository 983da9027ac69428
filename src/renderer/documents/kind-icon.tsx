/**
 * Owns the sign of each kind of document. A kind without a sign of its own gets the plain one.
 */
import { Tooltip } from '@mantine/core'
import {
  IconCode,
  IconFile,
  IconFileTypeCsv,
  IconFileTypeDocx,
  IconFileTypePdf,
  IconFileText,
  IconJson,
  IconMarkdown,
  IconWorld,
} from '@tabler/icons-react'
import { isDocumentKind, kindLabels, type DocumentKind } from '../../shared/kinds'
import classes from './kind-icon.module.css'
import type { ReactNode } from 'react'
import type { Icon } from '@tabler/icons-react'

const icons: Readonly<Record<DocumentKind, Icon>> = {
  text: IconFileText,
  markdown: IconMarkdown,
  code: IconCode,
  html: IconWorld,
  csv: IconFileTypeCsv,
  json: IconJson,
  pdf: IconFileTypePdf,
  docx: IconFileTypeDocx,
}

export function KindIcon({ kind }: { readonly kind: string | null }): ReactNode {
  const known = kind !== null && isDocumentKind(kind) ? kind : null
  const Sign = known === null ? IconFile : icons[known]
  const label = known === null ? (kind ?? 'Unknown kind') : kindLabels[known]
  return (
    <Tooltip label={label}>
      <span className={classes.kind} role="img" aria-label={label}>
        <Sign size={18} stroke={1.6} aria-hidden />
      </span>
    </Tooltip>
  )
}

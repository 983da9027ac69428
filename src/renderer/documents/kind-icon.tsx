/**
 * Owns the sign of each kind of document. A kind without a sign of its own gets the plain one.
 */
import { Tooltip } from '@mantine/core'
import {
  IconBook2,
  IconCode,
  IconFile,
  IconFileSpreadsheet,
  IconFileTypeCsv,
  IconFileTypeDocx,
  IconFileTypePdf,
  IconFileText,
  IconJson,
  IconListDetails,
  IconMail,
  IconMarkdown,
  IconNotebook,
  IconPhoto,
  IconPresentation,
  IconWorld,
} from '@tabler/icons-react'
import { isDocumentKind, type DocumentKind } from '../../shared/kinds'
import { t } from '../text/language'
import { nameOfKind } from './kind-names'
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
  image: IconPhoto,
  eml: IconMail,
  msg: IconMail,
  xlsx: IconFileSpreadsheet,
  pptx: IconPresentation,
  odt: IconFileText,
  ods: IconFileSpreadsheet,
  odp: IconPresentation,
  rtf: IconFileText,
  epub: IconBook2,
  doc: IconFileTypeDocx,
  xls: IconFileSpreadsheet,
  ppt: IconPresentation,
  xml: IconCode,
  yaml: IconListDetails,
  toml: IconListDetails,
  jsonl: IconJson,
  ipynb: IconNotebook,
  rst: IconFileText,
  org: IconListDetails,
  log: IconFileText,
  vtt: IconFileText,
  srt: IconFileText,
}

type Props = {
  readonly kind: string | null
  /** In long lists: its name is told by the system's own tooltip, which costs nothing until it is shown. */
  readonly isPlain?: boolean
}

export function KindIcon({ kind, isPlain = false }: Props): ReactNode {
  const known = kind !== null && isDocumentKind(kind) ? kind : null
  const Sign = known === null ? IconFile : icons[known]
  const label = kind === null ? t('documents.unknownKind') : nameOfKind(kind)
  const sign = (
    <span className={classes.kind} role="img" aria-label={label} title={isPlain ? label : undefined}>
      <Sign size={18} stroke={1.6} aria-hidden />
    </span>
  )
  return isPlain ? sign : <Tooltip label={label}>{sign}</Tooltip>
}

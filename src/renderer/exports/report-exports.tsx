/**
 * Owns in which forms the report of a job and receipts are exported. Refuses: their words and columns; the app has those.
 */
import { callApp } from '../client/caller'
import { t } from '../text/language'
import { ExportMenu, type ExportChoice } from './export-menu'
import { PrintButton } from './print-button'
import type { ReactNode } from 'react'
import type { ReceiptOwner } from '../../shared/app-calls'

const receiptChoices = (of: ReceiptOwner, id: string): ExportChoice[] => [
  {
    label: t('files.receiptCsv'),
    done: t('files.receiptExported'),
    write: (run) => callApp('receipts.export', { run, of, id, format: 'csv' }),
  },
  {
    label: t('files.receiptJson'),
    done: t('files.receiptExported'),
    write: (run) => callApp('receipts.export', { run, of, id, format: 'json' }),
  },
]

const reportChoices = (jobId: string): ExportChoice[] => [
  {
    label: t('files.reportJson'),
    done: t('files.reportExported'),
    write: (run) => callApp('report.export', { run, jobId, format: 'json' }),
  },
  {
    label: t('files.reportCsv'),
    done: t('files.reportExported'),
    write: (run) => callApp('report.export', { run, jobId, format: 'csv' }),
  },
]

/** `name`: what the printed file is called. */
export const ReportExports = ({ jobId, name }: { readonly jobId: string; readonly name: string }): ReactNode => (
  <>
    <PrintButton name={name} />
    <ExportMenu choices={[...reportChoices(jobId), ...receiptChoices('job', jobId)]} />
  </>
)

export const ReceiptExports = ({ documentId }: { readonly documentId: string }): ReactNode => (
  <ExportMenu size="compact-sm" choices={receiptChoices('document', documentId)} />
)

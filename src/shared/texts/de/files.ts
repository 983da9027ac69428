/** Owns the German of files that are written for a person: lists, reports, receipts, printed views. */
import type { files as english } from '../en/files'
import type { TextsLike } from '../shape'

export const files: TextsLike<typeof english> = {
  problemTitle: 'Berichtsdatei speichern',
  text: 'Text',
  export: 'Exportieren',
  print: 'Als PDF speichern …',
  stop: 'Abbrechen',
  stopExport: 'Export abbrechen',
  stopped: 'Abgebrochen; nichts wurde geschrieben.',
  listCsv: 'Als Tabelle (CSV) …',
  listJson: 'Als JSON …',
  reportJson: 'Bericht als JSON …',
  reportCsv: 'Probleme als Tabelle (CSV) …',
  receiptCsv: 'Beleg als Tabelle (CSV) …',
  receiptJson: 'Beleg als JSON …',
  listExported: 'Liste exportiert',
  reportExported: 'Bericht exportiert',
  receiptExported: 'Beleg exportiert',
  printed: 'Als PDF gespeichert',
  dashboardName: 'Übersicht',
  documentsTitle: 'Liste der Dokumente exportieren',
  reportTitle: 'Bericht des Auftrags exportieren',
  receiptTitle: 'Beleg exportieren',
  failedTitle: 'Fehlgeschlagenes exportieren',
  printTitle: 'Als PDF speichern',
}

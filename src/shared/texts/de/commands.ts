/** Owns the German of menus and of what can be called for by keys; `…` where it asks something first, `&` before the letter that opens a menu. */
import type { commands as english } from '../en/commands'
import type { TextsLike } from '../shape'

export const commands: TextsLike<typeof english> = {
  menuFile: '&Datei',
  menuView: '&Ansicht',
  menuGo: '&Gehe zu',
  menuQueue: '&Warteschlange',
  menuHelp: '&Hilfe',
  addFiles: 'Dateien hinzufügen …',
  addFolders: 'Ordner hinzufügen …',
  pasteNote: 'Als Notiz einfügen …',
  newCollection: 'Neue Sammlung …',
  settings: 'Einstellungen …',
  find: 'Suchen',
  showSearch: 'Suche',
  showQueue: 'Warteschlange',
  showDocuments: 'Dokumente',
  showFailed: 'Fehlgeschlagen',
  showModels: 'Modelle',
  showSettings: 'Einstellungen',
  showDashboard: 'Übersicht',
  pauseAll: 'Alle Aufträge anhalten',
  resumeAll: 'Alle Aufträge fortsetzen',
  shortcuts: 'Tastenkürzel',
  saveReport: 'Bericht speichern …',
}
